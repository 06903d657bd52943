using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Joining: an address that answers, a person, an organisation.</summary>
public sealed class JoinController(
    PersonService people, SessionService sessions, OrganisationService organisations, Letters letters, IStringLocalizer<SignInText> text) : Controller
{
    [HttpGet("/{culture:culture}/join")]
    [AllowAnonymous]
    public IActionResult Join() => HttpContext.PersonOrNone() is null ? View(new EmailForm(null)) : LocalRedirect($"/{Culture.CurrentCode}/join/organisation");

    [HttpPost("/{culture:culture}/join")]
    [AllowAnonymous]
    public Task<IActionResult> Join(EmailForm form, CancellationToken ct) => SendLinkAsync(form, LinkPurpose.Join, nameof(Join), ct);

    [HttpGet("/{culture:culture}/sign-in/forgot")]
    [AllowAnonymous]
    public IActionResult Forgot() => View(new EmailForm(null));

    [HttpPost("/{culture:culture}/sign-in/forgot")]
    [AllowAnonymous]
    public Task<IActionResult> Forgot(EmailForm form, CancellationToken ct) => SendLinkAsync(form, LinkPurpose.Password, nameof(Forgot), ct);

    [HttpGet("/{culture:culture}/join/start/{token}")]
    [AllowAnonymous]
    public async Task<IActionResult> Start(string token, CancellationToken ct) =>
        await people.EmailOfLinkAsync(token, LinkPurpose.Join, ct) is { } email ? View("JoinPerson", new JoinPersonPage(email, null)) : View("LinkOver", "join");

    [HttpPost("/{culture:culture}/join/start/{token}")]
    [AllowAnonymous]
    public async Task<IActionResult> Start(string token, NewPersonForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await people.EmailOfLinkAsync(token, LinkPurpose.Join, ct) is not { } email)
        {
            return View("LinkOver", "join");
        }

        RequireName(form.Name);
        if (ModelState.IsValid)
        {
            var from = ActorContext.SignInFrom(HttpContext);
            switch (await people.CreateByLinkAsync(token, new NewPerson(form.Name!.Trim(), form.Password ?? "", Culture.CurrentCode), from, ct))
            {
                case CreatePersonOutcome.Created created:
                    SessionCookie.Write(HttpContext, await sessions.OpenAsync(new OpenSession(created.Person, "none", from), ct));
                    return LocalRedirect($"/{Culture.CurrentCode}/join/organisation");
                case CreatePersonOutcome.PasswordRefused refused:
                    ModelState.AddModelError(nameof(form.Password), text["Password." + refused.Problem]);
                    break;
                default:
                    return View("LinkOver", "join");
            }
        }

        return View("JoinPerson", new JoinPersonPage(email, form.Name));
    }

    [HttpGet("/{culture:culture}/sign-in/password/{token}")]
    [AllowAnonymous]
    public async Task<IActionResult> NewPassword(string token, CancellationToken ct) =>
        await people.EmailOfLinkAsync(token, LinkPurpose.Password, ct) is null ? View("LinkOver", "sign-in/forgot") : View();

    [HttpPost("/{culture:culture}/sign-in/password/{token}")]
    [AllowAnonymous]
    public async Task<IActionResult> NewPassword(string token, NewPasswordForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        switch (await people.ResetPasswordAsync(token, form.Password ?? "", ActorContext.SignInFrom(HttpContext), ct))
        {
            case CreatePersonOutcome.Created:
                return View("PasswordChanged");
            case CreatePersonOutcome.PasswordRefused refused:
                ModelState.AddModelError(nameof(form.Password), text["Password." + refused.Problem]);
                return View();
            default:
                return View("LinkOver", "sign-in/forgot");
        }
    }

    [HttpGet("/{culture:culture}/join/organisation")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Organisation(CancellationToken ct)
    {
        var person = HttpContext.Person();
        return View("JoinOrganisation", new OrganisationPage(new OrganisationForm(null, null, null, null, null, person.Name, person.Email, null, null), await organisations.RegionsAsync(ct)));
    }

    [HttpPost("/{culture:culture}/join/organisation")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Organisation(OrganisationForm form, [FromServices] IStringLocalizer<OrganisationsText> words, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var regions = await organisations.RegionsAsync(ct);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View("JoinOrganisation", new OrganisationPage(form, regions));
        }

        if (form.Check(ModelState, regions, words) is not { } organisation)
        {
            return View("JoinOrganisation", new OrganisationPage(form, regions));
        }

        return await organisations.JoinAsync(organisation, ActorContext.Current(HttpContext), ct) is JoinOutcome.Joined joined
            ? LocalRedirect($"/{Culture.CurrentCode}/org/{joined.Slug}")
            : View("AlreadyHere", new AlreadyHerePage(organisation.Number.Digits, IsAsked: false));
    }

    /// <summary>The owners get a letter; the asker learns nothing about them.</summary>
    [HttpPost("/{culture:culture}/join/ask")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Ask(string? number, [FromServices] SignInBrake brake, CancellationToken ct)
    {
        if (Bin.Check(number, out var bin) != BinCheck.Valid)
        {
            return NotFound();
        }

        var person = HttpContext.Person();
        if (await brake.TakeAsync(SignInSubject.LetterTo("owners of " + bin.Digits), ActorContext.Address(HttpContext), ct) is null)
        {
            await organisations.AskToBeInvitedAsync(bin, owner => letters.AskToBeInvited(HttpContext, owner.Email, owner.Language, person.Name, person.Email, owner.Language == "kk" ? owner.NameKk : owner.NameRu), ct);
        }

        return View("AlreadyHere", new AlreadyHerePage(bin.Digits, IsAsked: true));
    }

    private async Task<IActionResult> SendLinkAsync(EmailForm form, LinkPurpose purpose, string view, CancellationToken ct)
    {
        var email = form.Email?.Trim();
        if (!EmailAddress.IsPlausible(email))
        {
            ModelState.AddModelError(nameof(form.Email), text["EmailMissing"]);
            return View(view, form);
        }

        var language = Culture.CurrentCode;
        var wait = await people.SendLinkAsync(email!, purpose, link => purpose == LinkPurpose.Join
            ? letters.Join(HttpContext, email!, language, link.Token)
            : letters.Password(HttpContext, email!, language, link.Token), ActorContext.Address(HttpContext), ct);
        if (wait is { } time)
        {
            ModelState.AddModelError(nameof(form.Email), text.Wait(time));
            return View(view, form);
        }

        return View("LetterSent", email);
    }

    private void RequireName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 200)
        {
            ModelState.AddModelError("Name", text["NameMissing"]);
        }
    }
}

public sealed record JoinPersonPage(string Email, string? Name);

public sealed record AlreadyHerePage(string Number, bool IsAsked);
