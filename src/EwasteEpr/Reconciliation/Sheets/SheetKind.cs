namespace EwasteEpr.Reconciliation.Sheets;

/// <summary>What people bring as a table.</summary>
public enum SheetKind
{
    /// <summary>Placed on market and collected before this system: flow, category or unu_key, region, year, quarter, tonnes.</summary>
    History,

    /// <summary>Persons by region and year; without a region it is the country.</summary>
    Population,

    /// <summary>How long a kind of equipment lives: unu_key, shape, scale.</summary>
    Lifetimes,

    /// <summary>By how much a year what is placed on the market is assumed to grow: category (or *), percent.</summary>
    Growth,

    /// <summary>programme (official or benchmark), aim, category (or *), from_year, until_year, percent, act.</summary>
    Targets,
}

public static class SheetColumns
{
    public static IReadOnlyList<string> Of(SheetKind kind) => kind switch
    {
        SheetKind.History => ["flow", "category", "unu_key", "region", "year", "quarter", "tonnes"],
        SheetKind.Population => ["region", "year", "persons"],
        SheetKind.Lifetimes => ["unu_key", "shape", "scale"],
        SheetKind.Growth => ["category", "percent"],
        _ => ["programme", "aim", "category", "from_year", "until_year", "percent", "act"],
    };

    /// <summary>Without these the table cannot be read at all.</summary>
    public static IReadOnlyList<string> NeededOf(SheetKind kind) => [.. Of(kind).Where(column => column is not ("category" or "unu_key" or "region" or "quarter" or "until_year") || (kind == SheetKind.Lifetimes && column == "unu_key"))];
}

public enum SheetProblemCode
{
    Unreadable,
    MissingColumn,
    BadWord,
    BadCategory,
    BadKey,
    BadRegion,
    BadYear,
    BadQuarter,
    BadNumber,
    OutOfRange,
    NoAct,
    Repeated,
    AlreadyThere,
}

/// <param name="Row">As a spreadsheet counts; 0 where the file as a whole is meant.</param>
/// <param name="Value">What stood there, at most 200 characters.</param>
public sealed record SheetProblem(int Row, string Column, string Value, SheetProblemCode Code);

/// <summary>One row that was understood; what a kind does not use is none.</summary>
/// <param name="Value">Grams, persons, percent or the shape of a lifetime.</param>
/// <param name="Value2">The scale of a lifetime in years.</param>
public sealed record SheetRow(
    int RowNo, string? Flow = null, string? Category = null, string? UnuKey = null, string? Region = null, int? Year = null, int Quarter = 0, int? UntilYear = null, decimal Value = 0, decimal? Value2 = null, string? Words = null, string? Programme = null)
{
    /// <summary>What may stand in a file once.</summary>
    public string Key => string.Join('|', Programme, Flow, Category, UnuKey, Region, Year, Quarter);
}

/// <param name="Rows">Understood, in their order.</param>
/// <param name="Problems">One for each row that was not: no row disappears.</param>
public sealed record SheetReading(SheetKind Kind, byte[] Sha256, IReadOnlyList<SheetRow> Rows, IReadOnlyList<SheetProblem> Problems);
