using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Publication;

/// <summary>The one door through which cells reach the public: pages, files and interfaces ask here and nowhere else.</summary>
/// <remarks>
/// First the cells that would tell about somebody lose their amounts, then as many others as it takes that no sum over rows, columns and totals
/// brings one back within the room it must keep. Last, the balance of the country: what was collected lies somewhere or became something, so of the
/// figures of one category never a single one is hidden.
/// </remarks>
public static class PublicCells
{
    /// <param name="cells">Of one year, sums included.</param>
    /// <param name="behind">By region, category and measure.</param>
    /// <param name="hiddenBefore">Places of the cells that the edition before hid.</param>
    public static IReadOnlyList<PublicCell> Pass(IReadOnlyList<PublicCell> cells, IReadOnlyDictionary<(string Region, string Category, Measure Measure), Contributors> behind, IReadOnlySet<PublicCell> hiddenBefore, SuppressionRules rules)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(behind);
        ArgumentNullException.ThrowIfNull(rules);
        var tables = cells.GroupBy(cell => cell.Measure).ToDictionary(of => of.Key, of => new SuppressionTable([.. of], rules));
        foreach (var cell in cells.Where(cell => cell.Basis == FigureBasis.Recorded && rules.IsSensitive(cell.Grams ?? 0, behind.GetValueOrDefault((cell.Region, cell.Category, cell.Measure)))))
        {
            tables[cell.Measure].Hide(cell, rules.Room(cell.Grams ?? 0));
        }

        if (rules.WithCompanions)
        {
            do
            {
                foreach (var table in tables.Values)
                {
                    table.Protect(hiddenBefore);
                }
            }
            while (HideOfBalance(cells, tables, rules));
        }

        var hidden = tables.Values.SelectMany(table => table.Suppressed).ToHashSet();
        return [.. cells.Select(cell => hidden.Contains(cell) ? cell with { Grams = null, IsSuppressed = true } : cell)];
    }

    /// <returns>True where another one had to be hidden, and the sums are to be looked at again.</returns>
    private static bool HideOfBalance(IReadOnlyList<PublicCell> cells, Dictionary<Measure, SuppressionTable> tables, SuppressionRules rules)
    {
        var hidden = tables.Values.SelectMany(table => table.Suppressed).ToHashSet();
        foreach (var balance in cells.Where(cell => cell.Region == PublicCell.All && cell.Measure.IsCustody() && cell.Basis == FigureBasis.Recorded).GroupBy(cell => cell.Category))
        {
            var unknown = balance.Where(hidden.Contains).ToList();
            // One alone is found by subtraction; several must be able to make room for the narrowest of them.
            if (unknown.Count > 0 && unknown.Exists(one => unknown.Where(other => other != one).Sum(other => Math.Abs(other.Grams ?? 0)) < tables[one.Measure].RoomOf(one))
                && balance.Where(cell => !hidden.Contains(cell) && cell.Grams is not null and not 0).OrderBy(cell => Math.Abs(cell.Grams!.Value) < rules.LeastRoomGrams).ThenBy(cell => Math.Abs(cell.Grams!.Value)).FirstOrDefault() is { } companion)
            {
                return tables[companion.Measure].Hide(companion, rules.LeastRoomGrams);
            }
        }

        return false;
    }
}

/// <param name="Region">A KATO code, '-' for records whose region is not known, '*' for the country.</param>
/// <param name="Category">'*' for the sum of the categories that have a figure.</param>
/// <param name="Grams">None where it is suppressed.</param>
public sealed record PublicCell(int Year, string Region, string Category, Measure Measure, long? Grams, FigureBasis Basis, bool IsSuppressed)
{
    public const string All = "*";

    /// <summary>Where the cell stands, whatever it says: to recognise it in another edition.</summary>
    public PublicCell Place => this with { Grams = null, Basis = FigureBasis.None, IsSuppressed = false };
}
