using EwasteEpr.Kernel;
using EwasteEpr.Settings;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Merchants and their settlements at the operator's: one person orders the payout, another confirms it by the bank's document.</summary>
[Route("/{culture:culture}/operator")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorSettlementsController(SettlementService settlements, RedemptionService redemptions, MerchantService merchants, SettingsService settings) : Controller
{
    private const int Longest = 200;
    private const string PurposeCode = "payouts.knp";

    [HttpGet("settlements")]
    public async Task<IActionResult> Settlements(string? state, string? said, CancellationToken ct)
    {
        var chosen = state is "Payable" or "Held" or "Ordered" or "Paid" ? state : null;
        return View("OperatorSettlements", new OperatorSettlementsPage(await settlements.ListAsync(null, chosen, ct), chosen, said));
    }

    [HttpGet("settlements/{no:long}")]
    public async Task<IActionResult> Settlement(long no, string? said, CancellationToken ct) =>
        await settlements.FindAsync(no, null, ct) is { } row
            ? View("OperatorSettlement", new OperatorSettlementPage(
                row, await redemptions.ListAsync(new OrganisationId(row.MerchantId), new RedemptionFilter(Settlement: no, Limit: 10_000), ct), HttpContext.Person().PersonId.Value, said))
            : NotFound();

    [HttpPost("settlements/{no:long}/release")]
    public Task<IActionResult> Release(long no, string? note, CancellationToken ct) => NotedAsync(no, note, text => settlements.ReleaseAsync(no, text, ActorContext.Current(HttpContext), ct));

    [HttpPost("settlements/{no:long}/hold")]
    public Task<IActionResult> Hold(long no, string? note, CancellationToken ct) => NotedAsync(no, note, text => settlements.HoldAsync(no, text, ActorContext.Current(HttpContext), ct));

    /// <summary>Everything that is due today goes into one payout.</summary>
    [HttpPost("settlements/order")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Order(CancellationToken ct)
    {
        var due = await settlements.ListAsync(null, "Payable", ct);
        return LocalRedirect($"/{Culture.CurrentCode}/operator/settlements?state=Ordered&said={(await settlements.OrderAsync([.. due.Select(row => row.Number)], ActorContext.Current(HttpContext), ct) ? "Ordered" : "NothingDue")}");
    }

    [HttpPost("settlements/{no:long}/pay")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Pay(long no, string? note, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(note) || note.Length > Longest)
        {
            return To(no, "NoteMissing");
        }

        var decision = await settlements.PayAsync(no, note.Trim(), ActorContext.Current(HttpContext), ct);
        return decision == PayDecision.NotFound ? NotFound() : To(no, decision.ToString());
    }

    /// <summary>For the bank: what was ordered and is not paid.</summary>
    [HttpGet("settlements/payout.csv")]
    public async Task<IActionResult> Payout(CancellationToken ct)
    {
        var code = (await settings.ListAsync(ct)).Single(setting => setting.Key == PurposeCode).Value;
        return new CsvFile(
            "payout.csv",
            ["number", "payable_on", "recipient", "bin", "iban", "bic", "kbe", "knp", "tenge", "purpose"],
            (await settlements.ListAsync(null, "Ordered", ct)).Select(row => new object?[]
            {
                SettlementNames.Of(row.Number), row.PayableOn, row.NameRu, row.Bin, row.Iban, row.Bic, row.Kbe, code ?? "-", Money.FromTiyn(row.AmountTiyn).Amount,
                FormattableString.Invariant($"{SettlementNames.Of(row.Number)} {row.Day:yyyy-MM-dd}; {row.ContractNo}"),
            }));
    }

    [HttpGet("merchants")]
    public async Task<IActionResult> Merchants(string? said, CancellationToken ct) => View("OperatorMerchants", new OperatorMerchantsPage(await merchants.ListAsync(ct), said));

    [HttpPost("merchants/{id:guid}/admit")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Admit(Guid id, string? contractNo, DateOnly? contractOn, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(contractNo) || contractNo.Length > Longest || contractOn is null
            ? ToMerchants("ContractMissing")
            : ToMerchants(await merchants.DecideAsync(new OrganisationId(id), new MerchantDecision(contractNo.Trim(), contractOn, Suspend: false), ActorContext.Current(HttpContext), ct) ? "Done" : "WrongState");

    [HttpPost("merchants/{id:guid}/suspend")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Suspend(Guid id, bool resume, CancellationToken ct) =>
        ToMerchants(await merchants.DecideAsync(new OrganisationId(id), new MerchantDecision(null, null, Suspend: !resume), ActorContext.Current(HttpContext), ct) ? "Done" : "WrongState");

    private async Task<IActionResult> NotedAsync(long no, string? note, Func<string, Task<bool>> act) =>
        string.IsNullOrWhiteSpace(note) || note.Length > Longest ? To(no, "NoteMissing") : To(no, await act(note.Trim()) ? "Done" : "WrongState");

    private LocalRedirectResult To(long no, string said) => LocalRedirect(FormattableString.Invariant($"/{Culture.CurrentCode}/operator/settlements/{no}?said={said}"));

    private LocalRedirectResult ToMerchants(string said) => LocalRedirect($"/{Culture.CurrentCode}/operator/merchants?said={said}");
}

public sealed record OperatorSettlementsPage(IReadOnlyList<SettlementRow> Rows, string? State, string? Said);

public sealed record OperatorSettlementPage(SettlementRow Settlement, IReadOnlyList<RedemptionRow> Redemptions, Guid Me, string? Said);

public sealed record OperatorMerchantsPage(IReadOnlyList<MerchantRow> Rows, string? Said);

public sealed record ContractForm(string? ContractNo, DateOnly? ContractOn);
