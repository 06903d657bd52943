using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>New versions of tariffs: a preparer proposes, an approver who is another person publishes.</summary>
[Route("/{culture:culture}/operator/tariffs")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorTariffsController(TariffService tariffs, TariffProposals proposals, IAuthorizationService authorisation, IStringLocalizer<TariffsText> text) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> List(string? done, CancellationToken ct) =>
        View("OperatorList", new OperatorTariffsPage(await tariffs.CurrentAsync(ct), await proposals.ListAsync(ct), done));

    [HttpGet("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(string? from, CancellationToken ct) => View(TariffForm.After((await tariffs.CurrentAsync(ct)).Version(from ?? "")));

    [HttpPost("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(TariffForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View(form);
        }

        await form.ReadFileAsync(ModelState, text, ct);
        if (form.ToDraft(ModelState, text, (await tariffs.CurrentAsync(ct)).Catalogue) is not { } draft)
        {
            return View(form);
        }

        if (await proposals.ProposeAsync(draft, ActorContext.Current(HttpContext), ct) is ProposeOutcome.CodeTaken taken)
        {
            ModelState.AddModelError(nameof(form.Code), text["E.CodeTaken", taken.Code]);
            return View(form);
        }

        return Review(draft.Code, nameof(ProposalState.Proposed));
    }

    [HttpGet("{version}")]
    public async Task<IActionResult> Review(string version, string? done, CancellationToken ct)
    {
        var snapshot = await tariffs.CurrentAsync(ct);
        if (await proposals.ReviewAsync(version, snapshot, ct) is not { } review)
        {
            return NotFound();
        }

        var mayPublish = (await authorisation.AuthorizeAsync(User, PolicyNames.OperatorApprover)).Succeeded;
        return View(new ReviewPage(snapshot, review, review.People.ProposedBy == HttpContext.Person().PersonId.Value, mayPublish, done));
    }

    [HttpPost("{version}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Publish(string version, SuccessionKind effect, string? other, CancellationToken ct) =>
        await proposals.PublishAsync(version, new Succession(effect, string.IsNullOrEmpty(other) ? null : other), ActorContext.Current(HttpContext), ct) switch
        {
            PublishOutcome.Published => Review(version, nameof(ProposalState.Published)),
            PublishOutcome.NotFound => NotFound(),
            PublishOutcome.SamePerson => Review(version, nameof(PublishOutcome.SamePerson)),
            PublishOutcome.AlreadyDecided => Review(version, nameof(PublishOutcome.AlreadyDecided)),
            _ => Review(version, nameof(PublishOutcome.ChangedSince)),
        };

    [HttpPost("{version}/withdraw")]
    public async Task<IActionResult> Withdraw(string version, CancellationToken ct) =>
        await proposals.WithdrawAsync(version, ActorContext.Current(HttpContext), ct)
            ? LocalRedirect($"/{Culture.CurrentCode}/operator/tariffs?done={nameof(ProposalState.Withdrawn)}")
            : NotFound();

    private LocalRedirectResult Review(string version, string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/tariffs/{Uri.EscapeDataString(version)}?done={done}");
}
