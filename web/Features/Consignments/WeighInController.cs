using System.Globalization;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What weighing in needs.</summary>
public sealed record WeighInDesk(WeighInService WeighIns, WeighInPhotos Photos, SplitProtocols Splits, SiteScales Scales);

/// <summary>One container on the scale, with large digits.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerReader)]
[Route("/{culture:culture}/org/{slug}/deliveries/{number}/{container:guid}")]
public sealed class WeighInController(ConsignmentQueries queries, WeighInDesk desk, TimeProvider clock, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Back(string number) => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/deliveries/{number}";

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public Task<IActionResult> WeighIn(string number, Guid container, CancellationToken ct) => ShowAsync(number, container, null, null, null, ct);

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    [RequestSizeLimit(3 * 1024 * 1024)]
    public async Task<IActionResult> Weigh(string number, Guid container, WeighInForm form, IFormFile? photo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch() || Read(container, form) is not { } request)
        {
            return await ShowAsync(number, container, form, null, null, ct);
        }

        switch (await desk.WeighIns.WeighAsync(request, Organisation, ActorContext.Current(HttpContext), ct))
        {
            case WeighInOutcome.Weighed done:
                var isKept = await KeepAsync(number, container, photo, ct);
                TempData["said"] = text[done.IsDiscrepant ? "Said.Discrepant" : "Said.Weighed", done.Container].Value + (isKept ? "" : " " + text["Said.NoPhoto"].Value);
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
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Missing(string number, Guid container, CancellationToken ct)
    {
        var outcome = await desk.WeighIns.MissAsync(container, Organisation, ActorContext.Current(HttpContext), ct);
        if (outcome is WeighInOutcome.Weighed)
        {
            TempData["said"] = text["Said.Missing"].Value;
        }

        return outcome is WeighInOutcome.Weighed or WeighInOutcome.Already ? LocalRedirect(Back(number)) : NotFound();
    }

    [HttpPost("split")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Split(string number, Guid container, SplitForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var shares = form.Percent.Where(share => Categories.All.Contains(share.Key, StringComparer.Ordinal)).Select(share => (share.Key, Percent: Hundredths(share.Value))).ToList();
        var outcome = !ScaleReading.TryRead(form.Sample, out var sample) || sample is null ? SplitOutcome.NoSample : shares.Exists(share => share.Percent is null) ? SplitOutcome.NotHundred
            : await desk.Splits.WriteAsync(
                new NewSplit(container, form.Day ?? BusinessTime.Today(clock), sample.Value, [.. shares.Select(share => new SplitShare(share.Key, share.Percent!.Value))]), Organisation, ActorContext.Current(HttpContext), ct);
        if (outcome == SplitOutcome.Written)
        {
            TempData["said"] = text["Said.Split"].Value;
            return LocalRedirect($"{Back(number)}/{container:D}");
        }

        if (outcome == SplitOutcome.NotFound)
        {
            return NotFound();
        }

        ModelState.AddModelError(nameof(form.Sample), text["Split." + outcome]);
        return await ShowAsync(number, container, null, form, null, ct);
    }

    [HttpGet("photo")]
    public async Task<IActionResult> Photo(string number, Guid container, CancellationToken ct) =>
        await desk.Photos.FindAsync(number, container, Organisation, ct) is { } photo ? File(photo.Content, photo.MediaType) : NotFound();

    /// <returns>None where a field cannot be read; the page then says which.</returns>
    private NewWeighIn? Read(Guid container, WeighInForm form)
    {
        var mass = new Dictionary<string, Weight?>(StringComparer.Ordinal);
        foreach (var (name, typed) in new[] { (nameof(form.Gross), form.Gross), (nameof(form.Tare), form.Tare), (nameof(form.Packaging), form.Packaging) })
        {
            if (!ScaleReading.TryRead(typed, out var read) || (read is null && name == nameof(form.Gross)))
            {
                ModelState.AddModelError(name, text["Weigh.Unreadable"]);
            }

            mass[name] = read;
        }

        int? counted = int.TryParse(form.Counted, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100_000 ? number : null;
        if (!string.IsNullOrWhiteSpace(form.Counted) && counted is null)
        {
            ModelState.AddModelError(nameof(form.Counted), text["Weigh.CountUnreadable"]);
        }

        if (form.Ticket is { Length: > 80 } || form.Scale is { Length: > 60 })
        {
            ModelState.AddModelError(nameof(form.Ticket), text["Weigh.TicketLong"]);
        }

        return ModelState.IsValid ? new NewWeighIn(container, mass[nameof(form.Gross)]!.Value, mass[nameof(form.Tare)] ?? Weight.Zero, mass[nameof(form.Packaging)] ?? Weight.Zero, Text(form.Scale), counted, Text(form.Ticket), form.Confirmed) : null;
    }

    /// <summary>None where it is no percent; empty is none of it.</summary>
    private static int? Hundredths(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? 0 : NumberInput.TryParse(typed, out var percent) == NumberProblem.None && percent is >= 0 and <= 100 && decimal.IsInteger(percent * 100) ? (int)(percent * 100) : null;

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    /// <returns>False where a file was sent and is no picture that can be kept.</returns>
    private async Task<bool> KeepAsync(string number, Guid container, IFormFile? photo, CancellationToken ct)
    {
        if (photo is null or { Length: 0 })
        {
            return true;
        }

        if (photo.Length > WeighInPhotos.MostBytes)
        {
            return false;
        }

        using var stream = new MemoryStream();
        await photo.CopyToAsync(stream, ct);
        return await desk.Photos.AddAsync(number, container, Organisation, stream.ToArray(), ActorContext.Current(HttpContext), ct);
    }

    private async Task<IActionResult> ShowAsync(string number, Guid container, WeighInForm? form, SplitForm? split, WeighInOutcome.NeedsConfirmation? ask, CancellationToken ct)
    {
        var details = await queries.FindAsync(number, ConsignmentSide.Receiver, Organisation, ct);
        if (details?.Containers.FirstOrDefault(one => one.ContainerId == container) is not { } found)
        {
            return NotFound();
        }

        var here = (await desk.Scales.ListAsync(Organisation, ct)).Where(scale => scale.SiteId == details.Consignment.ToSiteId).ToList();
        var filled = form ?? new WeighInForm { Tare = Format.Current.Editable(found.OwnTareGrams / 1000m), Scale = here.FirstOrDefault(scale => scale.IsVerified)?.ScaleNo };
        return View("WeighIn", new WeighInPage(HttpContext.Organisation(), details.Consignment, found, filled, here, await desk.WeighIns.ToleranceAsync(ct), await desk.Splits.FindAsync(container, ct), split ?? new SplitForm(), ask));
    }
}
