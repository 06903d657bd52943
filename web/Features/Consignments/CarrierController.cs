using EwasteEpr.Consignments.Custody;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What a carrier carries: its jobs, and both handovers on the driver's own phone.</summary>
[Authorize(Policy = PolicyNames.OrgCarrier)]
[Route("/{culture:culture}/org/{slug}/carrier")]
public sealed class CarrierController(ConsignmentQueries queries, EwasteEpr.Consignments.Custody.HandoverService handovers, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/carrier";

    [HttpGet("")]
    public async Task<IActionResult> Jobs(string? before, CancellationToken ct)
    {
        var rows = await queries.CarriedAsync(Organisation, before, PageSize + 1, ct);
        return View("List", new ConsignmentListPage(HttpContext.Organisation(), ConsignmentSide.Carrier, [.. rows.Take(PageSize)], null, Root, rows.Count > PageSize ? $"{Root}?before={rows[PageSize - 1].Number}" : null));
    }

    [HttpGet("{number}")]
    public Task<IActionResult> Show(string number, CancellationToken ct) => ShowAsync(number, ct);

    [HttpPost("{number}")]
    [EnableRateLimiting(Limits.CounterCodes)]
    public async Task<IActionResult> HandOver(string number, HandoverStep step, string? code, CancellationToken ct)
    {
        var actor = ActorContext.Current(HttpContext);
        var outcome = step == HandoverStep.Despatch ? await handovers.DespatchAsync(number, code ?? "", Organisation, actor, ct) : await handovers.ReceiveAsync(number, code ?? "", Organisation, actor, ct);
        switch (outcome)
        {
            case HandoverOutcome.Done done:
                TempData["code"] = done.DeliveryCode;
                TempData["said"] = text[step == HandoverStep.Despatch ? "Said.Despatched" : "Said.Received", number].Value;
                return LocalRedirect($"{Root}/{number}");
            case HandoverOutcome.NotFound:
                return NotFound();
            case HandoverOutcome.WrongState:
                return LocalRedirect($"{Root}/{number}"); // sent twice: the page says how it stands
            default:
                ModelState.AddModelError(nameof(code), outcome.Sentence(text));
                return await ShowAsync(number, ct);
        }
    }

    [HttpPost("{number}/code")]
    public async Task<IActionResult> Code(string number, HandoverStep step, CancellationToken ct)
    {
        if (await handovers.NewCodeAsync(number, step, Organisation, ActorContext.Current(HttpContext), ct) is not { } code)
        {
            return NotFound();
        }

        TempData["code"] = code;
        return LocalRedirect($"{Root}/{number}");
    }

    [HttpGet("{number}/waybill/pdf")]
    public async Task<IActionResult> Pdf(string number, CancellationToken ct) =>
        Waybills.Of(await queries.FindAsync(number, ConsignmentSide.Carrier, Organisation, ct), $"{Root}/{number}", $"{Request.Scheme}://{Request.Host}", text) is { } paper ? new PaperResult(paper) : NotFound();

    private async Task<IActionResult> ShowAsync(string number, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return await queries.FindAsync(number, ConsignmentSide.Carrier, Organisation, ct) is { } details
            ? View("One", new ConsignmentOfSidePage(HttpContext.Organisation(), new ConsignmentPage(ConsignmentSide.Carrier, details, [], $"{Root}/{number}", TempData["code"] as string)))
            : NotFound();
    }
}
