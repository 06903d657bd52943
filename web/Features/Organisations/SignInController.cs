using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>In and out. Every wrong proof is answered with the same page and the same sentence.</summary>
public sealed class SignInController(SignInService signIn, SessionService sessions, SessionCache cache, PendingSignIn pending, IStringLocalizer<SignInText> text) : Controller
{
    [HttpGet("/{culture:culture}/sign-in")]
    [AllowAnonymous]
    public IActionResult SignIn(string? returnUrl) => View(new SignInForm(null, null, returnUrl));

    [HttpPost("/{culture:culture}/sign-in")]
    [AllowAnonymous]
    public async Task<IActionResult> SignIn(SignInForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View(form);
        }

        if (string.IsNullOrWhiteSpace(form.Login) || form.Login.Length > 300)
        {
            ModelState.AddModelError(nameof(form.Login), text["LoginMissing"]);
        }

        if (string.IsNullOrEmpty(form.Password))
        {
            ModelState.AddModelError(nameof(form.Password), text["PasswordMissing"]);
        }

        if (!ModelState.IsValid)
        {
            return View(form);
        }

        var outcome = await signIn.PasswordAsync(new PasswordSignIn(form.Login!, form.Password!, ActorContext.SignInFrom(HttpContext)), ct);
        switch (outcome)
        {
            case SignInOutcome.SignedIn signedIn:
                return Enter(signedIn, form.ReturnUrl);
            case SignInOutcome.NeedsCode needsCode:
                pending.Write(HttpContext, needsCode.Person, form.ReturnUrl);
                return LocalRedirect($"/{Culture.CurrentCode}/sign-in/code");
            default:
                Explain(outcome, nameof(form.Login), "Refused");
                return View(form);
        }
    }

    [HttpGet("/{culture:culture}/sign-in/code")]
    [AllowAnonymous]
    public IActionResult Code() => pending.Read(HttpContext) is null ? LocalRedirect($"/{Culture.CurrentCode}/sign-in") : View(new CodeForm(null));

    [HttpPost("/{culture:culture}/sign-in/code")]
    [AllowAnonymous]
    public async Task<IActionResult> Code(CodeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (pending.Read(HttpContext) is not { } waiting)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/sign-in"); // five minutes are over: from the start
        }

        var outcome = await signIn.CodeAsync(waiting.Person, form.Code ?? "", ActorContext.SignInFrom(HttpContext), ct);
        if (outcome is SignInOutcome.SignedIn signedIn)
        {
            pending.Clear(HttpContext);
            return Enter(signedIn, waiting.ReturnUrl);
        }

        Explain(outcome, nameof(form.Code), "CodeRefused");
        return View(form);
    }

    [HttpGet("/{culture:culture}/sign-in/again")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public IActionResult Again(string? returnUrl) => View(new AgainForm(null, null, returnUrl));

    [HttpPost("/{culture:culture}/sign-in/again")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Again(AgainForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var outcome = await signIn.AgainAsync(HttpContext.Person(), form.Password ?? "", form.Code, ActorContext.SignInFrom(HttpContext), ct);
        if (outcome is SignInOutcome.SignedIn)
        {
            cache.Forget(HttpContext.Person().PersonId);
            return LocalOrHome(form.ReturnUrl);
        }

        Explain(outcome, nameof(form.Password), "AgainRefused");
        return View(form);
    }

    [HttpPost("/{culture:culture}/sign-out")]
    [AllowAnonymous]
    public async Task<IActionResult> Leave(CancellationToken ct)
    {
        if (HttpContext.PersonOrNone() is { } person)
        {
            await sessions.RevokeAsync(person.PersonId, person.SessionId, ActorContext.Current(HttpContext), ct);
            cache.Forget(person.PersonId);
        }

        SessionCookie.Clear(HttpContext);
        return LocalRedirect($"/{Culture.CurrentCode}");
    }

    /// <summary>Where to go is decided by the next request, which is the first of the new session.</summary>
    [HttpGet("/{culture:culture}/sign-in/done")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Done([FromServices] Landing landing, CancellationToken ct) =>
        LocalRedirect(await landing.PathAsync(HttpContext.Person(), Culture.CurrentCode, ct));

    private LocalRedirectResult Enter(SignInOutcome.SignedIn signedIn, string? returnUrl)
    {
        SessionCookie.Write(HttpContext, signedIn.Token);
        KnownDeviceCookie.Write(HttpContext, signedIn.Person);
        return LocalOrHome(returnUrl);
    }

    private LocalRedirectResult LocalOrHome(string? returnUrl) => LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : $"/{Culture.CurrentCode}/sign-in/done");

    private void Explain(SignInOutcome outcome, string field, string refusal) =>
        ModelState.AddModelError(field, outcome is SignInOutcome.Wait wait ? text.Wait(wait.For) : text[refusal]);
}
