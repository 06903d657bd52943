using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Tests.Organisations;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>The demonstration with vouchers made to order.</summary>
public sealed class VoucherSite : DemoSite
{
    public const string Almaty = "750000000";

    /// <summary>A voucher of 2 000 tenge that can be spent, of a walk-in or of the browser with this cookie.</summary>
    public async Task<IssueOutcome.Made> IssuedAsync(string? cookie = null, params HoldReason[] suspicions)
    {
        var device = cookie is null ? null : Service<EwasteEpr.Vouchers.VoucherSecrets>().Device(cookie);
        var intake = new IssueVoucher(
            Guid.CreateVersion7(), null, Guid.CreateVersion7(), Almaty, PersonId.New(), [new RewardItem("0306", "6", Weight.FromGrams(150), ItemCondition.Working)], device, null, suspicions);
        var made = Assert.IsType<IssueOutcome.Made>(await Service<Db>().InTransactionAsync(
            transaction => Service<VoucherIssuing>().IssueAsync(transaction, intake, Actor.System("test"), CancellationToken.None), CancellationToken.None));
        await Service<Db>().ExecuteAsync("update vouchers set state = 'Issued' where voucher_id = @VoucherId and state = 'Pending'", new { made.VoucherId }, CancellationToken.None);
        return made;
    }

    public Task<string> StateAsync(Guid voucherId) => Service<Db>().QuerySingleAsync<string>("select state from vouchers where voucher_id = @voucherId", new { voucherId }, CancellationToken.None);

    public async Task<long> CampaignAsync(Actor proposer)
    {
        var draft = new CampaignDraft(
            new CampaignName("Сынақ", "Проверка", "Test"), CampaignFunding.Sponsor, "Test", new DateRange(new DateOnly(2020, 1, 1), new DateOnly(2090, 1, 1)), ["350000000"], 60,
            new CampaignCaps(Money.FromTenge(5_000), Money.FromTenge(20_000), Money.FromTenge(200_000), Money.FromTenge(2_000), 5), [new RewardRule(null, "6", 0, null, null, 50_000)]);
        return Assert.IsType<ProposeCampaignOutcome.Proposed>(await Service<CampaignService>().ProposeAsync(draft, proposer, CancellationToken.None)).CampaignNo;
    }

    public Actor Operator { get; } = new(new Guid(RandomNumberGenerator.GetBytes(16)), null, null, "operator_preparer", "test", null);
}
