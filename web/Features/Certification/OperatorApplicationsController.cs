using EwasteEpr.Certification;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>One application at the operator: check of documents, proposal, decision.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/certifications")]
public sealed class OperatorApplicationsController(CertificationQueries queries, DocumentCheck check, CertificationDecisions decisions, AuditQueries audits, SiteService sites, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    private static string Here => $"/{Culture.CurrentCode}/operator/certifications";

    [HttpGet("applications/{number}")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, null, done, ct);

    [HttpPost("applications/{number}/accept")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Accept(string number, CancellationToken ct) => await AnswerAsync(await check.AcceptAsync(number, Actor, ct), $"{Here}/applications/{number}?done=Accepted", "reason", () => ShowAsync(number, null, null, null, ct));

    [HttpPost("applications/{number}/return")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Return(string number, string? reason, CancellationToken ct)
    {
        RequireText(reason, "reason", 2000);
        return ModelState.IsValid
            ? await AnswerAsync(await check.ReturnAsync(number, reason!.Trim(), Actor, ct), $"{Here}/applications/{number}?done=Returned", "reason", () => ShowAsync(number, null, reason, null, ct))
            : await ShowAsync(number, null, reason, null, ct);
    }

    [HttpPost("applications/{number}/propose")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose(string number, [Bind(Prefix = "Proposal")] ProposalForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var certify = form.Kind == DecisionKind.Certify;
        Require(form.Kind is DecisionKind.Certify or DecisionKind.Refuse, "Proposal.Kind", "E.Required");
        Require(form.Reason is { Length: >= 3 and <= 2000 }, "Proposal.Reason", "E.Required");
        Require(!certify || form.ValidFrom is not null, "Proposal.ValidFrom", "E.Date");
        Require(!certify || form.ExpiresOn > form.ValidFrom, "Proposal.ExpiresOn", "E.DateOrder");
        return ModelState.IsValid
            ? await AnswerAsync(
                await decisions.ProposeAsync(number, new Proposal(form.Kind, form.Reason!.Trim(), certify ? form.ValidFrom : null, certify ? form.ExpiresOn : null, null, null, null), Actor, ct),
                $"{Here}/applications/{number}?done=Proposed", "Proposal.Reason", () => ShowAsync(number, form, null, null, ct))
            : await ShowAsync(number, form, null, null, ct);
    }

    /// <summary>Approves or declines a proposal of a colleague, about an application or a certification.</summary>
    [HttpPost("decisions/{id:guid}")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Decide(Guid id, bool approve, string? reason, string? about, CancellationToken ct)
    {
        var isApplication = about is ['K', ..];
        Require(approve || reason is { Length: >= 3 and <= 2000 }, "reason", "E.Required");
        var back = $"{Here}/{(isApplication ? "applications/" : "")}{Uri.EscapeDataString(about ?? "")}";
        if (!ModelState.IsValid)
        {
            return isApplication ? await ShowAsync(about!, null, reason, null, ct) : LocalRedirect(back + "?done=NoReason");
        }

        return await decisions.DecideAsync(id, approve ? null : reason!.Trim(), Actor, ct) switch
        {
            CertificationOutcome.NotFound => NotFound(),
            CertificationOutcome.Done => LocalRedirect(back + "?done=Decided"),
            var other => LocalRedirect($"{back}?done={other}"),
        };
    }

    private async Task<IActionResult> ShowAsync(string number, ProposalForm? proposal, string? reason, string? done, CancellationToken ct)
    {
        if (await queries.FindApplicationAsync(number, null, ct) is not { } details)
        {
            return NotFound();
        }

        var today = BusinessTime.Today(TimeProvider.System);
        return View("/Features/Certification/Application.cshtml", new ApplicationPage(
            null, details, [], await sites.DetailsAsync(details.Scopes.Select(row => row.SiteId), ct), await queries.OperationsAsync(ct), await audits.OfApplicationAsync(details.Application.ApplicationId, ct),
            new DescribeForm(), new ScopeForm(), proposal ?? new ProposalForm { ValidFrom = today, ExpiresOn = today.AddYears(3) }, done, reason));
    }
}
