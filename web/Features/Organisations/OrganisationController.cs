using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>An organisation's home, what was done in it, and the way from one organisation to another.</summary>
public sealed class OrganisationController(OrganisationService organisations, SessionService sessions, SessionCache cache) : Controller
{
    [HttpGet("/{culture:culture}/org/{slug}")]
    [Authorize(Policy = PolicyNames.OrgMember)]
    public async Task<IActionResult> OrganisationHome(CancellationToken ct) =>
        View(new OrganisationHomePage(HttpContext.Organisation(), (await organisations.DetailsAsync(HttpContext.Organisation().OrganisationId, ct))!));

    [HttpGet("/{culture:culture}/org/{slug}/activity")]
    [Authorize(Policy = PolicyNames.OrgMember)]
    public async Task<IActionResult> Activity([FromServices] ActivityLog log, Guid? before, CancellationToken ct) =>
        View(new ActivityPage(HttpContext.Organisation(), await log.OfOrganisationAsync(HttpContext.Organisation().OrganisationId, before, ct)));

    [HttpGet("/{culture:culture}/switch")]
    [Authorize(Policy = PolicyNames.SignedIn)]
    public async Task<IActionResult> Switch(CancellationToken ct) => View(await organisations.OfPersonAsync(HttpContext.Person().PersonId, ct));

    /// <summary>Remembers the choice, so that the next sign-in begins there.</summary>
    [HttpPost("/{culture:culture}/switch/{slug}")]
    [Authorize(Policy = PolicyNames.OrgMember)]
    public async Task<IActionResult> SwitchTo(CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        await sessions.SwitchAsync(HttpContext.Person().SessionId, organisation.OrganisationId, ct);
        cache.Forget(HttpContext.Person().PersonId);
        return LocalRedirect($"/{Culture.CurrentCode}/org/{organisation.Slug}");
    }
}

public sealed record OrganisationHomePage(OrganisationAccess Access, OrganisationDetails Details);

public sealed record ActivityPage(OrganisationAccess Access, IReadOnlyList<ActivityRow> Rows)
{
    public bool HasMore => Rows.Count == ActivityLog.PageSize;
}
