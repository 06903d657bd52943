using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Obligations;
using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>The operator's side of obligations: who has a system of their own, what is shared out and on what basis, what evidence came.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/reconciliation/obligations")]
public sealed class ObligationsController(ObligationService obligations, ObligationQueries queries, SettingsService settings, TimeProvider clock, IStringLocalizer<ObligationsText> text) : Controller
{
    [HttpGet("")]
    public Task<IActionResult> Index(int? year, string? done, CancellationToken ct) => PageAsync(year, new ObligationForms(), done, ct);

    [HttpGet("/{culture:culture}/operator/reconciliation/obligations.csv")]
    public async Task<IActionResult> Csv(int? year, CancellationToken ct) => new CsvFile(
        "obligations.csv", ["year", "category", "basis", "state", "position", "organisation", "base_year", "base_kg", "days", "obligation_kg", "evidence_kg", "shortfall_kg", "act"],
        (await queries.SharesAsync(year ?? BusinessTime.Today(clock).Year, ct)).Select(row => new object?[]
        {
            row.Year, row.Category, row.Basis, row.State, row.Position, row.NameRu ?? "operator", row.BaseYear, row.BaseGrams / 1000m, row.Days, row.Kg, row.EvidenceGrams / 1000m, row.ShortfallGrams / 1000m, row.Act,
        }));

    [HttpPost("members")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Enter([Bind(Prefix = "Forms.Member")] MemberForm form, int? year, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.From is not { } from)
        {
            ModelState.AddModelError("Forms.Member.From", text["E.From"]);
            return await PageAsync(year, new ObligationForms { Member = form }, null, ct);
        }

        switch (await obligations.EnterAsync(new NewOwnSystem(form.Slug?.Trim() ?? "", from, form.Until, form.Document ?? ""), ActorContext.Current(HttpContext), ct))
        {
            case EnterOwnSystemOutcome.Entered:
                return Back(year, "Entered");
            case EnterOwnSystemOutcome.NotFound:
                ModelState.AddModelError("Forms.Member.Slug", text["E.Slug"]);
                break;
            case EnterOwnSystemOutcome.AlreadyMember:
                ModelState.AddModelError("Forms.Member.From", text["E.Already"]);
                break;
            default:
                ModelState.AddModelError("Forms.Member.Document", text["E.Document"]);
                break;
        }

        return await PageAsync(year, new ObligationForms { Member = form }, null, ct);
    }

    [HttpPost("runs")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose([Bind(Prefix = "Forms.Run")] RunForm form, int? year, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var shown = year ?? BusinessTime.Today(clock).Year;
        if (!Selection.Categories.Contains(form.Category, StringComparer.Ordinal) || !ModelState.IsValid)
        {
            ModelState.AddModelError("Forms.Run.Category", text["E.Category"]);
            return await PageAsync(shown, new ObligationForms { Run = form }, null, ct);
        }

        switch (await obligations.ProposeAsync(new NewObligationRun(shown, form.Category!, form.Basis, form.Share, form.TotalKg, form.ReferenceYear ?? shown - 1, form.Act ?? ""), ActorContext.Current(HttpContext), ct))
        {
            case ProposeRunOutcome.Proposed:
                return Back(shown, "Proposed");
            case ProposeRunOutcome.OneIsOpen:
                ModelState.AddModelError("", text["E.Open"]);
                break;
            case ProposeRunOutcome.NobodyObliged:
                ModelState.AddModelError("", text["E.Nobody"]);
                break;
            default:
                ModelState.AddModelError(string.IsNullOrWhiteSpace(form.Act) ? "Forms.Run.Act" : form.Basis == ObligationBasis.OwnVolume ? "Forms.Run.Share" : "Forms.Run.TotalKg", text["E.Basis"]);
                break;
        }

        return await PageAsync(shown, new ObligationForms { Run = form }, null, ct);
    }

    [HttpPost("runs/{id:guid}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Publish(Guid id, int? year, CancellationToken ct) => Answer(year, await obligations.PublishAsync(id, ActorContext.Current(HttpContext), ct), "Published");

    [HttpPost("runs/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, int? year, CancellationToken ct) => Answer(year, await obligations.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), "Withdrawn");

    private IActionResult Answer(int? year, DecideRunOutcome outcome, string done) => outcome == DecideRunOutcome.NotFound ? NotFound() : Back(year, outcome == DecideRunOutcome.Done ? done : outcome.ToString());

    private LocalRedirectResult Back(int? year, string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/obligations?year={year ?? BusinessTime.Today(clock).Year}&done={done}");

    private async Task<IActionResult> PageAsync(int? year, ObligationForms forms, string? done, CancellationToken ct)
    {
        var shown = year ?? BusinessTime.Today(clock).Year;
        if (shown is < Selection.FirstYear or > Selection.LastYear)
        {
            return NotFound();
        }

        var all = await settings.ListAsync(ct);
        string? Setting(string key) => all.FirstOrDefault(one => one.Key == key)?.Value;
        return View("Obligations", new ObligationsPage(
            shown, BusinessTime.Today(clock).Year, await queries.RunsAsync(shown, ct), await queries.SharesAsync(shown, ct), await queries.MembersAsync(null, ct), forms, done, HttpContext.Person().PersonId.Value,
            ReadersRegions.IsPreparer(HttpContext), ReadersRegions.IsApprover(HttpContext), Setting("obligations.own_share"), Setting("obligations.shortfall_kzt_per_kg")));
    }
}

/// <summary>The importer's own page: what it owes and how far it has come.</summary>
[Authorize(Policy = PolicyNames.OrgReader)]
[Route("/{culture:culture}/org/{slug}/obligation")]
public sealed class OwnObligationController(ObligationQueries queries, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(int? year, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation().OrganisationId;
        var shown = year ?? BusinessTime.Today(clock).Year;
        return shown is < Selection.FirstYear or > Selection.LastYear
            ? NotFound()
            : View("/Features/Reconciliation/Obligation.cshtml", new OwnObligationPage(
                shown, BusinessTime.Today(clock).Year, await queries.OwnAsync(organisation, shown, ct), await queries.MembersAsync(organisation, ct), await queries.PlacedAsync(organisation, shown, ct)));
    }

    [HttpGet("/{culture:culture}/org/{slug}/obligation.csv")]
    public async Task<IActionResult> Csv(int? year, CancellationToken ct) => new CsvFile(
        "obligation.csv", ["year", "category", "basis", "base_year", "base_kg", "days", "obligation_kg", "evidence_kg", "shortfall_kg", "act"],
        (await queries.OwnAsync(HttpContext.Organisation().OrganisationId, year ?? BusinessTime.Today(clock).Year, ct)).Select(row => new object?[]
        {
            row.Year, row.Category, row.Basis, row.BaseYear, row.BaseGrams / 1000m, row.Days, row.Kg, row.EvidenceGrams / 1000m, row.ShortfallGrams / 1000m, row.Act,
        }));
}
