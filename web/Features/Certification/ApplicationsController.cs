using EwasteEpr.Certification;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>The organisation's way to its certification: application, findings, what was done about them.</summary>
[Authorize(Policy = PolicyNames.OrgSiteReader)]
[OnlyWhoDoes(Activity.Recycler, Activity.Refurbisher)]
[Route("/{culture:culture}/org/{slug}/certification")]
public sealed class ApplicationsController(ApplicationService applications, CertificationQueries queries, SiteService sites, AuditQueries audits, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    private string Here => $"/{Culture.CurrentCode}/org/{Access.Slug}/certification";

    private IReadOnlyList<SiteKind> Kinds => [.. new[] { (Activity.Recycler, SiteKind.Recycler), (Activity.Refurbisher, SiteKind.Refurbisher) }.Where(one => Access.Does(one.Item1)).Select(one => one.Item2)];

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Own", new OwnCertificationsPage(
        Access, await queries.OfOrganisationAsync(Access.OrganisationId, ct), await queries.ApplicationsAsync(Access.OrganisationId, ct), await audits.OfAuditedAsync(Access.OrganisationId, ct), Kinds));

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Begin(SiteKind kind, CancellationToken ct) => Kinds.Contains(kind) ? LocalRedirect($"{Here}/{await applications.BeginAsync(Access.OrganisationId, kind, Actor, ct)}") : NotFound();

    [HttpGet("{number}")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, null, done, ct);

    [HttpPost("{number}")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Describe(string number, [Bind(Prefix = "Describe")] DescribeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.Head, "Describe.Head", 200);
        Require(form.Note is null or { Length: <= 2000 }, "Describe.Note", "E.Long");
        return ModelState.IsValid && !Request.IsLanguageSwitch()
            ? await AnswerAsync(await applications.DescribeAsync(number, Access.OrganisationId, form.Head!.Trim(), form.Note?.Trim(), Actor, ct), $"{Here}/{number}?done=Described", "Describe.Head", () => ShowAsync(number, form, null, null, ct))
            : await ShowAsync(number, form, null, null, ct);
    }

    [HttpPost("{number}/scopes")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> PutScope(string number, [Bind(Prefix = "Scope")] ScopeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.Site, "Scope.Site", 20);
        Require(Categories.All.Contains(form.Category ?? "", StringComparer.Ordinal), "Scope.Category", "E.Required");
        Require(form.Operations.Length is > 0 and < 50, "Scope.Operations", "E.Operations");
        Require(form.Tonnes is > 0 and <= 1_000_000 && decimal.IsInteger(form.Tonnes.Value * 1000), "Scope.Tonnes", "E.Tonnes");
        return ModelState.IsValid && !Request.IsLanguageSwitch()
            ? await AnswerAsync(
                await applications.PutScopeAsync(number, Access.OrganisationId, new WantedScope(form.Site!, form.Category!, form.Operations, (long)(form.Tonnes!.Value * 1_000_000)), Actor, ct),
                $"{Here}/{number}?done=Scope", "Scope.Site", () => ShowAsync(number, null, form, null, ct))
            : await ShowAsync(number, null, form, null, ct);
    }

    [HttpPost("{number}/scopes/remove")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> RemoveScope(string number, string? site, string? category, CancellationToken ct) => await AnswerAsync(
        await applications.RemoveScopeAsync(number, Access.OrganisationId, site ?? "", category ?? "", Actor, ct), $"{Here}/{number}?done=Removed", "Scope.Site", () => ShowAsync(number, null, null, null, ct));

    [HttpPost("{number}/submit")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Submit(string number, CancellationToken ct)
    {
        switch (await applications.SubmitAsync(number, Access.OrganisationId, Actor, ct))
        {
            case SubmitOutcome.Submitted:
                return LocalRedirect($"{Here}/{number}?done=Submitted");
            case SubmitOutcome.NotFound:
                return NotFound();
            case SubmitOutcome.Incomplete incomplete:
                Require(holds: false, "Scope.Site", "E.Submit." + incomplete.What, incomplete.Site);
                break;
            default:
                Require(holds: false, "Scope.Site", "E.WrongState");
                break;
        }

        return await ShowAsync(number, null, null, null, ct);
    }

    [HttpPost("{number}/withdraw")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Withdraw(string number, CancellationToken ct) => await AnswerAsync(
        await applications.WithdrawAsync(number, Access.OrganisationId, Actor, ct), $"{Here}/{number}?done=Withdrawn", "Scope.Site", () => ShowAsync(number, null, null, null, ct));

    private async Task<IActionResult> ShowAsync(string number, DescribeForm? describe, ScopeForm? scope, string? done, CancellationToken ct)
    {
        if (await queries.FindApplicationAsync(number, Access.OrganisationId, ct) is not { } details)
        {
            return NotFound();
        }

        var own = (await sites.ListAsync(Access.OrganisationId, ct)).Where(site => site.ClosedOn is null && site.Kind == details.Application.Kind).ToList();
        return View("Application", new ApplicationPage(
            Access, details, own, await sites.DetailsAsync(details.Scopes.Select(row => row.SiteId), ct), await queries.OperationsAsync(ct), await audits.OfApplicationAsync(details.Application.ApplicationId, ct),
            describe ?? new DescribeForm { Head = details.Application.HeadName, Note = details.Application.Note }, scope ?? new ScopeForm(), new ProposalForm(), done, null));
    }
}
