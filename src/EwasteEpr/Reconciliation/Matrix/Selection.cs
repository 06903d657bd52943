namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>Which part of the matrix: a year or a quarter of it, one category or all, one region or the country.</summary>
/// <param name="Quarter">0: the whole year.</param>
/// <param name="Category">Null: all.</param>
/// <param name="Region">A KATO code, '-' for records whose region is not known, or null: the country.</param>
public sealed record Selection(int Year, int Quarter = 0, string? Category = null, string? Region = null)
{
    public const int FirstYear = 2000;
    public const int LastYear = 2199;
    public const string All = "all";
    public const string UnknownRegion = "-";

    public static IReadOnlyList<string> Categories { get; } = ["1", "2", "3", "4a", "4b", "5", "6"];

    /// <summary>As cells are keyed: year and quarter in one number.</summary>
    public int Period => (Year * 10) + Quarter;

    public Selection SameOfLastYear() => this with { Year = Year - 1 };

    /// <returns>None where the words name nothing.</returns>
    public static Selection? Parse(int year, string? category, string? region, string? quarter)
    {
        var quarterNo = quarter switch { null or "" => 0, "Q1" => 1, "Q2" => 2, "Q3" => 3, "Q4" => 4, _ => -1 };
        var isCategory = category is null or All || Categories.Contains(category, StringComparer.Ordinal);
        var isRegion = region is null or All or UnknownRegion || (region.Length == 9 && region.All(char.IsAsciiDigit));
        return year is < FirstYear or > LastYear || quarterNo < 0 || !isCategory || !isRegion
            ? null
            : new Selection(year, quarterNo, category == All ? null : category, region == All ? null : region);
    }
}
