using System.Globalization;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What arrives at an organisation's sites: taken over by code, and its disagreements explained.</summary>
[Authorize(Policy = PolicyNames.OrgSiteDesk)]
[ReadsCodes]
[Route("/{culture:culture}/org/{slug}/deliveries")]
public sealed class DeliveriesController(ConsignmentQueries queries, HandoverService handovers, DiscrepancyService discrepancies, WeighInPhotos photos, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/deliveries";

    [HttpGet("")]
    public async Task<IActionResult> List(string? before, CancellationToken ct)
    {
        var rows = await queries.IncomingAsync(Organisation, before, PageSize + 1, ct);
        return View("Deliveries", new DeliveriesPage(HttpContext.Organisation(), [.. rows.Take(PageSize)], rows.Count > PageSize ? $"{Root}?before={rows[PageSize - 1].Number}" : null));
    }

    [HttpGet("{number}")]
    public Task<IActionResult> Delivery(string number, CancellationToken ct) => ShowAsync(number, ct);

    [HttpPost("{number}/receive")]
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
            case var refused:
                ModelState.AddModelError(nameof(code), refused.Sentence(text));
                return await ShowAsync(number, ct);
        }
    }

    [HttpPost("{number}/code")]
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
    public async Task<IActionResult> Explain(string number, string no, string? words, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(words) || words.Length > 2000 || !await discrepancies.ExplainAsync(no, Organisation, words.Trim(), ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Explained"].Value;
        return LocalRedirect($"{Root}/{number}");
    }

    [HttpGet("{number}/waybill/pdf")]
    public async Task<IActionResult> Pdf(string number, CancellationToken ct) =>
        Waybills.Of(await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct), $"{Root}/{number}", $"{Request.Scheme}://{Request.Host}", text) is { } paper ? new PaperResult(paper) : NotFound();

    [HttpGet("{number}/{container:guid}/photo")]
    public async Task<IActionResult> Photo(string number, Guid container, CancellationToken ct) =>
        await photos.FindAsync(number, container, Organisation, ct) is { } photo ? File(photo.Content, photo.MediaType, $"{Guid.CreateVersion7():N}") : NotFound();

    private async Task<IActionResult> ShowAsync(string number, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct) is { } details
            ? View("Delivery", new DeliveryPage(HttpContext.Organisation(), new ConsignmentPage(ConsignmentSide.Receiver, details, await discrepancies.OfConsignmentAsync(details.Consignment.ConsignmentId, ct), $"{Root}/{number}", TempData["code"] as string, TempData["said"] as string)))
            : NotFound();
    }
}

/// <summary>One container on the scale, with large digits.</summary>
[Authorize(Policy = PolicyNames.OrgSiteDesk)]
[Route("/{culture:culture}/org/{slug}/deliveries/{number}/{container:guid}")]
public sealed class WeighInController(
    ConsignmentQueries queries, WeighInService weighIns, WeighInPhotos photos, SplitProtocols splits, SiteScales scales, TimeProvider clock, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int MostPhotoBytes = 2_000_000;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Back(string number) => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/deliveries/{number}";

    [HttpGet("")]
    public Task<IActionResult> WeighIn(string number, Guid container, CancellationToken ct) => ShowAsync(number, container, null, null, null, ct);

    [HttpPost("")]
    [RequestSizeLimit(3 * 1024 * 1024)]
    public async Task<IActionResult> Weigh(string number, Guid container, WeighInForm form, IFormFile? photo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!ScaleReading.TryRead(form.Gross, out var gross) || gross is null || !ScaleReading.TryRead(form.Tare, out var tare) || !ScaleReading.TryRead(form.Packaging, out var packaging)
            || !(string.IsNullOrWhiteSpace(form.Counted) || int.TryParse(form.Counted, NumberStyles.None, CultureInfo.InvariantCulture, out _)) || form.Ticket is { Length: > 80 })
        {
            ModelState.AddModelError(nameof(form.Gross), text["Weigh.Unreadable"]);
            return await ShowAsync(number, container, form, null, null, ct);
        }

        var counted = string.IsNullOrWhiteSpace(form.Counted) ? (int?)null : int.Parse(form.Counted, CultureInfo.InvariantCulture);
        var request = new NewWeighIn(container, gross.Value, tare ?? Weight.Zero, packaging ?? Weight.Zero, Text(form.Scale), counted, Text(form.Ticket), form.Confirmed);
        switch (await weighIns.WeighAsync(request, Organisation, ActorContext.Current(HttpContext), ct))
        {
            case WeighInOutcome.Weighed done:
                await KeepAsync(number, container, photo, ct);
                TempData["said"] = text[done.IsDiscrepant ? "Said.Discrepant" : "Said.Weighed", done.Container].Value;
                return LocalRedirect(Back(number));
            case WeighInOutcome.Already { IsSame: true }:
                return LocalRedirect(Back(number));
            case WeighInOutcome.NotFound:
                return NotFound();
            case WeighInOutcome.NeedsConfirmation ask:
                return await ShowAsync(number, container, form, null, ask, ct);
            case WeighInOutcome.NotCertified missing:
                ModelState.AddModelError(nameof(form.Gross), text["Weigh.NotCertified", missing.Category]);
                break;
            case WeighInOutcome.NeedsCount needed:
                ModelState.AddModelError(nameof(form.Counted), text["Weigh.NeedsCount", needed.Expected]);
                break;
            case var refused:
                ModelState.AddModelError(refused is WeighInOutcome.TicketTaken ? nameof(form.Ticket) : nameof(form.Gross), text["Weigh." + refused.GetType().Name]);
                break;
        }

        return await ShowAsync(number, container, form, null, null, ct);
    }

    [HttpPost("missing")]
    public async Task<IActionResult> Missing(string number, Guid container, CancellationToken ct)
    {
        var outcome = await weighIns.MissAsync(container, Organisation, ActorContext.Current(HttpContext), ct);
        return outcome is WeighInOutcome.Weighed or WeighInOutcome.Already ? LocalRedirect(Back(number)) : NotFound();
    }

    [HttpPost("split")]
    public async Task<IActionResult> Split(string number, Guid container, SplitForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var shares = form.Percent.Where(share => Shared.Categories.All.Contains(share.Key, StringComparer.Ordinal)).Select(share => (share.Key, Percent: Hundredths(share.Value))).ToList();
        var outcome = shares.Exists(share => share.Percent is null) || !ScaleReading.TryRead(form.Sample, out var sample) || sample is null ? SplitOutcome.NotHundred
            : await splits.WriteAsync(new NewSplit(container, form.Day ?? BusinessTime.Today(clock), sample.Value, [.. shares.Select(share => new SplitShare(share.Key, share.Percent!.Value))]), Organisation, ActorContext.Current(HttpContext), ct);
        if (outcome == SplitOutcome.Written)
        {
            return LocalRedirect($"{Back(number)}/{container:D}");
        }

        if (outcome == SplitOutcome.NotFound)
        {
            return NotFound();
        }

        ModelState.AddModelError(nameof(form.Sample), text["Split." + outcome]);
        return await ShowAsync(number, container, null, form, null, ct);
    }

    /// <summary>None where it is no percent; empty is none of it.</summary>
    private static int? Hundredths(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? 0 : NumberInput.TryParse(typed, out var percent) == NumberProblem.None && percent is >= 0 and <= 100 && decimal.IsInteger(percent * 100) ? (int)(percent * 100) : null;

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private async Task KeepAsync(string number, Guid container, IFormFile? photo, CancellationToken ct)
    {
        if (photo is { Length: > 0 and <= MostPhotoBytes })
        {
            using var stream = new MemoryStream();
            await photo.CopyToAsync(stream, ct);
            await photos.AddAsync(number, container, Organisation, stream.ToArray(), ActorContext.Current(HttpContext), ct);
        }
    }

    private async Task<IActionResult> ShowAsync(string number, Guid container, WeighInForm? form, SplitForm? split, WeighInOutcome.NeedsConfirmation? ask, CancellationToken ct)
    {
        var details = await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct);
        if (details?.Containers.FirstOrDefault(one => one.ContainerId == container) is not { } found)
        {
            return NotFound();
        }

        var here = (await scales.ListAsync(Organisation, ct)).Where(scale => scale.SiteId == details.Consignment.ToSiteId).ToList();
        var filled = form ?? new WeighInForm { Tare = (found.OwnTareGrams / 1000m).ToString("0.###", CultureInfo.InvariantCulture), Scale = here.FirstOrDefault(scale => scale.IsVerified)?.ScaleNo };
        return View("WeighIn", new WeighInPage(HttpContext.Organisation(), details.Consignment, found, filled, here, await weighIns.ToleranceAsync(ct), await splits.FindAsync(container, ct), split ?? new SplitForm(), ask));
    }
}
