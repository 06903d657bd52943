using EwasteEpr.Marketplace;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>The market for everybody: lots that take offers, results without names, and what a tonne went for.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/market")]
public sealed class MarketController(LotQueries lots, MarketFigures figures) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(string? category, CancellationToken ct)
    {
        var chosen = Known(category);
        var prices = await figures.PricesAsync(ct);
        // Without a choice the picture shows the category with the most lots.
        var shown = chosen ?? prices.GroupBy(row => row.Category, StringComparer.Ordinal).OrderByDescending(group => group.Sum(row => row.Lots)).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key ?? "6";
        return View(new MarketPage(await lots.OpenAsync(chosen, ct), await figures.ResultsAsync(chosen, ct), new PriceHistory(shown, await figures.TodayAsync(ct), prices), chosen));
    }

    [HttpGet("lots/{number}")]
    public async Task<IActionResult> Lot(string number, CancellationToken ct) =>
        await lots.FindAsync(number, ct) is { } lot ? View(new PublicLotPage(lot, await lots.ContainersAsync(lot, ct), await lots.PhotosAsync(lot, ct))) : NotFound();

    [HttpGet("lots/{number}/photos/{photo:guid}")]
    public async Task<IActionResult> Photo(string number, Guid photo, CancellationToken ct) =>
        await lots.PhotoAsync(number, photo, ct) is { } found ? File(found.Content, found.MediaType) : NotFound();

    [HttpGet("results.csv")]
    public async Task<IActionResult> Results(string? category, CancellationToken ct) => new CsvFile(
        "lots.csv", ["lot", "kind", "state", "category", "reuse", "region", "declared_kg", "weighed_kg", "closed_at", "offers", "tenge_per_tonne", "tenge"],
        (await figures.ResultsAsync(Known(category), ct)).Select(row => new object?[]
        {
            row.Number, row.Kind, row.State, row.Category, row.ForReuse, row.Region(Culture.CurrentCode), MarketWords.Kilograms(row.DeclaredGrams), row.WeighedGrams is { } grams ? MarketWords.Kilograms(grams) : null,
            row.ClosedAt, row.Offers, row.TiynPerTonne is { } price ? MarketWords.Tenge(price) : null, row.Tiyn is { } tiyn ? MarketWords.Tenge(tiyn) : null,
        }));

    [HttpGet("prices.csv")]
    public async Task<IActionResult> Prices(CancellationToken ct) => new CsvFile(
        "lot-prices.csv", ["month", "category", "lots", "kg", "mean_tenge_per_tonne", "least_tenge_per_tonne", "most_tenge_per_tonne"],
        (await figures.PricesAsync(ct)).Select(row => new object?[]
        {
            row.Month, row.Category, row.Lots, MarketWords.Kilograms(row.Grams), MarketWords.Tenge(row.MeanTiyn), MarketWords.Tenge(row.LeastTiyn), MarketWords.Tenge(row.MostTiyn),
        }));

    internal static string? Known(string? category) => Categories.All.Contains(category, StringComparer.Ordinal) ? category : null;
}

public sealed record MarketPage(IReadOnlyList<LotRow> Open, IReadOnlyList<ResultRow> Results, PriceHistory Prices, string? Category);

public sealed record PublicLotPage(LotRow Lot, IReadOnlyList<LotContainer> Containers, IReadOnlyList<Guid> Photos);

/// <summary>Twelve months of one category, and the table of all.</summary>
public sealed record PriceHistory(string Category, DateOnly Today, IReadOnlyList<PriceRow> All)
{
    public IReadOnlyList<string> Months { get; } = [.. Enumerable.Range(0, 12).Select(back => Today.AddMonths(back - 11).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture))];

    public PriceRow? In(string month) => All.FirstOrDefault(row => row.Category == Category && row.Month == month);
}
