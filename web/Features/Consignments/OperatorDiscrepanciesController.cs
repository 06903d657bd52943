using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
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
        return LocalRedirect($"{Root}/{number}");
    }

    [HttpPost("/{culture:culture}/operator/opening-stock/{number}")]
    public async Task<IActionResult> Opening(string number, string? decision, bool earns, CancellationToken ct) =>
        !string.IsNullOrWhiteSpace(decision) && decision.Length <= 2000 && await entries.DecideAsync(number, earns, decision.Trim(), ActorContext.Current(HttpContext), ct) ? LocalRedirect(Root) : NotFound();
}
