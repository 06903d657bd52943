namespace EwasteEpr.Reconciliation.Published;

/// <summary>Collected against the mean of what was placed on the market in the three years before. domain.md, section 10.</summary>
public static class CollectionRates
{
    private const int YearsBefore = 3;

    /// <returns>The rate in percent and of how many of the three years there are figures; no rate where there is none of them.</returns>
    public static (decimal? Percent, int YearsPresent) Of(int year, long collectedGrams, IReadOnlyDictionary<int, long> placedGrams)
    {
        ArgumentNullException.ThrowIfNull(placedGrams);
        var before = Enumerable.Range(year - YearsBefore, YearsBefore).Where(placedGrams.ContainsKey).Select(one => (decimal)placedGrams[one]).ToList();
        return before.Count > 0 && before.Average() is > 0 and var mean ? (100 * collectedGrams / mean, before.Count) : (null, before.Count);
    }
}
