using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The link of an invitation, for whoever holds it: to accept, to sign in first, or to begin an account.</summary>
[AllowAnonymous]
public sealed class InvitationController(InvitationService invitations, SessionService sessions, SessionCache cache, IStringLocalizer<SignInText> text) : Controller
{
    [HttpGet("/{culture:culture}/join/invite/{token}")]
    public Task<IActionResult> Invite(string token, CancellationToken ct) => ShowAsync(token, null, ct);

    [HttpPost("/{culture:culture}/join/invite/{token}")]
    public async Task<IActionResult> Accept(string token, CancellationToken ct)
    {
        if (HttpContext.PersonOrNone() is not { } person)
        {
            return await ShowAsync(token, null, ct); // signed out meanwhile
        }

        switch (await invitations.AcceptAsync(token, person.PersonId, ActorContext.Current(HttpContext), ct))
        {
            case AcceptOutcome.Accepted accepted:
                cache.Forget(person.PersonId);
                return LocalRedirect($"/{Culture.CurrentCode}/org/{accepted.Slug}");
            case AcceptOutcome.ForAnother:
                return View("InviteForAnother");
            default:
                return View("InviteOver");
        }
    }

    [HttpPost("/{culture:culture}/join/invite/{token}/new")]
    public async Task<IActionResult> AcceptAsNewPerson(string token, NewPersonForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > 200)
        {
            ModelState.AddModelError(nameof(form.Name), text["NameMissing"]);
            return await ShowAsync(token, form.Name, ct);
        }

        var from = ActorContext.SignInFrom(HttpContext);
        switch (await invitations.AcceptAsNewPersonAsync(token, new NewPerson(form.Name.Trim(), form.Password ?? "", Culture.CurrentCode), from, ct))
        {
            case AcceptOutcome.Accepted accepted:
                SessionCookie.Write(HttpContext, await sessions.OpenAsync(new OpenSession(accepted.Person, "none", from), ct));
                return LocalRedirect($"/{Culture.CurrentCode}/org/{accepted.Slug}");
            case AcceptOutcome.PasswordRefused refused:
                ModelState.AddModelError(nameof(form.Password), text["Password." + refused.Problem]);
                return await ShowAsync(token, form.Name, ct);
            default:
                return View("InviteOver");
        }
    }

    private async Task<IActionResult> ShowAsync(string token, string? name, CancellationToken ct)
    {
        if (await invitations.FindAsync(token, ct) is not { } invitation)
        {
            return View("InviteOver");
        }

        var person = HttpContext.PersonOrNone();
        return person is not null && !string.Equals(person.Email, invitation.Email, StringComparison.OrdinalIgnoreCase)
            ? View("InviteForAnother")
            : View("Invite", new InvitePage(invitation, token, name));
    }
}

public sealed record InvitePage(OpenInvitation Invitation, string Token, string? Name);
