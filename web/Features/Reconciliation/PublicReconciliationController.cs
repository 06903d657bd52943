using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Public: the reconciliation of the country and of each region. Every cell comes through <see cref="PublicCells"/>.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/reconciliation")]
public sealed class PublicReconciliationController(PublicFigures publicFigures, Figures figures, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(int? year, string? region, CancellationToken ct)
    {
        var today = BusinessTime.Today(clock);
        var shown = year ?? today.Year;
        var regions = await figures.RegionsAsync(ct);
        return shown is < Selection.FirstYear or > Selection.LastYear || (!string.IsNullOrEmpty(region) && !regions.Any(one => one.Kato == region))
            ? NotFound()
            : View("Public", new PublicPage(shown, today.Year, string.IsNullOrEmpty(region) ? "*" : region, await publicFigures.OfYearAsync(shown, ct), regions, clock.GetUtcNow()));
    }

    [HttpGet("/{culture:culture}/data/reconciliation.csv")]
    public async Task<IActionResult> Csv(int? year, CancellationToken ct)
    {
        var shown = year ?? BusinessTime.Today(clock).Year;
        return shown is < Selection.FirstYear or > Selection.LastYear
            ? NotFound()
            : new CsvFile(
                $"reconciliation-public-{shown}.csv", ["year", "region", "category", "measure", "mass_kg", "basis", "suppressed"],
                (await publicFigures.OfYearAsync(shown, ct)).Select(cell => new object?[] { cell.Year, cell.Region, cell.Category, cell.Measure.ToString(), cell.Grams / 1000m, cell.Basis.ToString(), cell.IsSuppressed }));
    }
}

/// <param name="Region">'*': the country.</param>
public sealed record PublicPage(int Year, int ThisYear, string Region, IReadOnlyList<PublicCell> Cells, IReadOnlyList<RegionName> Regions, DateTimeOffset At)
{
    public PublicCell? Cell(string region, string category, Measure measure) => Cells.FirstOrDefault(cell => cell.Region == region && cell.Category == category && cell.Measure == measure);

    /// <summary>None where no cell is there, or one of them is suppressed: a sum would give it away.</summary>
    public long? Total(string region, Measure measure) =>
        Cells.Where(cell => cell.Region == region && cell.Measure == measure).ToList() is { Count: > 0 } cells && cells.TrueForAll(cell => !cell.IsSuppressed) ? cells.Sum(cell => cell.Grams ?? 0) : null;
}
