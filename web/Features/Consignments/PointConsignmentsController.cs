using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Features.Counter;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What the point sends with.</summary>
public sealed record PointRoad(ConsignmentService Consignments, EwasteEpr.Consignments.Custody.HandoverService Handovers, WeighInPhotos Photos);

/// <summary>The point sends its sealed containers: chooses, prepares, hands over, takes back.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point/consignments")]
public sealed class PointConsignmentsController(
    ShiftService shifts, PointRoad road, ConsignmentQueries queries, DiscrepancyService discrepancies, IStringLocalizer<ConsignmentsText> text) : CounterBase(shifts)
{
    private const int PageSize = 50;

    private string Here => Root + "/consignments";

    [HttpGet("")]
    public async Task<IActionResult> List(string? before, CancellationToken ct)
    {
        var rows = await queries.SentAsync(Place, before, PageSize + 1, ct);
        return View("Sent", new SentPage(Shift, [.. rows.Take(PageSize)], await queries.SealedAsync(Place, ct), rows.Count > PageSize ? $"{Here}?before={rows[PageSize - 1].Number}" : null));
    }

    [HttpGet("new")]
    public Task<IActionResult> New(CancellationToken ct) => ShowNewAsync(new PrepareForm(), ct);

    [HttpPost("")]
    public async Task<IActionResult> Prepare(PrepareForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var own = Bin.Check(form.OwnSystem?.Trim(), out var bin) == BinCheck.Valid ? bin : (Bin?)null;
        var request = new NewConsignment(
            form.Id, [.. form.Containers.Take(200).Select(container => new SentContainer(container, null))], form.Site ?? Guid.Empty, form.Carrier is { } carrier ? new OrganisationId(carrier) : null, Short(form.Vehicle, 60), Short(form.Driver, 120), form.Payer, own);
        if (Request.IsLanguageSwitch())
        {
            return await ShowNewAsync(form, ct);
        }

        switch (await road.Consignments.PrepareAsync(request, Place, Who, ct))
        {
            case PrepareOutcome.Prepared done:
                TempData["code"] = done.Code;
                return LocalRedirect($"{Here}/{done.Number}");
            case PrepareOutcome.NotCertified missing:
                ModelState.AddModelError(nameof(form.Site), text["Prepare.NotCertified", missing.Category]);
                break;
            case PrepareOutcome.NotSealed taken:
                ModelState.AddModelError(nameof(form.Containers), text["Prepare.NotSealed", taken.Container ?? "–"]);
                break;
            case var refused:
                ModelState.AddModelError(refused is PrepareOutcome.NoSuchSystem ? nameof(form.OwnSystem) : refused is PrepareOutcome.NoSuchSite or PrepareOutcome.ReuseToRecycler ? nameof(form.Site) : nameof(form.Containers), text["Prepare." + refused.GetType().Name]);
                break;
        }

        return await ShowNewAsync(form, ct);
    }

    [HttpGet("{number}")]
    public Task<IActionResult> Consignment(string number, CancellationToken ct) => ShowAsync(number, ct);

    [HttpPost("{number}/despatch")]
    [EnableRateLimiting(Limits.CounterCodes)]
    public async Task<IActionResult> Despatch(string number, string? code, CancellationToken ct)
    {
        switch (await road.Handovers.DespatchAsync(number, code ?? "", OrganisationId, Who, ct))
        {
            case HandoverOutcome.Done done:
                TempData["code"] = done.DeliveryCode;
                return Say(text["Said.Despatched", number], $"/consignments/{number}");
            case HandoverOutcome.NotFound:
                return NotFound();
            case HandoverOutcome.WrongState:
                return LocalRedirect($"{Here}/{number}"); // sent twice: the page says how it stands
            case var refused:
                ModelState.AddModelError(nameof(code), refused.Sentence(text));
                return await ShowAsync(number, ct);
        }
    }

    [HttpPost("{number}/code")]
    public async Task<IActionResult> Code(string number, CancellationToken ct)
    {
        if (await road.Handovers.NewCodeAsync(number, HandoverStep.Despatch, OrganisationId, Who, ct) is not { } code)
        {
            return NotFound();
        }

        TempData["code"] = code;
        return LocalRedirect($"{Here}/{number}");
    }

    [HttpGet("{number}/{container:guid}/photo")]
    public async Task<IActionResult> Photo(string number, Guid container, CancellationToken ct) =>
        await road.Photos.FindAsync(number, container, OrganisationId, ct) is { } photo ? File(photo.Content, photo.MediaType) : NotFound();

    [HttpPost("{number}/cancel")]
    public async Task<IActionResult> Cancel(string number, string? reason, CancellationToken ct) =>
        await EndAsync(number, Short(reason, 500) is { } why ? await road.Consignments.CancelAsync(number, OrganisationId, why, Who, ct) : null, "Said.Cancelled", ct);

    [HttpPost("{number}/return")]
    public async Task<IActionResult> Return(string number, string? reason, CancellationToken ct) =>
        await EndAsync(number, Short(reason, 500) is { } why ? await road.Consignments.ReturnAsync(number, OrganisationId, why, Who, ct) : null, "Said.Returned", ct);

    [HttpPost("{number}/discrepancies/{no}")]
    public async Task<IActionResult> Explain(string number, string no, string? words, CancellationToken ct) =>
        Short(words, 2000) is not { } said ? await RefuseAsync(number, nameof(words), "Explain.Missing", ct)
        : await discrepancies.ExplainAsync(no, OrganisationId, said, Who, ct) ? Say(text["Said.Explained"], $"/consignments/{number}") : NotFound();

    private async Task<IActionResult> RefuseAsync(string number, string field, string why, CancellationToken ct)
    {
        ModelState.AddModelError(field, text[why]);
        return await ShowAsync(number, ct);
    }

    [HttpGet("{number}/waybill")]
    public Task<IActionResult> Waybill(string number, CancellationToken ct) => PaperAsync(number, asPage: true, ct);

    [HttpGet("{number}/waybill/pdf")]
    public Task<IActionResult> Pdf(string number, CancellationToken ct) => PaperAsync(number, asPage: false, ct);

    private async Task<IActionResult> PaperAsync(string number, bool asPage, CancellationToken ct) =>
        Waybills.Of(await queries.FindAsync(number, ConsignmentSide.Sender, OrganisationId, ct), $"{Here}/{number}", $"{Request.Scheme}://{Request.Host}", text) is { } paper ? new PaperResult(paper, asPage) : NotFound();

    private async Task<IActionResult> EndAsync(string number, EndOutcome? outcome, string said, CancellationToken ct)
    {
        switch (outcome)
        {
            case EndOutcome.Done:
                return Say(text[said, number], $"/consignments/{number}");
            case EndOutcome.NotFound:
                return NotFound();
            default:
                return await RefuseAsync(number, "reason", outcome is null ? "End.Reason" : "End.WrongState", ct);
        }
    }

    private static string? Short(string? typed, int most) => string.IsNullOrWhiteSpace(typed) || typed.Trim().Length > most ? null : typed.Trim();

    private async Task<IActionResult> ShowNewAsync(PrepareForm form, CancellationToken ct) =>
        View("New", new PreparePage(Shift, form, await queries.SealedAsync(Place, ct), await queries.SitesAsync(ct), await queries.CarriersAsync(ct)));

    private async Task<IActionResult> ShowAsync(string number, CancellationToken ct) =>
        await queries.FindAsync(number, ConsignmentSide.Sender, OrganisationId, ct) is { } details
            ? View("PointConsignment", new PointConsignmentPage(Shift, new ConsignmentPage(ConsignmentSide.Sender, details, await discrepancies.OfConsignmentAsync(details.Consignment.ConsignmentId, ct), $"{Here}/{number}", TempData["code"] as string)))
            : NotFound();
}
