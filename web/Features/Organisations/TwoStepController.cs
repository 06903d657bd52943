using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using QRCoder;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The second step: an app's codes, and recovery codes that are shown once.</summary>
[Authorize(Policy = PolicyNames.SignedIn)]
[RequireFreshSignIn]
public sealed class TwoStepController(TwoStepService twoStep, SessionCache cache, IStringLocalizer<AccountText> text) : Controller
{
    private const string Issuer = "EwasteEpr";

    [HttpGet("/{culture:culture}/account/two-step")]
    public async Task<IActionResult> TwoStep(CancellationToken ct)
    {
        var person = HttpContext.Person();
        var state = await twoStep.StateAsync(person.PersonId, ct);
        if (state.IsOn)
        {
            return View("TwoStepOn", state);
        }

        return await twoStep.WaitingSecretAsync(person.PersonId, ct) is { } secret ? View("TwoStepConfirm", Picture(person, secret)) : View("TwoStepOff");
    }

    [HttpPost("/{culture:culture}/account/two-step/begin")]
    public async Task<IActionResult> Begin(CancellationToken ct)
    {
        await twoStep.BeginAsync(HttpContext.Person().PersonId, ct);
        return LocalRedirect($"/{Culture.CurrentCode}/account/two-step");
    }

    [HttpPost("/{culture:culture}/account/two-step")]
    public async Task<IActionResult> Confirm(CodeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var person = HttpContext.Person();
        if (await twoStep.ConfirmAsync(person.PersonId, form.Code ?? "", ActorContext.Current(HttpContext), ct) is { } codes)
        {
            cache.Forget(person.PersonId);
            return View("RecoveryCodes", codes);
        }

        if (await twoStep.WaitingSecretAsync(person.PersonId, ct) is not { } secret)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/account/two-step");
        }

        ModelState.AddModelError(nameof(form.Code), text["CodeRefused"]);
        return View("TwoStepConfirm", Picture(person, secret));
    }

    [HttpPost("/{culture:culture}/account/two-step/recovery-codes")]
    public async Task<IActionResult> NewRecoveryCodes(CancellationToken ct)
    {
        var person = HttpContext.Person();
        return (await twoStep.StateAsync(person.PersonId, ct)).IsOn
            ? View("RecoveryCodes", await twoStep.NewRecoveryCodesAsync(person.PersonId, ActorContext.Current(HttpContext), ct))
            : LocalRedirect($"/{Culture.CurrentCode}/account/two-step");
    }

    [HttpPost("/{culture:culture}/account/two-step/off")]
    public async Task<IActionResult> TurnOff(CancellationToken ct)
    {
        await twoStep.TurnOffAsync(HttpContext.Person().PersonId, ActorContext.Current(HttpContext), ct);
        cache.Forget(HttpContext.Person().PersonId);
        return View("AccountDone", text["TwoStepOffDone"].Value);
    }

    private static TwoStepPage Picture(SignedInPerson person, byte[] secret)
    {
        var drawn = QrPicture.Svg(Totp.KeyUri(Issuer, person.UserName, secret), QRCodeGenerator.ECCLevel.M);
        return new TwoStepPage(drawn, string.Join(' ', Totp.ToBase32(secret).Chunk(4).Select(group => new string(group))));
    }
}

/// <param name="Svg">The QR picture, made by us: no typed text is in its markup.</param>
/// <param name="Secret">For those who type instead.</param>
public sealed record TwoStepPage(string Svg, string Secret);
