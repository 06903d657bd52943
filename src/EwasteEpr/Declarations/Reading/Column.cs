namespace EwasteEpr.Declarations.Reading;

/// <summary>The columns of a list of equipment.</summary>
public enum Column
{
    HsCode,
    UnuKey,
    Description,
    Units,
    MassKg,
    Packaging,
    BatteryKg,
    Source,
    Condition,
    ObligationDate,
    Origin,
    DocumentNo,
}

/// <summary>The columns' public names: in files, answers and the API.</summary>
public static class Columns
{
    private static readonly string[] Codes =
    [
        "hs_code", "unu_key", "description", "units", "mass_kg", "packaging", "battery_kg", "source", "condition", "obligation_date", "origin", "document_no",
    ];

    public const int Count = 12;

    public static IReadOnlyList<string> AllCodes => Codes;

    public static string Code(Column column) => Codes[(int)column];

    /// <summary>By its public name only; for the names people write see <see cref="ColumnNames"/>.</summary>
    public static bool TryParse(string code, out Column column)
    {
        var at = Array.IndexOf(Codes, code);
        column = (Column)Math.Max(at, 0);
        return at >= 0;
    }
}
