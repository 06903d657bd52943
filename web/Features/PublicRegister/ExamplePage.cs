using EwasteEpr.Reconciliation.Published;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <param name="Year">The year whose records are shown.</param>
/// <param name="Cells">Household collection of that year: category by part of the year.</param>
/// <param name="Findings">The largest gaps first; the file has all of them.</param>
public sealed record ExamplePage(
    PublishedDataset Dataset,
    IReadOnlyList<PublishedYear> All,
    int Year,
    IReadOnlyList<PublishedCell> Cells,
    IReadOnlyList<FindingSummary> Summaries,
    IReadOnlyList<PublishedFinding> Findings)
{
    public const int FindingsOnPage = 20;

    public IReadOnlyList<ExampleYear> Years { get; } = [.. All.Select(one => one.Year).Distinct().Order().Select(year => Row(All, year))];

    public ExampleYear Shown => Years.First(row => row.Year == Year);

    /// <summary>The quarters of the year that were published; the publisher's own year stands beside their sum.</summary>
    public IReadOnlyList<string> Quarters { get; } = [.. Cells.Select(cell => cell.Part).Where(part => part.StartsWith('Q')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public IReadOnlyList<IGrouping<(string Code, string Name), PublishedCell>> ByCategory { get; } = [.. Cells.GroupBy(cell => (cell.Category, cell.CategoryName))];

    public static int LastWholeYear(IReadOnlyList<PublishedYear> all) =>
        all.Where(one => one is { Flow: nameof(PublishedFlow.Collected), Stream: nameof(PublishedStream.Household), IsWhole: true }).Select(one => one.Year).DefaultIfEmpty(all[^1].Year).Max();

    private static ExampleYear Row(IReadOnlyList<PublishedYear> all, int year)
    {
        var placed = all.Where(one => one is { Flow: nameof(PublishedFlow.PlacedOnMarket), Stream: nameof(PublishedStream.Household) }).ToDictionary(one => one.Year, one => one.Grams);
        var collected = Household(all, PublishedFlow.Collected, year);
        var (percent, present) = collected is { IsWhole: true } ? CollectionRates.Of(year, collected.Grams, placed) : (null, 0);
        return new ExampleYear(year, placed.TryGetValue(year, out var grams) ? grams : null, collected, Household(all, PublishedFlow.Received, year), percent, present);
    }

    private static PublishedYear? Household(IReadOnlyList<PublishedYear> all, PublishedFlow flow, int year) =>
        all.FirstOrDefault(one => one.Year == year && one.Flow == flow.ToString() && one.Stream == nameof(PublishedStream.Household));
}

/// <summary>Household equipment of one year. What was not published is none, never 0.</summary>
public sealed record ExampleYear(int Year, long? PlacedGrams, PublishedYear? Collected, PublishedYear? Received, decimal? RatePercent, int RateYears);
