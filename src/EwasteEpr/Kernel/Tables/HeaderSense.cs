namespace EwasteEpr.Kernel.Tables;

/// <summary>How many of a row's names somebody knows: by it the separator of a text and the sheet of a workbook are chosen.</summary>
/// <param name="names">The fields of one row.</param>
/// <param name="row">Its number from the top.</param>
public delegate int HeaderSense(IReadOnlyList<string> names, int row);

public static class HeaderSenses
{
    /// <summary>Where nobody knows the names: fields that have letters are names.</summary>
    public static int AnyNames(IReadOnlyList<string> names, int row)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count(name => name.Any(char.IsLetter));
    }
}
