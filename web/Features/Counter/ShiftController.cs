using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>Where I stand today and which scale I use.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point/shift")]
public sealed class ShiftController(ShiftService shifts, PointService points, IStringLocalizer<CounterText> text) : CounterBase(shifts)
{
    protected override bool NeedsShift => false;

    [HttpGet("")]
    public Task<IActionResult> Show(CancellationToken ct) => ShowAsync(new ShiftForm(null, null, null, null), ct);

    [HttpPost("")]
    public async Task<IActionResult> Open(ShiftForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Point is not { } point)
        {
            ModelState.AddModelError(nameof(form.Point), text["Shift.PointMissing"]);
        }
        else if (ModelState.IsValid)
        {
            var request = new OpenShift(new PointId(point), HttpContext.Person().DeviceId, string.IsNullOrWhiteSpace(form.Scale) ? null : form.Scale.Trim(), string.IsNullOrWhiteSpace(form.Scale) ? null : form.Until);
            return await Shifts.OpenAsync(request, OrganisationId, HttpContext.Person().PersonId, Who, ct) == OpenShiftOutcome.NotFound ? NotFound() : LocalRedirect(Root);
        }

        return await ShowAsync(form, ct);
    }

    [HttpPost("close")]
    public async Task<IActionResult> Close(ShiftForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        await Shifts.CloseAsync(OrganisationId, HttpContext.Person().PersonId, form.Note, Who, ct);
        return Say(text["Shift.Closed"], "/shift");
    }

    private async Task<IActionResult> ShowAsync(ShiftForm form, CancellationToken ct) => View("Shift", new ShiftPage(
        Shift, Shift is null ? null : await Shifts.SumAsync(Shift.ShiftId, ct), Shift is null ? await points.ListOfAsync(OrganisationId, ct) : [], form));
}
