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
            : View("Public", new PublicPage(shown, today.Year, string.IsNullOrEmpty(region) ? "*" : region, await publicFigures.OfYearAsync(shown, ct), regions));
    }

    [HttpGet("/{culture:culture}/data/reconciliation.csv")]
    public async Task<IActionResult> Csv(int? year, CancellationToken ct)
    {
        var shown = year ?? BusinessTime.Today(clock).Year;
        return shown is < Selection.FirstYear or > Selection.LastYear
            ? NotFound()
            : new CsvFile(
                $"reconciliation-public-{shown}.csv", ["year", "region", "category", "measure", "mass_kg", "basis", "suppressed"],
                (await publicFigures.OfYearAsync(shown, ct)).Cells.Select(cell => new object?[] { cell.Year, cell.Region, cell.Category, cell.Measure.ToString(), cell.Grams / 1000m, cell.Basis.ToString(), cell.IsSuppressed }));
    }
}

/// <param name="Region">'*': the country.</param>
public sealed record PublicPage(int Year, int ThisYear, string Region, PublicYear Figures, IReadOnlyList<RegionName> Regions)
{
    public IReadOnlyList<string> RegionsShown { get; } = [.. Figures.Cells.Select(cell => cell.Region).Where(region => region != PublicCell.All).Distinct(StringComparer.Ordinal)];

    public bool HasSuppressed => Figures.Cells.Any(cell => cell.IsSuppressed);
}
