namespace EwasteEpr.Kernel.Tables;

/// <summary>How much of a table we take. Every limit has a sentence for whoever meets it.</summary>
/// <remarks>A text table has no limit on rows: it streams. A workbook does, because its parts are read in full before the first row.</remarks>
public static class TableLimits
{
    public const long WorkbookBytes = 20 * 1024 * 1024;
    public const long WorkbookUnpackedBytes = 200 * 1024 * 1024;

    /// <summary>The texts of a workbook stand in one part that has to be in memory as a whole.</summary>
    public const long SharedTextBytes = 48 * 1024 * 1024;
    public const int WorkbookParts = 1_000;
    public const int WorkbookRows = 200_000;
    public const int Columns = 256;

    /// <summary>A row longer than this is a quote that was never closed.</summary>
    public const int RowBytes = 256 * 1024;

    /// <summary>A value in a message or a list of problems is cut here.</summary>
    public const int ShownCharacters = 200;

    /// <summary>Titles above the header are allowed, so many rows of them.</summary>
    public const int RowsBeforeHeader = 10;
}
