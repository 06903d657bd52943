using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Who may act for the organisation: its owners give a mandate, change it and take it back.</summary>
[Authorize(Policy = PolicyNames.OrgOwner)]
[Route("/{culture:culture}/org/{slug}/agents")]
public sealed class AgentsController(MandateService mandates, IStringLocalizer<AgentsText> text, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Agents(CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        var all = await mandates.OfOrganisationAsync(organisation.OrganisationId, ct);
        return View(new AgentsPage(
            organisation,
            [.. all.Where(mandate => mandate.ClientId == organisation.OrganisationId)],
            [.. all.Where(mandate => mandate.AgentId == organisation.OrganisationId)],
            await mandates.HistoryAsync(organisation.OrganisationId, ct)));
    }

    [HttpGet("new")]
    [RequireFreshSignIn]
    public IActionResult New(string slug) => View("AgentForm", new AgentFormPage(slug, new MandateForm { From = BusinessTime.Today(clock), Scopes = [MandateScope.Prepare] }, null));

    [HttpPost("new")]
    [RequireFreshSignIn]
    public async Task<IActionResult> New(string slug, MandateForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var check = Bin.Check(form.Number, out var number);
        if (check != BinCheck.Valid && !Request.IsLanguageSwitch())
        {
            ModelState.AddModelError(nameof(form.Number), text["Number." + check]);
        }
        else if (Terms(form) is { } terms)
        {
            return Answer(await mandates.GiveAsync(HttpContext.Organisation().OrganisationId, number, terms, ActorContext.Current(HttpContext), ct), new AgentFormPage(slug, form, null));
        }

        return View("AgentForm", new AgentFormPage(slug, form, null));
    }

    [HttpGet("{id:guid}")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Change(string slug, Guid id, CancellationToken ct) =>
        await FindAsync(id, ct) is { } mandate
            ? View("AgentForm", new AgentFormPage(slug, new MandateForm { Scopes = mandate.Scopes, From = mandate.ValidFrom, LastDay = mandate.LastDay }, mandate))
            : NotFound();

    [HttpPost("{id:guid}")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Change(string slug, Guid id, MandateForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(id, ct) is not { } mandate)
        {
            return NotFound();
        }

        var page = new AgentFormPage(slug, form, mandate);
        return Terms(form) is { } terms
            ? Answer(await mandates.ChangeAsync(HttpContext.Organisation().OrganisationId, id, terms, ActorContext.Current(HttpContext), ct), page)
            : View("AgentForm", page);
    }

    [HttpGet("{id:guid}/revoke")]
    public async Task<IActionResult> Revoke(string slug, Guid id, CancellationToken ct) =>
        await FindAsync(id, ct) is { } mandate ? View("AgentRevoke", new AgentFormPage(slug, new MandateForm(), mandate)) : NotFound();

    [HttpPost("{id:guid}/revoke")]
    [ActionName("Revoke")]
    public async Task<IActionResult> RevokeNow(string slug, Guid id, CancellationToken ct) =>
        await mandates.RevokeAsync(HttpContext.Organisation().OrganisationId, id, ActorContext.Current(HttpContext), ct) is MandateOutcome.Done
            ? LocalRedirect($"/{Culture.CurrentCode}/org/{slug}/agents")
            : NotFound();

    private async Task<Mandate?> FindAsync(Guid id, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation().OrganisationId;
        return (await mandates.OfOrganisationAsync(organisation, ct)).FirstOrDefault(mandate => mandate.MandateId == id && mandate.ClientId == organisation && mandate.State != MandateState.Revoked);
    }

    /// <summary>None when the form cannot be read, with the reasons in the model state; or when only the language was changed.</summary>
    private MandateTerms? Terms(MandateForm form)
    {
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return null;
        }

        if (form.From is null && ModelState[nameof(form.From)]?.Errors.Count is null or 0)
        {
            ModelState.AddModelError(nameof(form.From), text["FromMissing"]);
        }

        return ModelState.IsValid ? new MandateTerms(form.Scopes ?? [], form.From!.Value, form.LastDay?.AddDays(1)) : null;
    }

    private IActionResult Answer(MandateOutcome outcome, AgentFormPage page)
    {
        var (field, key) = outcome switch
        {
            MandateOutcome.Done => (null, ""),
            MandateOutcome.NoSuchAgent => (nameof(MandateForm.Number), "NoSuchAgent"),
            MandateOutcome.Oneself => (nameof(MandateForm.Number), "Oneself"),
            MandateOutcome.NoScope => (nameof(MandateForm.Scopes), "NoScope"),
            MandateOutcome.BeginsInThePast => (nameof(MandateForm.From), "BeginsInThePast"),
            MandateOutcome.EndsTooEarly => (nameof(MandateForm.LastDay), "EndsTooEarly"),
            MandateOutcome.OtherOnTheseDays => (nameof(MandateForm.From), "OtherOnTheseDays"),
            _ => ("", "Gone"),
        };
        if (field is null)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/org/{page.Slug}/agents");
        }

        ModelState.AddModelError(field, text[key]);
        return View("AgentForm", page);
    }
}
