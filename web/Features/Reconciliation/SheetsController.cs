using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Sheets;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Tables that the operator brings: past figures, population, lifetimes, growth, targets. Looked at first, proposed with a source, put in force by a second person.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/reconciliation/sheets")]
public sealed class SheetsController(SheetService sheets, SheetQueries queries, IStringLocalizer<SheetsText> text) : Controller
{
    private const int MostBytes = 4_000_000;
    private const int PageRows = 200;

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Sheets", new SheetsPage(null, await queries.ListAsync(null, ct), null, new SheetForm(), null, ReadersRegions.IsPreparer(HttpContext)));

    [HttpGet("{kind}")]
    public async Task<IActionResult> Kind(string kind, CancellationToken ct) => Parse(kind) is { } known ? await PageAsync(known, null, new SheetForm(), ct) : NotFound();

    /// <summary>Reads and shows; with the second button it is proposed.</summary>
    [HttpPost("{kind}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    [RequestSizeLimit(MostBytes + 100_000)]
    public async Task<IActionResult> Kind(string kind, SheetForm form, IFormFile? file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Parse(kind) is not { } known)
        {
            return NotFound();
        }

        if (file is { Length: > 0 and <= MostBytes })
        {
            (form.Csv, form.FileName) = (await ReadAsync(file, ct), Path.GetFileName(file.FileName));
            ModelState.Clear();
        }

        if (string.IsNullOrWhiteSpace(form.Csv))
        {
            ModelState.AddModelError("Form.Csv", text["E.NoTable"]);
            return await PageAsync(known, null, form, ct);
        }

        var reading = await sheets.ReadAsync(known, form.Csv, ct);
        if (!form.Propose)
        {
            return await PageAsync(known, reading, form, ct);
        }

        var label = new SheetLabel(string.IsNullOrWhiteSpace(form.FileName) ? "pasted.csv" : form.FileName, form.Source ?? "", form.Version ?? "", form.IsIllustrative);
        switch (await sheets.ProposeAsync(reading, label, ActorContext.Current(HttpContext), ct))
        {
            case ProposeSheetOutcome.Proposed proposed:
                return LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/sheets/{kind}/{proposed.SheetId}?done=Proposed");
            case ProposeSheetOutcome.SameFile same:
                return LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/sheets/{kind}/{same.SheetId}?done=SameFile");
            case ProposeSheetOutcome.SourceNeeded:
                ModelState.AddModelError(string.IsNullOrWhiteSpace(form.Source) ? "Form.Source" : "Form.Version", text["E.Source"]);
                break;
            default:
                ModelState.AddModelError("Form.Csv", text["E.NoRows"]);
                break;
        }

        return await PageAsync(known, reading, form, ct);
    }

    [HttpGet("{kind}/{id:guid}")]
    public async Task<IActionResult> One(string kind, Guid id, int? after, string? done, CancellationToken ct)
    {
        if (Parse(kind) is not { } known || await queries.FindAsync(id, ct) is not { } sheet || sheet.Kind != known.ToString())
        {
            return NotFound();
        }

        var rows = await queries.RowsAsync(id, after ?? 0, PageRows + 1, ct);
        return View("Sheet", new SheetPage(
            known, sheet, [.. rows.Take(PageRows)], rows.Count > PageRows ? rows[PageRows - 1].RowNo : null, done, ReadersRegions.IsApprover(HttpContext), HttpContext.Person().PersonId.Value == sheet.ProposedBy));
    }

    [HttpGet("{kind}/{id:guid}/rows.csv")]
    public async Task<IActionResult> Csv(string kind, Guid id, CancellationToken ct) => Parse(kind) is { } known && await queries.FindAsync(id, ct) is { } sheet && sheet.Kind == known.ToString()
        ? new CsvFile(
            $"{kind}-{id:N}.csv", ["row", "programme_or_flow", "category", "unu_key", "region", "year", "quarter", "until_year", "value", "value2", "words", "source", "version"],
            (await queries.RowsAsync(id, 0, SheetQueries.MostRows, ct)).Select(row => new object?[]
            {
                row.RowNo, row.Flow, row.Category, row.UnuKey, row.RegionKato, row.Year, row.Quarter == 0 ? null : (int)row.Quarter, row.UntilYear, row.Value, row.Value2, row.Words, sheet.Source, sheet.Version,
            }))
        : NotFound();

    [HttpPost("{kind}/{id:guid}/apply")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Apply(string kind, Guid id, CancellationToken ct) => Answer(kind, id, await sheets.ApplyAsync(id, ActorContext.Current(HttpContext), ct), "Applied");

    [HttpPost("{kind}/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(string kind, Guid id, CancellationToken ct) => Answer(kind, id, await sheets.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), "Withdrawn");

    /// <summary>What imported figures of the matrix open to.</summary>
    [HttpGet("/{culture:culture}/operator/reconciliation/history")]
    public async Task<IActionResult> History(int? year, Guid? sheet, int? row, CancellationToken ct)
    {
        var rows = await queries.HistoryAsync(year, sheet is { } from ? (from, row ?? 0) : null, PageRows + 1, ct);
        return View("History", new HistoryPage(year, [.. rows.Take(PageRows)], rows.Count > PageRows ? rows[PageRows - 1] : null));
    }

    [HttpGet("/{culture:culture}/operator/reconciliation/history.csv")]
    public async Task<IActionResult> HistoryCsv(int? year, CancellationToken ct) => new CsvFile(
        "imported-figures.csv", ["flow", "category", "unu_key", "region", "year", "quarter", "mass_kg", "source", "version", "illustrative"],
        (await queries.HistoryAsync(year, null, SheetQueries.MostRows, ct)).Select(row => new object?[]
        {
            row.Flow, row.Category, row.UnuKey, row.RegionKato, row.Year, row.Quarter == 0 ? null : (int)row.Quarter, row.Grams / 1000m, row.Source, row.Version, row.IsIllustrative,
        }));

    private async Task<IActionResult> PageAsync(SheetKind kind, SheetReading? reading, SheetForm form, CancellationToken ct) =>
        View("Sheets", new SheetsPage(kind, await queries.ListAsync(kind, ct), reading, form, null, ReadersRegions.IsPreparer(HttpContext)));

    private IActionResult Answer(string kind, Guid id, DecideSheetOutcome outcome, string done) => Parse(kind) is null || outcome == DecideSheetOutcome.NotFound
        ? NotFound()
        : LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/sheets/{kind}/{id}?done={(outcome == DecideSheetOutcome.Done ? done : outcome.ToString())}");

    private static SheetKind? Parse(string kind) => Enum.GetValues<SheetKind>().Where(one => one.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase)).Select(one => (SheetKind?)one).FirstOrDefault();

    private static async Task<string> ReadAsync(IFormFile file, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, ct);
        return SmallTable.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
