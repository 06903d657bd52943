using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Publication;

/// <summary>The one door through which cells reach the public: pages, files and interfaces ask here and nowhere else.</summary>
/// <remarks>
/// First the cells that would tell about somebody lose their amounts, then as many others as it takes that no sum over rows, columns and totals
/// brings one back within the room it must keep. Last, the balance of the country: what was collected lies somewhere or became something, so where one
/// figure of a category's balance is hidden, all of them are, and what was collected only if that does not do. Fewer would need a proof over all
/// tables together, because the ways by which two figures move may share cells.
/// </remarks>
public static class PublicCells
{
    // The moves of each table are exact, those of all tables together are not: the ways by which two figures of one balance move may use the same cells.
    // So a balance has to leave three times the room that is needed.
    private const int BalanceMargin = 3;

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

    /// <returns>True where others had to be hidden or given more room, and the sums are to be looked at again.</returns>
    private static bool HideOfBalance(IReadOnlyList<PublicCell> cells, Dictionary<Measure, SuppressionTable> tables, SuppressionRules rules)
    {
        var hidden = tables.Values.SelectMany(table => table.Suppressed).ToHashSet();
        foreach (var balance in cells.Where(cell => cell.Region == PublicCell.All && cell.Measure.IsCustody() && cell.Basis == FigureBasis.Recorded).GroupBy(cell => cell.Category, StringComparer.Ordinal))
        {
            var unknown = balance.Where(hidden.Contains).ToList();
            var seen = unknown.Count == 0 ? [] : balance.Where(cell => cell.Measure != Measure.Collected && cell.Grams is not null and not 0 && !hidden.Contains(cell)).ToList();
            if (seen.Count > 0)
            {
                seen.ForEach(cell => tables[cell.Measure].Hide(cell, rules.LeastRoomGrams));
                return true;
            }

            foreach (var one in unknown)
            {
                var room = tables[one.Measure].RoomOf(one);
                if (WidthInBalance(one, unknown, tables, room * BalanceMargin) < room * BalanceMargin && MakeRoom(one, unknown, balance.FirstOrDefault(cell => cell.Measure == Measure.Collected && !hidden.Contains(cell)), tables, Math.Max(room, rules.LeastRoomGrams)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>One alone is found by subtraction; several move against each other, each as far as its own table lets it.</summary>
    private static long WidthInBalance(PublicCell one, List<PublicCell> unknown, Dictionary<Measure, SuppressionTable> tables, long room)
    {
        var (up, down) = tables[one.Measure].Moves(one, room);
        var (othersUp, othersDown) = (0L, 0L);
        foreach (var other in unknown.Where(other => other != one))
        {
            var moves = tables[other.Measure].Moves(other, room);
            // What was collected stands on one side, where it lies and what became of it on the other.
            var isOtherSide = (one.Measure == Measure.Collected) != (other.Measure == Measure.Collected);
            othersUp += isOtherSide ? moves.Up : moves.Down;
            othersDown += isOtherSide ? moves.Down : moves.Up;
        }

        return Math.Min(up, othersUp) + Math.Min(down, othersDown);
    }

    private static bool MakeRoom(PublicCell one, List<PublicCell> unknown, PublicCell? collected, Dictionary<Measure, SuppressionTable> tables, long room)
    {
        if (unknown.Where(other => other != one && tables[other.Measure].RoomOf(other) < room && Math.Abs(other.Grams ?? 0) >= room).MaxBy(other => Math.Abs(other.Grams ?? 0)) is not { } wider)
        {
            return collected is { Grams: not null and not 0 } && tables[Measure.Collected].Hide(collected, room);
        }

        tables[wider.Measure].Demand(wider, room);
        return true;
    }
}

/// <param name="Region">A KATO code, '-' for records whose region is not known, '*' for the country.</param>
/// <param name="Category">'*' for the sum of the categories that have a figure.</param>
/// <param name="Grams">None where it is suppressed.</param>
public sealed record PublicCell(int Year, string Region, string Category, Measure Measure, long? Grams, FigureBasis Basis, bool IsSuppressed)
{
    public const string All = "*";

    /// <summary>Where the cell stands, whatever it says: to recognise it in another edition.</summary>
    public PublicCell Place() => this with { Grams = null, Basis = FigureBasis.None, IsSuppressed = false };
}
