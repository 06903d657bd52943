using EwasteEpr.Reconciliation.Published;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>One line of the matrix: a category, a region, or the sum.</summary>
/// <param name="Key">Category code or KATO; empty for the sum.</param>
public sealed record MatrixLine(string Key, Selection At, FigureSet Set, CategoryBenchmark? Benchmark)
{
    private const int YearsBefore = 3;

    public Figure Of(Measure measure) => Set.Of(measure, At.Category, At);

    public Figure LastYear(Measure measure) => Set.Of(measure, At.Category, At.SameOfLastYear());

    public Figure Treated => Set.Treated(At.Category, At);

    /// <summary>Placed on the market in the three years before, the mean of those that have a figure.</summary>
    public (Figure Mean, int YearsPresent) PlacedBefore
    {
        get
        {
            var before = Enumerable.Range(At.Year - YearsBefore, YearsBefore).Select(year => Set.Of(Measure.PlacedOnMarket, At.Category, At with { Year = year, Quarter = 0 })).Where(figure => !figure.IsMissing).ToList();
            return before.Count == 0 ? (Figure.Missing, 0) : (FigureSet.Sum(before) with { Amount = (long)decimal.Round(before.Average(figure => (decimal)figure.Amount!.Value), MidpointRounding.AwayFromZero) }, before.Count);
        }
    }

    /// <summary>Of the country and of whole years only: what a declarant places on the market goes to all regions.</summary>
    public (decimal? Percent, int YearsPresent) CollectionRate
    {
        get
        {
            if (At.Region is not null || At.Quarter != 0 || Of(Measure.Collected) is not { Amount: { } collected })
            {
                return (null, 0);
            }

            var placed = Enumerable.Range(At.Year - YearsBefore, YearsBefore).Select(year => (Year: year, Figure: Set.Of(Measure.PlacedOnMarket, At.Category, At with { Year = year })))
                .Where(one => !one.Figure.IsMissing).ToDictionary(one => one.Year, one => one.Figure.Amount!.Value);
            return CollectionRates.Of(At.Year, collected, placed);
        }
    }

    /// <summary>Reuse and recycling against everything whose treatment is confirmed in the period.</summary>
    public decimal? RecyclingRate => Rate(Measure.Reused, Measure.Recycled);

    public decimal? RecoveryRate => Rate(Measure.Reused, Measure.Recycled, Measure.Recovered);

    /// <summary>What is known of custody at all: a line without it is shown as missing, whole.</summary>
    public bool HasCustody => !Of(Measure.Collected).IsMissing;

    // Delivered to treatment minus the growth of what is not treated or not confirmed yet: what the ledger shows as a result.
    private decimal? Rate(params Measure[] numerator) =>
        Treated is { Amount: > 0 and var treated } ? 100m * numerator.Sum(measure => Of(measure).Amount ?? 0) / treated : null;
}

/// <param name="Lines">Categories, or the regions of one category.</param>
/// <param name="IsByRegion">The lines are regions.</param>
public sealed record MatrixView(Selection At, IReadOnlyList<MatrixLine> Lines, MatrixLine Total, bool IsByRegion, CollectionTarget? Target)
{
    /// <summary>Categories that nothing is known of: the sum is told without them.</summary>
    public IReadOnlyList<string> WithoutCustody => IsByRegion ? [] : [.. Lines.Where(line => !line.HasCustody).Select(line => line.Key)];

    public bool IsEmpty => Measures.All.All(measure => Total.Of(measure).IsMissing);
}

/// <param name="RecyclingPercent">Directive 2012/19/EU, Annex V: a benchmark, no law here.</param>
public sealed record CategoryBenchmark(string Code, decimal? RecoveryPercent, decimal? RecyclingPercent);

/// <param name="Programme">official or benchmark.</param>
public sealed record CollectionTarget(decimal Percent, string Act, string Programme);
