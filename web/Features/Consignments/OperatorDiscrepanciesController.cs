using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What scales disagreed about, and opening stock: the operator reads both sides and decides.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/discrepancies")]
public sealed class OperatorDiscrepanciesController(DiscrepancyService discrepancies, SiteEntries entries, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;

    private static string Root => $"/{Culture.CurrentCode}/operator/discrepancies";

    [HttpGet("")]
    public async Task<IActionResult> List(string? state, string? before, CancellationToken ct)
    {
        var wanted = state is "Open" or "Resolved" ? state : null;
        var rows = await discrepancies.ListAsync(wanted, before, PageSize + 1, ct);
        return View("Discrepancies", new DiscrepanciesPage([.. rows.Take(PageSize)], wanted, rows.Count > PageSize ? $"{Root}?state={wanted}&before={rows[PageSize - 1].Number}" : null, await entries.UndecidedAsync(ct)));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(string? state, CancellationToken ct) => new CsvFile(
        "discrepancies.csv", ["discrepancy", "kind", "state", "consignment", "container", "sender", "receiver", "sent_grams", "weighed_grams", "gap_grams", "allowed_grams", "expected_items", "counted_items", "blocks_payment", "opened_at", "decided_at", "pays"],
        (await discrepancies.ListAsync(state is "Open" or "Resolved" ? state : null, null, 10_000, ct)).Select(row => new object?[]
        {
            row.Number, row.Kind, row.State, row.Consignment, row.Container, row.FromRu, row.ToRu, row.SentGrams, row.WeighedGrams, row.GapGrams, row.AllowedGrams, row.ExpectedItems, row.CountedItems, row.BlocksPayment, row.OpenedAt, row.DecidedAt, row.Pays,
        }));

    [HttpGet("{number}")]
    public async Task<IActionResult> Discrepancy(string number, CancellationToken ct) => await discrepancies.FindAsync(number, ct) is { } row ? View(new DiscrepancyPage(row, null)) : NotFound();

    [HttpPost("{number}")]
    public async Task<IActionResult> Decide(string number, string? decision, bool pays, CancellationToken ct)
    {
        if (await discrepancies.FindAsync(number, ct) is not { } row)
        {
            return NotFound();
        }

        if (string.IsNullOrWhiteSpace(decision) || decision.Length > 2000)
        {
            ModelState.AddModelError(nameof(decision), text["Decide.Missing"]);
            return View("Discrepancy", new DiscrepancyPage(row, decision));
        }

        await discrepancies.DecideAsync(number, decision.Trim(), pays, ActorContext.Current(HttpContext), ct);
        return Said(text["Said.Decided", number], $"{Root}/{number}");
    }

    [HttpPost("/{culture:culture}/operator/opening-stock/{number}")]
    public async Task<IActionResult> Opening(string number, string? decision, bool earns, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(decision) || decision.Length > 2000)
        {
            ModelState.AddModelError("decision-" + number, text["Decide.Missing"]);
            return await List(null, null, ct);
        }

        return await entries.DecideAsync(number, earns, decision.Trim(), ActorContext.Current(HttpContext), ct) ? Said(text["Said.Opening", number], Root) : NotFound();
    }

    private LocalRedirectResult Said(string sentence, string path)
    {
        TempData["said"] = sentence;
        return LocalRedirect(path);
    }
}
