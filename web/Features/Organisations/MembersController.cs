using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Who is in the organisation, with which roles, and who is invited. Members read, owners change.</summary>
public sealed class MembersController(MemberService members, InvitationService invitations, SessionCache cache, Letters letters, IStringLocalizer<OrganisationsText> text) : Controller
{
    [HttpGet("/{culture:culture}/org/{slug}/members")]
    [Authorize(Policy = PolicyNames.OrgMember)]
    public Task<IActionResult> Members(string? done, CancellationToken ct) => ShowAsync(new InviteForm(null, null), done, ct);

    [HttpPost("/{culture:culture}/org/{slug}/members/invite")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Invite(InviteForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!EmailAddress.IsPlausible(form.Email))
        {
            ModelState.AddModelError(nameof(form.Email), text["Invite.EmailMissing"]);
        }

        if (form.Roles is null or { Length: 0 })
        {
            ModelState.AddModelError(nameof(form.Roles), text["Invite.RolesMissing"]);
        }

        if (!ModelState.IsValid)
        {
            return await ShowAsync(form, null, ct);
        }

        var organisation = HttpContext.Organisation();
        var language = Culture.CurrentCode;
        var email = form.Email!.Trim();
        var token = SecretToken.New();
        var letter = letters.Invitation(HttpContext, email, language, token, HttpContext.Person().Name, organisation.Name(language));
        var outcome = await invitations.InviteAsync(new Invite(organisation.OrganisationId, email, form.Roles!), token, letter, ActorContext.Current(HttpContext), ct);
        if (outcome == InviteOutcome.Sent)
        {
            return Back("invited");
        }

        ModelState.AddModelError(outcome == InviteOutcome.UnknownRole ? nameof(form.Roles) : nameof(form.Email), text["Invite." + outcome]);
        return await ShowAsync(form, null, ct);
    }

    [HttpPost("/{culture:culture}/org/{slug}/members/withdraw")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Withdraw(Guid invitation, CancellationToken ct) =>
        await invitations.WithdrawAsync(HttpContext.Organisation().OrganisationId, invitation, ActorContext.Current(HttpContext), ct) ? Back("withdrawn") : NotFound();

    [HttpGet("/{culture:culture}/org/{slug}/members/{person:guid}")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Member(Guid person, CancellationToken ct) =>
        await FindAsync(person, ct) is { } member ? View(new MemberPage(HttpContext.Organisation(), member, member.Roles)) : NotFound();

    [HttpPost("/{culture:culture}/org/{slug}/members/{person:guid}")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> ChangeRoles(Guid person, string[]? roles, CancellationToken ct)
    {
        var outcome = await members.ChangeRolesAsync(HttpContext.Organisation().OrganisationId, new PersonId(person), roles ?? [], ActorContext.Current(HttpContext), ct);
        return await AnswerAsync(outcome, person, roles ?? [], "roles-changed", ct);
    }

    [HttpPost("/{culture:culture}/org/{slug}/members/{person:guid}/remove")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Remove(Guid person, CancellationToken ct)
    {
        var outcome = await members.RemoveAsync(HttpContext.Organisation().OrganisationId, new PersonId(person), ActorContext.Current(HttpContext), ct);
        return await AnswerAsync(outcome, person, null, "removed", ct);
    }

    private async Task<IActionResult> AnswerAsync(MemberOutcome outcome, Guid person, string[]? roles, string done, CancellationToken ct)
    {
        if (outcome == MemberOutcome.Done)
        {
            cache.Forget(new PersonId(person));
            // Who gave up the own ownership may not see the page of an owner any more; the list is for every member.
            return person == HttpContext.Person().PersonId.Value && done == "removed" ? LocalRedirect($"/{Culture.CurrentCode}/switch") : Back(done);
        }

        if (await FindAsync(person, ct) is not { } member || outcome == MemberOutcome.NotAMember)
        {
            return NotFound();
        }

        ModelState.AddModelError("Roles", text["Member." + outcome]);
        return View("Member", new MemberPage(HttpContext.Organisation(), member, roles ?? member.Roles));
    }

    private async Task<Member?> FindAsync(Guid person, CancellationToken ct) =>
        (await members.ListAsync(HttpContext.Organisation().OrganisationId, ct)).FirstOrDefault(member => member.PersonId.Value == person);

    private async Task<IActionResult> ShowAsync(InviteForm form, string? done, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        return View("Members", new MembersPage(
            organisation, await members.ListAsync(organisation.OrganisationId, ct), await invitations.WaitingAsync(organisation.OrganisationId, ct), form,
            done is "invited" or "withdrawn" or "roles-changed" or "removed" ? done : null));
    }

    private LocalRedirectResult Back(string done) => LocalRedirect($"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/members?done={done}");
}

public sealed record RolesForm(string[]? Roles);

public sealed record InviteForm(string? Email, string[]? Roles);

public sealed record MembersPage(OrganisationAccess Access, IReadOnlyList<Member> Members, IReadOnlyList<WaitingInvitation> Waiting, InviteForm Form, string? Done)
{
    public bool MayChange => Access.Has(OrganisationRole.Owner);
}

public sealed record MemberPage(OrganisationAccess Access, Member Member, IReadOnlyList<string> Roles);
