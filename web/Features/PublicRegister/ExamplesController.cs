using EwasteEpr.Reconciliation.Published;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: another country's published figures, to try the method on, with everything in them that does not fit together.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/examples/{code}")]
public sealed class ExamplesController(PublishedFigures figures) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(string code, int? year, CancellationToken ct)
    {
        if (await figures.FindAsync(code, ct) is not { } dataset || await figures.YearsAsync(dataset.DatasetId, ct) is not { Count: > 0 } years)
        {
            return NotFound();
        }

        var shown = year ?? ExamplePage.LastWholeYear(years);
        var cells = await figures.CellsAsync(dataset.DatasetId, shown, PublishedFlow.Collected, PublishedStream.Household, ct);
        return cells.Count == 0 && year is not null
            ? NotFound()
            : View("Example", new ExamplePage(dataset, years, shown, cells, await figures.SummariesAsync(dataset.DatasetId, ct), await figures.FindingsAsync(dataset.DatasetId, PublishedFigures.FindingsShown, ct)));
    }

    [HttpGet("rows.csv")]
    public async Task<IActionResult> Rows(string code, CancellationToken ct) => await figures.FindAsync(code, ct) is { } dataset
        ? new CsvFile(
            $"{dataset.Code}.csv", ["flow", "stream", "year", "part", "category", "category_name", "measure", "mass_kg", "source", "licence"],
            (await figures.RowsAsync(dataset.DatasetId, ct)).Select(row => new object?[] { row.Flow, row.Stream, row.Year, row.Part, row.Category, row.CategoryName, row.Measure, row.Grams / 1000m, dataset.Source, dataset.Licence }))
        : NotFound();

    [HttpGet("findings.csv")]
    public async Task<IActionResult> Findings(string code, CancellationToken ct) => await figures.FindAsync(code, ct) is { } dataset
        ? new CsvFile(
            $"{dataset.Code}-findings.csv", ["finding", "flow", "stream", "year", "part", "category", "category_name", "left_kg", "right_kg"],
            (await figures.FindingsAsync(dataset.DatasetId, PublishedFigures.MostRows, ct)).Select(row => new object?[] { row.Finding, row.Flow, row.Stream, row.Year, row.Part, row.Category, row.CategoryName, row.LeftGrams / 1000m, row.RightGrams / 1000m }))
        : NotFound();
}
