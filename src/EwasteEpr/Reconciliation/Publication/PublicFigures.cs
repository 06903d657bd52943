using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Publication;

/// <summary>The reconciliation as the public sees it: masses of the country and by region; no money, no organisation.</summary>
public sealed class PublicFigures(Figures figures)
{
    /// <summary>What the public table has as columns, fixed in advance.</summary>
    public static IReadOnlyList<Measure> Shown { get; } =
    [
        Measure.PlacedOnMarket, Measure.Collected, Measure.AtPoints, Measure.InTransit, Measure.AtRecyclers, Measure.InBatches, Measure.FractionsInStock,
        Measure.Reused, Measure.Recycled, Measure.Recovered, Measure.Disposed, Measure.Lost, Measure.MeasurementDifference,
    ];

    public async Task<IReadOnlyList<PublicCell>> OfYearAsync(int year, CancellationToken ct)
    {
        var at = new Selection(year);
        var sets = new Dictionary<string, FigureSet>(await figures.ReadRegionsAsync(at, ct), StringComparer.Ordinal) { ["*"] = await figures.ReadAsync(at, ct) };
        var cells = from set in sets.OrderBy(set => set.Key, StringComparer.Ordinal)
                    from category in Selection.Categories
                    from measure in Shown
                    let figure = set.Value.Of(measure, category, at)
                    where !figure.IsMissing
                    select new PublicCell(year, set.Key, category, measure, figure.Amount, figure.Basis, IsSuppressed: false);
        return PublicCells.Pass([.. cells]);
    }
}

/// <summary>The one door through which cells reach the public: pages, files and interfaces ask here and nowhere else.</summary>
/// <remarks>Suppression of small cells and of cells that one organisation fills belongs here: a suppressed cell keeps its place and loses its amount.</remarks>
public static class PublicCells
{
    public static IReadOnlyList<PublicCell> Pass(IReadOnlyList<PublicCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells;
    }
}

/// <param name="Region">A KATO code, '-' for records whose region is not known, '*' for the country.</param>
/// <param name="Grams">None where it is suppressed.</param>
public sealed record PublicCell(int Year, string Region, string Category, Measure Measure, long? Grams, FigureBasis Basis, bool IsSuppressed);
