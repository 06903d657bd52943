using EwasteEpr.Certification;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>Proofs are read by their own organisation and by the auditor to whom an audit of it is assigned.</summary>
[Authorize(Policy = PolicyNames.OrgSiteReader)]
[OnlyWhoDoes(Activity.Recycler, Activity.Refurbisher, Activity.Auditor)]
[Route("/{culture:culture}/org/{slug}/site-files")]
public sealed class SiteFilesController(SiteService sites, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> One(Guid id, CancellationToken ct) => Download(await sites.FileAsync(id, Access.OrganisationId, ct));
}
