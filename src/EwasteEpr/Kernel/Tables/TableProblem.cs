namespace EwasteEpr.Kernel.Tables;

/// <summary>Why a table as a whole cannot be read. The names are public: they stand in answers as <c>FILE-01</c> and so on.</summary>
public enum TableProblemCode
{
    Empty,
    TooLarge,
    TooLargeUnpacked,
    TooManyRows,
    TooManyColumns,
    ExternalLinks,
    Dtd,
    Damaged,
    OldWorkbook,
    Binary,
    EncodingNotKnown,
    EncodingBroken,
    RowTooLong,
    NoRows,
    MixedDecimalMarks,
    HeaderNotFound,
    NoCodeColumn,
    NoMassColumn,
    ColumnTwice,
    MassInOtherUnit,
}

/// <param name="Row">Where it was seen, as a spreadsheet counts; 0 where the file as a whole is meant.</param>
/// <param name="Value">What was seen, at most 200 characters.</param>
/// <param name="Expected">What would have been right: names known, a limit.</param>
public sealed record TableProblem(TableProblemCode Code, int Row = 0, string Value = "", string Expected = "")
{
    private static readonly string[] Codes =
    [
        "FILE-01", "FILE-02", "FILE-03", "FILE-04", "FILE-05", "FILE-06", "FILE-07", "FILE-08", "FILE-09", "FILE-10",
        "FILE-11", "FILE-12", "FILE-13", "FILE-14", "NUM-07", "HEAD-01", "HEAD-02", "HEAD-03", "HEAD-04", "HEAD-05",
    ];

    /// <summary>Every code there is, for the texts and their test.</summary>
    public static IReadOnlyList<string> AllCodes => Codes;

    /// <summary>The public code.</summary>
    public string PublicCode => Codes[(int)Code];
}

/// <summary>Carries a <see cref="TableProblem"/> up from inside a stream; whoever reads the table turns it into an outcome.</summary>
public sealed class UnreadableTableException(TableProblem problem, Exception? inner = null) : Exception(problem?.ToString(), inner)
{
    public TableProblem Problem { get; } = problem ?? throw new ArgumentNullException(nameof(problem));
}
