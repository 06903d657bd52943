using System.Buffers.Text;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Passkeys: made and removed on the account's page, used on the sign-in page. The script only carries JSON between browser and form.</summary>
public sealed class PasskeyController(
    PasskeyService passkeys, IPasskeyHandler<PasskeyOwner> handler, PasskeyCeremony ceremony, SessionService sessions, SessionCache cache,
    IStringLocalizer<AccountText> account, IStringLocalizer<SignInText> signIn) : Controller
{
    [HttpGet("/{culture:culture}/account/passkeys")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    [RequireFreshSignIn]
    public async Task<IActionResult> Passkeys(CancellationToken ct) => View(await passkeys.ListAsync(HttpContext.Person().PersonId, ct));

    [HttpPost("/{culture:culture}/account/passkeys/options")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    [RequireFreshSignIn]
    public async Task<IActionResult> CreationOptions()
    {
        var person = HttpContext.Person();
        var options = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = person.PersonId.ToString(), Name = person.UserName, DisplayName = person.Name }, HttpContext);
        ceremony.Remember(HttpContext, options.AttestationState ?? "");
        return Content(options.CreationOptionsJson, "application/json");
    }

    [HttpPost("/{culture:culture}/account/passkeys")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    [RequireFreshSignIn]
    public async Task<IActionResult> Create(PasskeyForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var person = HttpContext.Person();
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { CredentialJson = form.Credential ?? "", AttestationState = ceremony.Take(HttpContext), HttpContext = HttpContext });
        if (!result.Succeeded || result.UserEntity.Id != person.PersonId.ToString())
        {
            ModelState.AddModelError(nameof(form.Name), account["PasskeyFailed"]);
            return View("Passkeys", await passkeys.ListAsync(person.PersonId, ct));
        }

        var made = result.Passkey;
        var name = string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > 100 ? Browser.Name(Request.Headers.UserAgent, account["BrowserUnknown"]) : form.Name.Trim();
        await passkeys.AddAsync(person.PersonId, new Passkey(
            made.CredentialId, name, made.PublicKey, made.CreatedAt, made.SignCount, made.Transports ?? [], made.IsUserVerified, made.IsBackupEligible, made.IsBackedUp, made.AttestationObject, made.ClientDataJson, null), ActorContext.Current(HttpContext), ct);
        cache.Forget(person.PersonId);
        return LocalRedirect($"/{Culture.CurrentCode}/account/passkeys");
    }

    [HttpPost("/{culture:culture}/account/passkeys/remove")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    [RequireFreshSignIn]
    public async Task<IActionResult> Remove(string? passkey, CancellationToken ct)
    {
        var person = HttpContext.Person();
        var id = passkey is { Length: <= 2000 } && Base64Url.IsValid(passkey) ? Base64Url.DecodeFromChars(passkey) : [];
        if (!await passkeys.RemoveAsync(person.PersonId, id, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        cache.Forget(person.PersonId);
        return LocalRedirect($"/{Culture.CurrentCode}/account/passkeys");
    }

    /// <summary>For anybody: the browser offers the passkeys it has for this site, so the answer tells nothing about people.</summary>
    [HttpPost("/{culture:culture}/sign-in/passkey/options")]
    [AllowAnonymous]
    public async Task<IActionResult> RequestOptions()
    {
        var options = await handler.MakeRequestOptionsAsync(null, HttpContext);
        ceremony.Remember(HttpContext, options.AssertionState ?? "");
        return Content(options.RequestOptionsJson, "application/json");
    }

    [HttpPost("/{culture:culture}/sign-in/passkey")]
    [AllowAnonymous]
    public async Task<IActionResult> SignIn(PasskeySignInForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { CredentialJson = form.Credential ?? "", AssertionState = ceremony.Take(HttpContext), HttpContext = HttpContext });
        if (!result.Succeeded || !result.Passkey.IsUserVerified || !await passkeys.UsedAsync(result.Passkey.CredentialId, result.Passkey.SignCount, result.Passkey.IsBackedUp, ct))
        {
            ModelState.AddModelError("Login", signIn["PasskeyRefused"]);
            return View("SignIn", new SignInForm(null, null, form.ReturnUrl));
        }

        SessionCookie.Write(HttpContext, await sessions.OpenAsync(new OpenSession(result.User.PersonId, "passkey", ActorContext.SignInFrom(HttpContext)), ct));
        KnownDeviceCookie.Write(HttpContext, result.User.PersonId);
        return LocalRedirect(Url.IsLocalUrl(form.ReturnUrl) ? form.ReturnUrl : $"/{Culture.CurrentCode}/sign-in/done");
    }
}

public sealed record PasskeyForm(string? Name, string? Credential);

public sealed record PasskeySignInForm(string? Credential, string? ReturnUrl);
