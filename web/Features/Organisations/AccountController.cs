using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>What a person keeps of their own: password, language, where they are signed in.</summary>
[Authorize(Policy = PolicyNames.SignedIn)]
public sealed class AccountController(
    PersonService people, SessionService sessions, SessionCache cache, IStringLocalizer<AccountText> text, IStringLocalizer<SignInText> signIn) : Controller
{
    [HttpGet("/{culture:culture}/account")]
    public async Task<IActionResult> Account([FromServices] TwoStepService twoStep, [FromServices] OrganisationService organisations, CancellationToken ct)
    {
        var person = HttpContext.Person();
        return View(new AccountPage(
            person, await twoStep.StateAsync(person.PersonId, ct), (await sessions.ListAsync(person.PersonId, ct)).Count, await organisations.OfPersonAsync(person.PersonId, ct)));
    }

    [HttpPost("/{culture:culture}/account/language")]
    public async Task<IActionResult> Language(string? language, CancellationToken ct)
    {
        if (!Culture.IsCode(language))
        {
            return BadRequest();
        }

        await people.SetLanguageAsync(HttpContext.Person().PersonId, language!, ct);
        cache.Forget(HttpContext.Person().PersonId);
        return LocalRedirect($"/{language}/account");
    }

    [HttpGet("/{culture:culture}/account/password")]
    public IActionResult Password() => View();

    [HttpPost("/{culture:culture}/account/password")]
    public async Task<IActionResult> Password(ChangePasswordForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var person = HttpContext.Person();
        switch (await people.ChangePasswordAsync(person, form.Old ?? "", form.Password ?? "", ActorContext.Current(HttpContext), ct))
        {
            case ChangePasswordOutcome.Changed:
                cache.Forget(person.PersonId);
                return View("AccountDone", text["PasswordDone"].Value);
            case ChangePasswordOutcome.Wait wait:
                ModelState.AddModelError(nameof(form.Old), signIn.Wait(wait.For));
                break;
            case ChangePasswordOutcome.PasswordRefused refused:
                ModelState.AddModelError(nameof(form.Password), signIn["Password." + refused.Problem]);
                break;
            default:
                ModelState.AddModelError(nameof(form.Old), text["OldIsWrong"]);
                break;
        }

        return View();
    }

    [HttpGet("/{culture:culture}/account/sessions")]
    public async Task<IActionResult> Sessions(CancellationToken ct) =>
        View(new SessionsPage(HttpContext.Person().SessionId, await sessions.ListAsync(HttpContext.Person().PersonId, ct)));

    [HttpPost("/{culture:culture}/account/sessions/end")]
    public async Task<IActionResult> EndSession(Guid session, CancellationToken ct)
    {
        var person = HttpContext.Person();
        if (!await sessions.RevokeAsync(person.PersonId, session, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        cache.Forget(person.PersonId);
        return LocalRedirect($"/{Culture.CurrentCode}/account/sessions");
    }

    [HttpPost("/{culture:culture}/account/sessions/end-others")]
    public async Task<IActionResult> EndOtherSessions(CancellationToken ct)
    {
        var person = HttpContext.Person();
        await sessions.RevokeOthersAsync(person.PersonId, person.SessionId, ActorContext.Current(HttpContext), ct);
        cache.Forget(person.PersonId);
        return LocalRedirect($"/{Culture.CurrentCode}/account/sessions");
    }
}

public sealed record LanguageForm(string? Language);

public sealed record ChangePasswordForm(string? Old, string? Password);

public sealed record AccountPage(SignedInPerson Person, TwoStepState TwoStep, int Sessions, IReadOnlyList<OrganisationAccess> Organisations);

public sealed record SessionsPage(Guid Current, IReadOnlyList<OpenSessionRow> Sessions);
