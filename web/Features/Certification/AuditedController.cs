using EwasteEpr.Certification;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>The audited organisation reads the report and says what it did about each finding.</summary>
[Authorize(Policy = PolicyNames.OrgSiteReader)]
[OnlyWhoDoes(Activity.Recycler, Activity.Refurbisher)]
[Route("/{culture:culture}/org/{slug}/certification/audits/{number}")]
public sealed class AuditedController(AuditQueries queries, AuditService audits, SiteService sites, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    [HttpGet("")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, done, ct);

    [HttpPost("findings/{no:int}")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    [RequestSizeLimit(4 * 1024 * 1024)]
    public async Task<IActionResult> Act(string number, int no, [Bind(Prefix = "Action")] ActionForm form, IFormFile? file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.ActionText, "Action.ActionText", 2000);
        Require(form.DoneOn is not null, "Action.DoneOn", "E.Date");
        var proof = await ProofAsync(file, "file", ct);
        if (!ModelState.IsValid)
        {
            return await ShowAsync(number, form, null, ct);
        }

        return await audits.ActAsync(number, Access.OrganisationId, new NewAction(no, form.ActionText!.Trim(), form.DoneOn!.Value, proof), Actor, ct)
            ? LocalRedirect($"/{Culture.CurrentCode}/org/{Access.Slug}/certification/audits/{number}?done=Acted") : NotFound();
    }

    private async Task<IActionResult> ShowAsync(string number, ActionForm? action, string? done, CancellationToken ct) => await queries.FindForAuditedAsync(number, Access.OrganisationId, ct) is { } details
        ? View("/Features/Certification/Audit.cshtml", new AuditPage(Access, details, await sites.DetailsAsync(details.Sites, ct), "Audited", new FindingForm(), new ReportForm(), action ?? new ActionForm(), done)) : NotFound();
}
