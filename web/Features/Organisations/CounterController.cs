using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The device's side: pair it once, then a name and a PIN for each shift.</summary>
[AllowAnonymous]
public sealed class CounterController(DeviceService devices, IStringLocalizer<SignInText> text) : Controller
{
    [HttpGet("/{culture:culture}/pair")]
    public IActionResult Pair() => View(new CodeForm(null));

    [HttpPost("/{culture:culture}/pair")]
    public async Task<IActionResult> Pair(CodeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        switch (await devices.PairAsync(form.Code, ActorContext.SignInFrom(HttpContext), ct))
        {
            case PairOutcome.Paired paired:
                DeviceCookie.Write(HttpContext, paired.Token);
                return LocalRedirect($"/{Culture.CurrentCode}/counter");
            case PairOutcome.Wait wait:
                ModelState.AddModelError(nameof(form.Code), text.Wait(wait.For));
                return View(form);
            default:
                ModelState.AddModelError(nameof(form.Code), text["PairRefused"]);
                return View(form);
        }
    }

    [HttpGet("/{culture:culture}/counter")]
    public async Task<IActionResult> Counter(CancellationToken ct) =>
        await DeviceAsync(ct) is { } device ? await ShowAsync(device, new PinForm(null, null), ct) : LocalRedirect($"/{Culture.CurrentCode}/pair");

    [HttpPost("/{culture:culture}/counter")]
    public async Task<IActionResult> Counter(PinForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await DeviceAsync(ct) is not { } device)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/pair");
        }

        if (form.Person is not { } person)
        {
            ModelState.AddModelError(nameof(form.Person), text["PersonMissing"]);
            return await ShowAsync(device, form, ct);
        }

        var outcome = await devices.SignInAsync(device, new PersonId(person), form.Pin, ActorContext.SignInFrom(HttpContext), ct);
        if (outcome is SignInOutcome.SignedIn signedIn)
        {
            SessionCookie.Write(HttpContext, signedIn.Token);
            return LocalRedirect($"/{Culture.CurrentCode}/sign-in/done");
        }

        ModelState.AddModelError(nameof(form.Pin), outcome is SignInOutcome.Wait wait ? text.Wait(wait.For) : text["PinRefused"]);
        return await ShowAsync(device, form, ct);
    }

    private async Task<PairedDevice?> DeviceAsync(CancellationToken ct) =>
        DeviceCookie.Read(HttpContext) is { } token ? await devices.FindAsync(token, ct) : null;

    private async Task<IActionResult> ShowAsync(PairedDevice device, PinForm form, CancellationToken ct) =>
        View("Counter", new CounterPage(device, [.. (await devices.StaffAsync(device.OrganisationId, ct)).Where(member => member.HasPin)], form));
}

public sealed record PinForm(Guid? Person, string? Pin);

public sealed record CounterPage(PairedDevice Device, IReadOnlyList<StaffMember> Staff, PinForm Form);
