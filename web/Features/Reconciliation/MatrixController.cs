using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>The matrix: year by category by region, each figure down to its records. Inspectors and akimats read their region.</summary>
[Authorize(Policy = PolicyNames.FigureReader)]
[Route("/{culture:culture}/operator/reconciliation")]
public sealed class MatrixController(MatrixService matrix, Figures figures, FigureRecords records, TimeProvider clock) : Controller
{
    private const int PageRows = 50;

    [HttpGet("")]
    public IActionResult Index() => LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/{BusinessTime.Today(clock).Year}");

    /// <summary>The filters as a form without scripts: from fields to an address.</summary>
    [HttpGet("go")]
    public IActionResult Go(int year, string? category, string? region, string? quarter) =>
        Selection.Parse(year, category, region, quarter) is { } at ? LocalRedirect(new MatrixAddress(at).Page) : NotFound();

    [HttpGet("{year:int}")]
    public Task<IActionResult> Year(int year, string? quarter, CancellationToken ct) => Matrix(year, Selection.All, Selection.All, quarter, ct);

    [HttpGet("{year:int}/{category}/{region}")]
    public async Task<IActionResult> Matrix(int year, string category, string region, string? quarter, CancellationToken ct)
    {
        if (Selection.Parse(year, category, region, quarter) is not { } at)
        {
            return NotFound();
        }

        // Whoever reads a region begins with it.
        if (at.Region is null && ReadersRegions.Of(HttpContext) is [var own, ..])
        {
            return LocalRedirect(new MatrixAddress(at with { Region = own }).Page);
        }

        if (!ReadersRegions.MayRead(HttpContext, at))
        {
            return NotFound();
        }

        var regions = await figures.RegionsAsync(ct);
        return at.Region is { } named && named != Selection.UnknownRegion && !regions.Any(one => one.Kato == named)
            ? NotFound()
            : View("Matrix", new MatrixPage(at, await matrix.ViewAsync(at, ReadersRegions.Of(HttpContext), ct), regions, ReadersRegions.Of(HttpContext), BusinessTime.Today(clock)));
    }

    [HttpGet("{year:int}/{category}/{region}/figures.csv")]
    public async Task<IActionResult> Csv(int year, string category, string region, string? quarter, CancellationToken ct) =>
        Selection.Parse(year, category, region, quarter) is { } at && ReadersRegions.MayRead(HttpContext, at)
            ? new CsvFile($"reconciliation-{year}{quarter}.csv", MatrixCsv.Head, MatrixCsv.Rows(await matrix.ViewAsync(at, ReadersRegions.Of(HttpContext), ct)))
            : NotFound();

    [HttpGet("{year:int}/{category}/{region}/records")]
    public async Task<IActionResult> Records(int year, string category, string region, string? measure, string? quarter, string? after, CancellationToken ct)
    {
        if (Selection.Parse(year, category, region, quarter) is not { } at || Measures.Parse(measure) is not { } counted || !ReadersRegions.MayRead(HttpContext, at))
        {
            return NotFound();
        }

        var rows = await records.ListAsync(counted, at, RecordKey.Parse(after), PageRows + 1, ct);
        var set = await figures.ReadAsync(at, ct);
        return View("Records", new RecordsPage(
            at, counted, set.Of(counted, at.Category, at), [.. rows.Take(PageRows)], rows.Count > PageRows ? rows[PageRows - 1].Key : null, after is not null, await figures.RegionsAsync(ct), ReadersRegions.IsOperator(HttpContext)));
    }

    [HttpGet("{year:int}/{category}/{region}/records.csv")]
    public async Task<IActionResult> RecordsCsv(int year, string category, string region, string? measure, string? quarter, CancellationToken ct) =>
        Selection.Parse(year, category, region, quarter) is { } at && Measures.Parse(measure) is { } counted && ReadersRegions.MayRead(HttpContext, at)
            ? new CsvFile(
                $"records-{counted}-{year}{quarter}.csv", ["at", "why", "document", "who", "category", "region", counted.IsMoney() ? "amount_kzt" : "mass_kg"],
                (await records.ListAsync(counted, at, null, FigureRecords.MostRows, ct)).Select(row => new object?[]
                {
                    row.At, row.Kind, row.Document, row.PartyRu, row.Category, row.RegionKato, counted.IsMoney() ? row.Amount / 100m : row.Amount / 1000m,
                }))
            : NotFound();
}
