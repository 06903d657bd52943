using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Tariffs;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Campaigns at the operator's: a preparer proposes and enters money, an approver who is another person opens and posts.</summary>
[Route("/{culture:culture}/operator/campaigns")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorCampaignsController(
    CampaignService campaigns, CampaignQueries queries, OrganisationService organisations, TariffService tariffs, IStringLocalizer<CampaignText> text) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> List(CancellationToken ct) => View("OperatorCampaigns", await queries.ListAsync(ct));

    [HttpGet("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(CancellationToken ct) => View("CampaignNew", new NewCampaignPage(CampaignForm.Empty, await organisations.RegionsAsync(ct)));

    [HttpPost("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(CampaignForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View("CampaignNew", new NewCampaignPage(form, await organisations.RegionsAsync(ct)));
        }

        if (form.Check(ModelState, text) is { } draft)
        {
            switch (await campaigns.ProposeAsync(draft, ActorContext.Current(HttpContext), ct))
            {
                case ProposeCampaignOutcome.Proposed proposed:
                    return To(proposed.CampaignNo, "Proposed");
                case ProposeCampaignOutcome.Refused refused:
                    ModelState.AddModelError(refused.Problem == CampaignProblem.UnknownRegion ? nameof(form.Regions) : nameof(form.Rules), text["P." + refused.Problem]);
                    break;
            }
        }

        return View("CampaignNew", new NewCampaignPage(form, await organisations.RegionsAsync(ct)));
    }

    [HttpGet("{no:long}")]
    public Task<IActionResult> Campaign(long no, string? said, CancellationToken ct) => ShowAsync(no, new FundingForm(null, null, null), said, ct);

    [HttpPost("{no:long}/move")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public Task<IActionResult> Move(long no, CampaignState to, CancellationToken ct) =>
        DecideAsync(no, campaign => campaigns.MoveAsync(campaign.CampaignId, to, ActorContext.Current(HttpContext), ct), ct);

    [HttpPost("{no:long}/withdraw")]
    public Task<IActionResult> Withdraw(long no, CancellationToken ct) =>
        DecideAsync(no, campaign => campaigns.MoveAsync(campaign.CampaignId, CampaignState.Withdrawn, ActorContext.Current(HttpContext), ct), ct);

    [HttpPost("{no:long}/fundings")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Fund(long no, FundingForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Check(ModelState, text) is { } funding
            ? await DecideAsync(no, campaign => campaigns.FundAsync(campaign.CampaignId, funding, ActorContext.Current(HttpContext), ct), ct)
            : await ShowAsync(no, form, null, ct);
    }

    [HttpPost("{no:long}/fundings/{funding:guid}/post")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public Task<IActionResult> PostFunding(long no, Guid funding, CancellationToken ct) =>
        DecideAsync(no, campaign => campaigns.PostFundingAsync(campaign.CampaignId, funding, ActorContext.Current(HttpContext), ct), ct);

    [HttpPost("{no:long}/basis")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public Task<IActionResult> EnterBasis(long no, string? basis, CancellationToken ct) => string.IsNullOrWhiteSpace(basis) || basis.Length > 500
        ? Task.FromResult<IActionResult>(To(no, "BasisMissing"))
        : DecideAsync(no, campaign => campaigns.LegalBasisAsync(campaign.CampaignId, basis.Trim(), ActorContext.Current(HttpContext), ct), ct);

    [HttpPost("{no:long}/basis/approve")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public Task<IActionResult> ApproveBasis(long no, CancellationToken ct) =>
        DecideAsync(no, campaign => campaigns.LegalBasisAsync(campaign.CampaignId, null, ActorContext.Current(HttpContext), ct), ct);

    private async Task<IActionResult> DecideAsync(long no, Func<CampaignRow, Task<CampaignDecision>> decide, CancellationToken ct)
    {
        if (await queries.FindAsync(no, isPublic: false, ct) is not { } details)
        {
            return NotFound();
        }

        var decision = await decide(details.Campaign);
        return decision == CampaignDecision.NotFound ? NotFound() : To(no, decision.ToString());
    }

    private async Task<IActionResult> ShowAsync(long no, FundingForm form, string? said, CancellationToken ct) =>
        await queries.FindAsync(no, isPublic: false, ct) is { } details
            ? View("OperatorCampaign", new OperatorCampaignPage(details, await CampaignWords.LoadAsync(organisations, tariffs, ct), form, HttpContext.Person().PersonId.Value, said, await queries.FundReceivedAsync(ct)))
            : NotFound();

    private LocalRedirectResult To(long no, string said) => LocalRedirect(FormattableString.Invariant($"/{Culture.CurrentCode}/operator/campaigns/{no}?said={said}"));
}

public sealed record NewCampaignPage(CampaignForm Form, IReadOnlyList<Region> Regions);

/// <param name="Me">Whoever looks: their own proposals wait for somebody else.</param>
/// <param name="FundReceived">Fee money that was received and given to nobody yet.</param>
public sealed record OperatorCampaignPage(CampaignDetails Details, CampaignWords Words, FundingForm Funding, Guid Me, string? Said, Money FundReceived);
