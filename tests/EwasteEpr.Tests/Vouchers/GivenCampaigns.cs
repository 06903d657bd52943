using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.Vouchers;

/// <summary>Campaigns, reservations and vouchers in the field's words, over a real database.</summary>
internal sealed class GivenCampaigns(TestDatabase database)
{
    public const string Almaty = "750000000";
    public const string Karagandy = "350000000";
    private const long Thousand = 100_000;

    public static RewardItem Phone { get; } = new("0306", "6");

    public static RewardItem Fridge { get; } = new("0108", "1");

    public static Actor First { get; } = Person();

    public static Actor Second { get; } = Person();

    public Secrets Secrets { get; } = new(RandomNumberGenerator.GetBytes(32));

    public VoucherSecrets VoucherSecrets => new(Secrets);

    public CampaignService Campaigns { get; } = new(database.Db);

    public CampaignQueries Queries { get; } = new(database.Db);

    public RewardQuotes Quotes { get; } = new(database.Db);

    public Reservations Reservations { get; } = new(database.Db);

    public VoucherIssuing Issuing => new(VoucherSecrets);

    public VoucherEndings Endings { get; } = new(database.Db);

    public VoucherHolds Holds { get; } = new(database.Db);

    public static Actor Person() => new(Guid.CreateVersion7(), null, null, "operator_preparer", "request-1", null);

    /// <summary>500 to 2 000 tenge for a telephone by its state, 1 000 or 3 000 for a refrigerator by its weight, 500 for anything small.</summary>
    public static CampaignDraft Draft(CampaignFunding funding = CampaignFunding.Sponsor, IReadOnlyList<string>? regions = null, IReadOnlyList<RewardRule>? rules = null, CampaignCaps? caps = null) => new(
        new CampaignName("Телефон күзі", "Телефонная осень", "Phone autumn"),
        funding,
        "«Үлгі» ЖШС",
        new DateRange(new DateOnly(2020, 1, 1), new DateOnly(2090, 1, 1)),
        regions ?? [],
        60,
        caps ?? new CampaignCaps(Tenge(5_000), Tenge(1_000_000), Tenge(1_000_000), Tenge(100_000), 1_000),
        rules ??
        [
            new RewardRule("0306", null, 0, null, null, Thousand / 2), new RewardRule("0306", null, 0, null, ItemCondition.Working, 2 * Thousand),
            new RewardRule(null, "1", 0, 40_000, null, Thousand), new RewardRule(null, "1", 40_000, null, null, 3 * Thousand),
            new RewardRule(null, "5", 0, null, null, Thousand / 2),
        ]);

    public static Money Tenge(decimal tenge) => Money.FromTenge(tenge);

    public async Task<Guid> OpenAsync(decimal budgetTenge, CampaignDraft? draft = null)
    {
        var proposed = Assert.IsType<ProposeCampaignOutcome.Proposed>(await Campaigns.ProposeAsync(draft ?? Draft(), First, CancellationToken.None));
        Assert.Equal(CampaignDecision.Done, await Campaigns.MoveAsync(proposed.CampaignId, CampaignState.Open, Second, CancellationToken.None));
        await FundAsync(proposed.CampaignId, budgetTenge);
        return proposed.CampaignId;
    }

    public async Task FundAsync(Guid campaignId, decimal tenge)
    {
        Assert.Equal(CampaignDecision.Done, await Campaigns.FundAsync(campaignId, new FundingDraft(Tenge(tenge), $"pay {Guid.CreateVersion7():N}", new DateOnly(2026, 1, 15)), First, CancellationToken.None));
        var funding = await database.Db.QuerySingleAsync<Guid>("select campaign_funding_id from campaign_fundings where campaign_id = @campaignId and state = 'Proposed'", new { campaignId }, CancellationToken.None);
        Assert.Equal(CampaignDecision.Done, await Campaigns.PostFundingAsync(campaignId, funding, Second, CancellationToken.None));
    }

    public async Task CloseAllAsync() => await database.ExecuteAsOwnerAsync("update campaigns set state = 'Closed' where state in ('Open', 'Paused')");

    public static ReserveReward Reserving(params RewardItem[] items) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), Almaty, new DateOnly(2026, 11, 20), items.Length == 0 ? [Phone] : items, RandomNumberGenerator.GetBytes(32), null);

    public Task<ReserveOutcome> ReserveAsync(ReserveReward request) =>
        database.Db.InTransactionAsync(transaction => Reservations.ReserveAsync(transaction, request, Actor.System("test"), CancellationToken.None), CancellationToken.None);

    public static IssueVoucher Intake(Guid? dropOff = null, RewardItem? item = null, byte[]? device = null, PersonId? staff = null, params HoldReason[] suspicions) => new(
        Guid.CreateVersion7(), dropOff, Guid.CreateVersion7(), Almaty, staff ?? PersonId.New(),
        [item ?? Phone with { Mass = Weight.FromGrams(100), Condition = ItemCondition.Working }], device ?? RandomNumberGenerator.GetBytes(32), null, suspicions);

    public Task<IssueOutcome> IssueAsync(IssueVoucher request) =>
        database.Db.InTransactionAsync(transaction => Issuing.IssueAsync(transaction, request, Actor.System("test"), CancellationToken.None), CancellationToken.None);

    public async Task<IssueOutcome.Made> MadeAsync(IssueVoucher? request = null) => Assert.IsType<IssueOutcome.Made>(await IssueAsync(request ?? Intake()));

    /// <summary>A voucher that can be spent: its ten minutes are over.</summary>
    public async Task<IssueOutcome.Made> IssuedAsync(IssueVoucher? request = null)
    {
        var made = await MadeAsync(request);
        await database.Db.ExecuteAsync("update vouchers set state = 'Issued' where voucher_id = @VoucherId", new { made.VoucherId }, CancellationToken.None);
        return made;
    }

    public Task<UndoOutcome> UndoAsync(Guid intake) =>
        database.Db.InTransactionAsync(transaction => VoucherEndings.CancelPendingAsync(transaction, intake, Actor.System("test"), CancellationToken.None), CancellationToken.None);

    public async Task<CampaignMeter> MeterAsync(Guid campaignId) =>
        (await Queries.ListAsync(CancellationToken.None)).Single(campaign => campaign.CampaignId == campaignId).Meter;

    public Task<string> StateAsync(Guid voucherId) => database.Db.QuerySingleAsync<string>("select state from vouchers where voucher_id = @voucherId", new { voucherId }, CancellationToken.None);

    public Task<long> NumberAsync(Guid voucherId) => database.Db.QuerySingleAsync<long>("select voucher_no from vouchers where voucher_id = @voucherId", new { voucherId }, CancellationToken.None);
}
