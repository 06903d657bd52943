using EwasteEpr.Certification;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>The operator's work on certifications: what waits, what holds, and the decisions of two people.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/certifications")]
public sealed class OperatorCertificationsController(CertificationQueries queries, CertificationDecisions decisions, AuditQueries audits, SiteService sites, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    private static string Here => $"/{Culture.CurrentCode}/operator/certifications";

    [HttpGet("")]
    public async Task<IActionResult> Index(string? state, string? holds, CancellationToken ct) => View("Work", new WorkPage(
        await queries.WorkAsync(Known<ApplicationState>(state), ct), await queries.RegisterAsync(new RegisterFilter(Told(holds), null, null), ct), await queries.LastDrawAsync(ct), Known<ApplicationState>(state), Told(holds)));

    [HttpGet("/{culture:culture}/operator/certifications.csv")]
    public async Task<IActionResult> Csv(string? state, CancellationToken ct) => new CsvFile(
        "applications.csv", ["application", "organisation", "kind", "state", "scopes", "submitted_at", "since", "certification"],
        (await queries.WorkAsync(Known<ApplicationState>(state), ct)).Select(row => new object?[] { row.Number, row.Organisation(Culture.CurrentCode), row.Kind.ToString(), row.State.ToString(), row.Scopes, row.SubmittedAt, row.Since, row.Certification }));

    [HttpGet("{number}")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, done, ct);

    [HttpPost("{number}/suspend")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Suspend(string number, string? reason, CancellationToken ct)
    {
        RequireText(reason, "reason", 1000);
        return ModelState.IsValid ? await AnswerAsync(await decisions.SuspendAsync(number, reason!.Trim(), Actor, ct), $"{Here}/{number}?done=Suspended", "reason", () => ShowAsync(number, null, null, ct)) : await ShowAsync(number, null, null, ct);
    }

    [HttpPost("{number}/lift")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Lift(string number, string? reason, CancellationToken ct)
    {
        RequireText(reason, "reason", 1000);
        return ModelState.IsValid ? await AnswerAsync(await decisions.LiftAsync(number, reason!.Trim(), Actor, ct), $"{Here}/{number}?done=Lifted", "reason", () => ShowAsync(number, null, null, ct)) : await ShowAsync(number, null, null, ct);
    }

    [HttpPost("{number}/propose")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose(string number, [Bind(Prefix = "Proposal")] ProposalForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(form.Reason is { Length: >= 3 and <= 1000 }, "Proposal.Reason", "E.Required");
        var isOverride = form.Kind == DecisionKind.Override;
        Require(form.Kind is DecisionKind.Withdraw or DecisionKind.Override, "Proposal.Kind", "E.Required");
        Require(!isOverride || form.Scope?.Split('/') is { Length: 2 }, "Proposal.Scope", "E.Required");
        Require(!isOverride || form.Tonnes is > 0 and <= 1_000_000, "Proposal.Tonnes", "E.Tonnes");
        Require(!isOverride || (form.ValidFrom is not null && form.ExpiresOn > form.ValidFrom), "Proposal.ExpiresOn", "E.DateOrder");
        if (!ModelState.IsValid)
        {
            return await ShowAsync(number, form, null, ct);
        }

        var scope = isOverride ? form.Scope!.Split('/') : null;
        var proposal = new Proposal(form.Kind, form.Reason!.Trim(), isOverride ? form.ValidFrom : null, isOverride ? form.ExpiresOn : null, scope?[0], scope?[1], isOverride ? (long)(form.Tonnes!.Value * 1_000_000) : null);
        return await AnswerAsync(await decisions.ProposeAsync(number, proposal, Actor, ct), $"{Here}/{number}?done=Proposed", "Proposal.Reason", () => ShowAsync(number, form, null, ct));
    }

    [HttpGet("audits/{number}")]
    public async Task<IActionResult> Audit(string number, CancellationToken ct) => await audits.FindForOperatorAsync(number, ct) is { } details
        ? View("Audit", new AuditPage(null, details, await sites.DetailsAsync(details.Sites, ct), "Operator", new FindingForm(), new ReportForm(), new ActionForm(), null)) : NotFound();

    [HttpGet("files/{id:guid}")]
    public async Task<IActionResult> ProofOf(Guid id, CancellationToken ct) => Download(await sites.FileAsync(id, null, ct));

    private static string? Known<T>(string? state)
        where T : struct, Enum => Enum.TryParse<T>(state, out var known) && Enum.IsDefined(known) ? known.ToString() : null;

    private static string? Told(string? state) => state is "Valid" or "Suspended" or "Withdrawn" or "Expired" ? state : null;

    private async Task<IActionResult> ShowAsync(string number, ProposalForm? form, string? done, CancellationToken ct) => await queries.FindAsync(number, ct) is { } details
        ? View("Certification", new CertificationPage(details, await queries.OperationsAsync(ct), await queries.CapacityAsync(null, details.Certification.CertificationId, ct), form ?? new ProposalForm { Kind = DecisionKind.Override }, IsOperator: true, done))
        : NotFound();
}

public sealed record WorkPage(IReadOnlyList<ApplicationRow> Applications, IReadOnlyList<CertificationRow> Certifications, IReadOnlyList<RiskRow> LastDraw, string? State, string? Holds);

public sealed record CertificationPage(CertificationDetails Details, IReadOnlyList<TreatmentOperation> Operations, IReadOnlyList<CapacityRow> Capacity, ProposalForm Proposal, bool IsOperator, string? Done);
