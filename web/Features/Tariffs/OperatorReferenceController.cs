using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>What tariffs stand on and the operator may extend: MCI values, and rows HS code -> UNU key. Two people here too.</summary>
[Route("/{culture:culture}/operator/tariffs")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorReferenceController(TariffService tariffs, MciProposals mci, HsRowProposals codes, IStringLocalizer<TariffsText> text) : Controller
{
    [HttpGet("mci")]
    public async Task<IActionResult> Mci(string? done, CancellationToken ct) => View(new MciPage(await mci.ListAsync(ct), new MciForm(), Reader, done));

    [HttpPost("mci")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Mci([Bind(Prefix = nameof(MciPage.Form))] MciForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(form.EffectiveFrom is not null, "Form.EffectiveFrom", "E.MciFrom");
        Require(form.ValueKzt is > 0 and < 1_000_000, "Form.ValueKzt", "E.MciValue");
        Require(!string.IsNullOrWhiteSpace(form.LegalBasis), "Form.LegalBasis", "E.Basis");
        if (!ModelState.IsValid)
        {
            return View(new MciPage(await mci.ListAsync(ct), form, Reader, null));
        }

        await mci.ProposeAsync(new MciDraft(form.EffectiveFrom!.Value, form.ValueKzt!.Value, form.Purpose, form.LegalBasis!.Trim()), ActorContext.Current(HttpContext), ct);
        return Back("mci", nameof(ProposalState.Proposed));
    }

    [HttpPost("mci/{id:guid}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> PublishMci(Guid id, CancellationToken ct) => Answer("mci", await mci.PublishAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Published);

    [HttpPost("mci/{id:guid}/withdraw")]
    public async Task<IActionResult> WithdrawMci(Guid id, CancellationToken ct) => Answer("mci", await mci.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Withdrawn);

    [HttpGet("codes")]
    public async Task<IActionResult> Codes(string? done, CancellationToken ct) =>
        View(new CodesPage(await codes.ListAsync(all: false, ct), (await tariffs.CurrentAsync(ct)).Catalogue, new CodeForm(), Reader, done));

    [HttpPost("codes")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Codes([Bind(Prefix = nameof(CodesPage.Form))] CodeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var catalogue = (await tariffs.CurrentAsync(ct)).Catalogue;
        Require(HsCode.TryParse(form.Prefix, out var prefix), "Form.Prefix", "E.Prefix");
        Require(UnuKey.TryParse(form.Key, out var key) && catalogue.TryGetKey(key, out _), "Form.Key", "E.Key");
        Require(!string.IsNullOrWhiteSpace(form.Source), "Form.Source", "E.Source");
        if (!ModelState.IsValid)
        {
            return View(new CodesPage(await codes.ListAsync(all: false, ct), catalogue, form, Reader, null));
        }

        await codes.ProposeAsync(new HsRowDraft(prefix, key, string.IsNullOrWhiteSpace(form.Description) ? null : form.Description.Trim(), form.Source!.Trim()), ActorContext.Current(HttpContext), ct);
        return Back("codes", nameof(ProposalState.Proposed));
    }

    [HttpPost("codes/{id:guid}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> PublishCode(Guid id, CancellationToken ct) => Answer("codes", await codes.PublishAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Published);

    [HttpPost("codes/{id:guid}/withdraw")]
    public async Task<IActionResult> WithdrawCode(Guid id, CancellationToken ct) => Answer("codes", await codes.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Withdrawn);

    private Guid Reader => HttpContext.Person().PersonId.Value;

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds && !(ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError(field, text[sentence]);
        }
    }

    private IActionResult Answer(string page, DecideOutcome outcome, ProposalState done) =>
        outcome == DecideOutcome.NotFound ? NotFound() : Back(page, outcome == DecideOutcome.Done ? done.ToString() : outcome.ToString());

    private LocalRedirectResult Back(string page, string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/tariffs/{page}?done={done}");
}
