using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Rates;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Rates against what was placed and against what was generated, the forecast, and what others say.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/reconciliation/rates")]
public sealed class RatesController(RateService rates, MatrixService matrix, Figures figures, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(int? year, string? region, string? variant, CancellationToken ct)
    {
        var today = BusinessTime.Today(clock);
        if (Selection.Parse(year ?? today.Year, null, string.IsNullOrEmpty(region) ? null : region, null) is not { } at || !TryVariant(variant, out var chosen))
        {
            return NotFound();
        }

        return View("Rates", new RatesPage(await rates.OfAsync(at.Year, at.Region, ct), await matrix.ViewAsync(at, null, ct), await figures.RegionsAsync(ct), chosen, today.Year));
    }

    [HttpGet("/{culture:culture}/operator/reconciliation/generated.csv")]
    public async Task<IActionResult> Csv(int? year, string? region, string? variant, CancellationToken ct)
    {
        if (Selection.Parse(year ?? BusinessTime.Today(clock).Year, null, string.IsNullOrEmpty(region) ? null : region, null) is not { } at || !TryVariant(variant, out var chosen))
        {
            return NotFound();
        }

        var input = (await rates.OfAsync(at.Year, at.Region, ct)).Input;
        return new CsvFile(
            $"weee-generated-{chosen}.csv", ["category", "year", "placed_t", "generated_t", "in_use_t", "is_forecast", "growth_percent", "variant"],
            input.Estimate(new GenerationQuestion(chosen, GenerationService.LastForecastYear)).Select(row => new object?[] { row.Category, row.Year, row.PlacedTonnes, row.GeneratedTonnes, row.StockTonnes, row.IsForecast, input.GrowthOf(row.Category), chosen.ToString() }));
    }

    private static bool TryVariant(string? text, out WeeeVariant variant)
    {
        variant = WeeeVariant.B;
        return string.IsNullOrEmpty(text) || (text is "A" or "B" or "C" && Enum.TryParse(text, out variant));
    }
}

/// <param name="ThisYear">For the choice of years.</param>
public sealed record RatesPage(RatesOfYear Rates, MatrixView View, IReadOnlyList<RegionName> Regions, WeeeVariant Variant, int ThisYear)
{
    public IReadOnlyList<GeneratedRow> Forecast { get; } = Rates.Input.Estimate(new GenerationQuestion(Variant, GenerationService.LastForecastYear));
}
