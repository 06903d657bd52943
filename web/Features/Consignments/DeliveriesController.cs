using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What arrives at an organisation's sites: taken over by code, and its disagreements explained.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerReader)]
[Route("/{culture:culture}/org/{slug}/deliveries")]
public sealed class DeliveriesController(ConsignmentQueries queries, EwasteEpr.Consignments.Custody.HandoverService handovers, DiscrepancyService discrepancies, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/deliveries";

    [HttpGet("")]
    public async Task<IActionResult> List(string? state, string? before, CancellationToken ct)
    {
        var rows = await queries.IncomingAsync(Organisation, ConsignmentLists.StateOf(state), before, PageSize + 1, ct);
        return View("List", new ConsignmentListPage(
            HttpContext.Organisation(), ConsignmentSide.Receiver, [.. rows.Take(PageSize)], ConsignmentLists.StateOf(state), Root, rows.Count > PageSize ? $"{Root}?state={state}&before={rows[PageSize - 1].Number}" : null));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(string? state, CancellationToken ct) => ConsignmentLists.Csv(await queries.IncomingAsync(Organisation, ConsignmentLists.StateOf(state), null, 10_000, ct));

    [HttpGet("{number}")]
    public Task<IActionResult> Delivery(string number, CancellationToken ct) => ShowAsync(number, ct);

    [HttpPost("{number}/receive")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    [EnableRateLimiting(Limits.CounterCodes)]
    public async Task<IActionResult> Receive(string number, string? code, CancellationToken ct)
    {
        switch (await handovers.ReceiveAsync(number, code ?? "", Organisation, ActorContext.Current(HttpContext), ct))
        {
            case HandoverOutcome.Done:
                TempData["said"] = text["Said.Received", number].Value;
                return LocalRedirect($"{Root}/{number}");
            case HandoverOutcome.NotFound:
                return NotFound();
            case HandoverOutcome.WrongState:
                return LocalRedirect($"{Root}/{number}"); // sent twice: the page says how it stands
            case var refused:
                ModelState.AddModelError(nameof(code), refused.Sentence(text));
                return await ShowAsync(number, ct);
        }
    }

    [HttpPost("{number}/code")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Code(string number, CancellationToken ct)
    {
        if (await handovers.NewCodeAsync(number, HandoverStep.Delivery, Organisation, ActorContext.Current(HttpContext), ct) is not { } code)
        {
            return NotFound();
        }

        TempData["code"] = code;
        return LocalRedirect($"{Root}/{number}");
    }

    [HttpPost("{number}/discrepancies/{no}")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Explain(string number, string no, string? words, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(words) || words.Length > 2000)
        {
            ModelState.AddModelError(nameof(words), text["Explain.Missing"]);
            return await ShowAsync(number, ct);
        }

        if (!await discrepancies.ExplainAsync(no, Organisation, words.Trim(), ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Explained"].Value;
        return LocalRedirect($"{Root}/{number}");
    }

    [HttpGet("{number}/waybill/pdf")]
    public async Task<IActionResult> Pdf(string number, CancellationToken ct) =>
        Waybills.Of(await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct), $"{Root}/{number}", $"{Request.Scheme}://{Request.Host}", text) is { } paper ? new PaperResult(paper) : NotFound();

    private async Task<IActionResult> ShowAsync(string number, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        var access = HttpContext.Organisation();
        return await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct) is { } details
            ? View("One", new ConsignmentOfSidePage(access, new ConsignmentPage(
                ConsignmentSide.Receiver, details, await discrepancies.OfConsignmentAsync(details.Consignment.ConsignmentId, ct), $"{Root}/{number}", TempData["code"] as string, access.Has("recycler_staff"))))
            : NotFound();
    }
}

/// <summary>What lists of consignments share.</summary>
internal static class ConsignmentLists
{
    public static string? StateOf(string? asked) => Enum.TryParse<ConsignmentState>(asked, out var state) ? state.ToString() : null;

    public static CsvFile Csv(IReadOnlyList<ConsignmentRow> rows) => new(
        "consignments.csv", ["consignment", "state", "sender", "receiver", "site", "carrier", "payer", "reuse", "containers", "sent_grams", "weighed_grams", "prepared_at", "despatched_at", "received_at", "ended_at"],
        rows.Select(row => new object?[]
        {
            row.Number, row.State, row.SenderRu, row.ReceiverRu, row.Site, row.CarrierRu, row.Payer, row.ForReuse, row.Containers, row.SentGrams, row.NetGrams, row.PreparedAt, row.DespatchedAt, row.ReceivedAt, row.EndedAt,
        }));
}
