using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Points;

/// <summary>What the register needs of the container, in one place for its two rooms.</summary>
public sealed record PointDesk(PointService Points, PointEditor Editor, GuideService Guide, OrganisationService Organisations, IStringLocalizer<PointsText> Text);

/// <summary>Changing points: the same pages for who keeps them and for the operator; whose points they may be is the room's.</summary>
public abstract class PointEditController(PointDesk desk) : Controller
{
    /// <summary>Whose points; none is everybody's.</summary>
    protected abstract OrganisationId? Holder { get; }

    protected abstract PointRoom Room { get; }

    protected PointDesk Desk => desk;

    [HttpGet("{point}")]
    public async Task<IActionResult> Edit(string point, string? done, CancellationToken ct) =>
        await FindAsync(point, ct) is { } found ? View("Edit", await PageAsync(found, null, done, ct)) : NotFound();

    [HttpPost("{point}")]
    public async Task<IActionResult> Edit(string point, PointForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(point, ct) is not { } found)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch() || await DraftAsync(form, ct) is not { } draft)
        {
            return View("Edit", await PageAsync(found, form, null, ct));
        }

        switch (await desk.Editor.ChangeAsync(point, Holder, form.SeenAt, draft, ActorContext.Current(HttpContext), ct))
        {
            case ChangePointOutcome.Done:
                return Back(point, "Saved");
            case ChangePointOutcome.ChangedMeanwhile:
                ModelState.AddModelError("", desk.Text["X.Meanwhile"]);
                ModelState.Remove(nameof(form.Seen));
                form.Seen = PointForm.Of(found, new OpeningHours([], [])).Seen;
                return View("Edit", await PageAsync(found, form, null, ct));
            default:
                return NotFound();
        }
    }

    [HttpPost("{point}/state")]
    public async Task<IActionResult> State(string point, PointStateForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(point, ct) is not { } found)
        {
            return NotFound();
        }

        var isOpen = form.State == PointState.Open;
        if (form.State is PointState.Closed or PointState.Suspended && (string.IsNullOrWhiteSpace(form.ReasonKk) || string.IsNullOrWhiteSpace(form.ReasonRu)))
        {
            ModelState.AddModelError(nameof(form.ReasonKk), desk.Text["X.Reason"]);
        }

        if (!ModelState.IsValid)
        {
            return View("Edit", await PageAsync(found, null, null, ct) with { State = form });
        }

        var change = new PointStateChange(form.State, isOpen ? null : form.LastDay?.AddDays(1), isOpen ? null : form.ReasonKk?.Trim(), isOpen ? null : form.ReasonRu?.Trim());
        return await desk.Editor.SetStateAsync(point, Holder, change, ActorContext.Current(HttpContext), ct) ? Back(point, "State") : NotFound();
    }

    [HttpPost("{point}/days")]
    public async Task<IActionResult> Days(string point, SpecialDaysForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(point, ct) is not { } found)
        {
            return NotFound();
        }

        var last = form.LastDay ?? form.FirstDay;
        var hours = HoursText.ParseDay(form.Hours);
        if (form.FirstDay is not { } first || last < first || last > first.AddYears(1))
        {
            ModelState.AddModelError(nameof(form.FirstDay), desk.Text["X.Days"]);
        }
        else if (hours is null)
        {
            ModelState.AddModelError(nameof(form.Hours), desk.Text["X.Hours"]);
        }
        else if (ModelState.IsValid)
        {
            var days = new SpecialDays(first, last!.Value, hours, form.ReasonKk, form.ReasonRu);
            if (await desk.Editor.ExceptAsync(point, Holder, days, ActorContext.Current(HttpContext), ct) == ExceptOutcome.Done)
            {
                return Back(point, "Days");
            }

            ModelState.AddModelError(nameof(form.FirstDay), desk.Text["X.Overlaps"]);
        }

        return View("Edit", await PageAsync(found, null, null, ct) with { Days = form });
    }

    [HttpPost("{point}/days/forget")]
    public async Task<IActionResult> Forget(string point, [FromForm] DateOnly day, CancellationToken ct) =>
        await desk.Editor.ForgetExceptionAsync(point, Holder, day, ActorContext.Current(HttpContext), ct) ? Back(point, "Days") : NotFound();

    protected async Task<PointDraft?> DraftAsync(PointForm form, CancellationToken ct)
    {
        var keys = (await desk.Guide.ItemsAsync(ct)).Select(item => item.UnuKey).ToHashSet(StringComparer.Ordinal);
        var regions = (await desk.Organisations.RegionsAsync(ct)).Select(region => region.Kato).ToHashSet(StringComparer.Ordinal);
        return form.ToDraft(ModelState, desk.Text, keys, regions);
    }

    protected async Task<PointEditPage> PageAsync(CollectionPoint? point, PointForm? form, string? done, CancellationToken ct)
    {
        var hours = point is null ? null : await desk.Points.HoursAsync(point.PointId, ct);
        var state = new PointStateForm { State = point?.State ?? PointState.Open, LastDay = point?.StateUntil?.AddDays(-1), ReasonKk = point?.StateReasonKk, ReasonRu = point?.StateReasonRu };
        return new PointEditPage(
            Room, point, hours, form ?? (point is null ? new PointForm() : PointForm.Of(point, hours!)), state, new SpecialDaysForm(), await desk.Organisations.RegionsAsync(ct), await desk.Guide.ItemsAsync(ct), done);
    }

    protected LocalRedirectResult Back(string point, string done) => LocalRedirect($"{Room.Home}/{point}?done={done}");

    private async Task<CollectionPoint?> FindAsync(string point, CancellationToken ct) =>
        await desk.Points.FindAsync(point, ct) is { } found && (Holder is not { } holder || found.OrganisationId == holder) ? found : null;
}
