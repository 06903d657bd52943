using EwasteEpr.Certification;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>An auditor's room: the audits that the system drew to it, and no others.</summary>
[Authorize(Policy = PolicyNames.OrgAuditor)]
[OnlyWhoDoes(Activity.Auditor)]
[Route("/{culture:culture}/org/{slug}/audits")]
public sealed class AuditsController(AuditQueries queries, AuditService audits, SiteService sites, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    private string Here => $"/{Culture.CurrentCode}/org/{Access.Slug}/audits";

    [HttpGet("")]
    public async Task<IActionResult> Index(string? done, CancellationToken ct) => View("Audits", new AuditsPage(Access, await queries.OfAuditorAsync(Access.OrganisationId, ct), done));

    [HttpGet("{number}")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, null, done, ct);

    [HttpPost("{number}/decline")]
    public async Task<IActionResult> Decline(string number, string? reason, CancellationToken ct)
    {
        RequireText(reason, "reason", 1000);
        return ModelState.IsValid
            ? await AnswerAsync(await audits.DeclineAsync(number, Access.OrganisationId, reason!.Trim(), Actor, ct), $"{Here}?done=Declined", "reason", () => ShowAsync(number, null, null, null, ct))
            : await ShowAsync(number, null, null, null, ct);
    }

    [HttpPost("{number}/answers")]
    public async Task<IActionResult> Answer(string number, [FromForm] IReadOnlyList<AnswerForm> answers, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var given = answers.Where(answer => answer is { Item: not null, Answer: "Yes" or "No" or "NotApplicable" } && (answer.Note ?? "").Length <= 1000)
            .Select(answer => new ChecklistAnswer(answer.Item!, answer.Answer!, answer.Note?.Trim())).DistinctBy(answer => answer.Item, StringComparer.Ordinal).ToList();
        return await AnswerAsync(await audits.AnswerAsync(number, Access.OrganisationId, given, Actor, ct), $"{Here}/{number}?done=Answered", "answers", () => ShowAsync(number, null, null, null, ct));
    }

    [HttpPost("{number}/findings")]
    public async Task<IActionResult> Find(string number, [Bind(Prefix = "Finding")] FindingForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.FindingText, "Finding.FindingText", 2000);
        Require(form.Severity == FindingSeverity.Observation || form.DueOn is not null, "Finding.DueOn", "E.Date");
        if (!ModelState.IsValid)
        {
            return await ShowAsync(number, form, null, null, ct);
        }

        var finding = new NewFinding(form.Id, form.Severity, form.Item, form.FindingText!.Trim(), form.Severity == FindingSeverity.Observation ? null : form.DueOn);
        return await AnswerAsync(await audits.FindAsync(number, Access.OrganisationId, finding, Actor, ct), $"{Here}/{number}?done=Found", "Finding.FindingText", () => ShowAsync(number, form, null, null, ct));
    }

    [HttpPost("{number}/report")]
    public async Task<IActionResult> Report(string number, [Bind(Prefix = "Report")] ReportForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.Summary, "Report.Summary", 4000);
        Require(form.VisitedOn is not null && form.VisitedOn <= BusinessTime.Today(TimeProvider.System), "Report.VisitedOn", "E.Visited");
        if (!ModelState.IsValid)
        {
            return await ShowAsync(number, null, form, null, ct);
        }

        var outcome = await audits.ReportAsync(number, Access.OrganisationId, form.VisitedOn!.Value, form.Summary!.Trim(), Actor, ct);
        Require(outcome != CertificationOutcome.WrongState, "Report.Summary", "E.Unanswered");
        return await AnswerAsync(outcome, $"{Here}/{number}?done=Reported", "Report.Summary", () => ShowAsync(number, null, form, null, ct));
    }

    [HttpPost("{number}/actions/{id:guid}")]
    public async Task<IActionResult> Judge(string number, Guid id, bool accept, string? reason, CancellationToken ct)
    {
        Require(accept || reason is { Length: > 0 and <= 1000 }, "reason", "E.Required");
        return ModelState.IsValid
            ? await AnswerAsync(await audits.JudgeAsync(number, Access.OrganisationId, new Judgement(id, accept, accept ? null : reason!.Trim()), Actor, ct), $"{Here}/{number}?done=Judged", "reason", () => ShowAsync(number, null, null, null, ct))
            : await ShowAsync(number, null, null, null, ct);
    }

    private async Task<IActionResult> ShowAsync(string number, FindingForm? finding, ReportForm? report, string? done, CancellationToken ct) => await queries.FindForAuditorAsync(number, Access.OrganisationId, ct) is { } details
        ? View("Audit", new AuditPage(Access, details, await sites.DetailsAsync(details.Sites, ct), "Auditor", finding ?? new FindingForm(), report ?? new ReportForm(), new ActionForm(), done)) : NotFound();
}

public sealed record AuditsPage(OrganisationAccess Access, IReadOnlyList<AuditRow> Audits, string? Done);
