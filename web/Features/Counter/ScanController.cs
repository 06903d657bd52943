using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>The first screen of the counter: scan or type a code, or take what somebody brings without one.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point")]
public sealed class ScanController(ShiftService shifts, CounterDesk desk, DropOffService dropOffs, DropOffQueries visits, GuideService guide, TimeProvider clock, IStringLocalizer<CounterText> text) : CounterBase(shifts)
{
    [HttpGet("")]
    public Task<IActionResult> Scan(CancellationToken ct) => ShowAsync(ct);

    [HttpPost("find")]
    [EnableRateLimiting(Limits.CounterCodes)]
    public async Task<IActionResult> Find(string? code, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(code))
        {
            ModelState.AddModelError(nameof(code), text["Scan.Missing"]);
        }
        else if (DropOffCode.Normalise(code) is not { } normal || await visits.ByCodeAsync(normal, ct) is null)
        {
            ModelState.AddModelError(nameof(code), text["Scan.Wrong"]);
        }
        else
        {
            return LocalRedirect($"{Root}/accept/{normal}");
        }

        return await ShowAsync(ct);
    }

    [HttpGet("walk-in")]
    public async Task<IActionResult> WalkIn(CancellationToken ct) => View("WalkIn", new WalkInPage(Shift, new WalkInForm(null, null, false), await guide.ItemsAsync(ct)));

    [HttpPost("walk-in")]
    public async Task<IActionResult> WalkIn(WalkInForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var items = await guide.ItemsAsync(ct);
        var keys = (form.Keys ?? []).Append(form.Other ?? "").Where(key => items.Any(item => item.UnuKey == key)).ToList();
        if (keys.Count == 0)
        {
            ModelState.AddModelError(nameof(form.Keys), text["WalkIn.Missing"]);
        }

        if (!form.IsOwner)
        {
            ModelState.AddModelError(nameof(form.IsOwner), text["WalkIn.OwnerMissing"]);
        }

        if (!ModelState.IsValid)
        {
            return View("WalkIn", new WalkInPage(Shift, form, items));
        }

        var things = keys.Select(key => new NewItem(key, HeldCondition.Unknown, items.First(item => item.UnuKey == key).DataKind is null ? DataChoice.None : DataChoice.Wipe, false)).ToList();
        var outcome = await dropOffs.AnnounceAsync(new NewDropOff(DropOffOrigin.Counter, Culture.CurrentCode, Shift.PointId, things, Owner: null, IsOwner: true), Who, ct);
        return outcome is AnnounceOutcome.Announced announced ? LocalRedirect($"{Root}/accept/{announced.Code}") : NotFound();
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct) => View("Scan", new ScanPage(
        Shift, await desk.RecentAsync(Shift.OrganisationId, Shift.PointId, ct), await desk.TodayAsync(Shift.OrganisationId, Shift.PointId, ct), clock));
}
