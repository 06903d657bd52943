using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.Vouchers;

public sealed class RewardTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GivenCampaigns given = new(database);

    public Task InitializeAsync() => given.CloseAllAsync();

    public Task DisposeAsync() => database.AssertInvariantsAsync();

    [Fact]
    public void Range_IsWhatTheRulesMayGive_AndExactIsTheMostSpecificRow()
    {
        var table = new RewardTable(GivenCampaigns.Draft().Rules, GivenCampaigns.Tenge(5_000).Tiyn);
        Assert.Equal(new RewardRange(GivenCampaigns.Tenge(500), GivenCampaigns.Tenge(2_000)), table.Range([GivenCampaigns.Phone]));
        Assert.Equal(new RewardRange(GivenCampaigns.Tenge(1_500), GivenCampaigns.Tenge(5_000)), table.Range([GivenCampaigns.Phone, GivenCampaigns.Fridge]));
        Assert.Equal(GivenCampaigns.Tenge(3_000), table.Exact([GivenCampaigns.Fridge with { Mass = Weight.FromGrams(40_000), Condition = ItemCondition.Broken }]));
        Assert.Equal(GivenCampaigns.Tenge(1_000), table.Exact([GivenCampaigns.Fridge with { Mass = Weight.FromGrams(39_999), Condition = ItemCondition.Broken }]));
        Assert.Null(table.Range([new RewardItem("0401", "2")]));
    }

    [Fact]
    public void Exact_WithAnItemCap_GivesNoMoreForOneThing()
    {
        var table = new RewardTable(GivenCampaigns.Draft().Rules, GivenCampaigns.Tenge(1_200).Tiyn);
        Assert.Equal(GivenCampaigns.Tenge(2_400), table.Exact(Enumerable.Repeat(GivenCampaigns.Phone with { Mass = Weight.FromGrams(100), Condition = ItemCondition.Working }, 2)));
    }

    [Fact]
    public async Task Quote_SaysWhyThereIsNone()
    {
        Assert.Equal(NoReward.NoCampaign, await NoneAsync(GivenCampaigns.Phone));
        await given.OpenAsync(1_000, GivenCampaigns.Draft(regions: [GivenCampaigns.Karagandy]));
        Assert.Equal(NoReward.NoCampaign, await NoneAsync(GivenCampaigns.Phone));
        await given.OpenAsync(1_000);
        Assert.Equal(NoReward.NotCovered, await NoneAsync(new RewardItem("0401", "2")));
        Assert.Equal(NoReward.BudgetSpent, await NoneAsync(GivenCampaigns.Phone));
        await given.CloseAllAsync();
        await given.OpenAsync(4_000);
        Assert.Equal(NoReward.ReservationsFull, await NoneAsync(GivenCampaigns.Phone)); // 2 000 is half of what is there
    }

    [Fact]
    public async Task Quote_TakesTheRegionsOwnCampaignFirst()
    {
        await given.OpenAsync(1_000_000);
        var own = await given.OpenAsync(1_000_000, GivenCampaigns.Draft(regions: [GivenCampaigns.Almaty]));
        var offered = Assert.IsType<RewardQuote.Offered>(await given.Quotes.QuoteAsync([GivenCampaigns.Phone], GivenCampaigns.Almaty, new DateOnly(2026, 11, 20), CancellationToken.None));
        Assert.Equal((own, GivenCampaigns.Tenge(500), GivenCampaigns.Tenge(2_000)), (offered.CampaignId, offered.Low, offered.High));
    }

    [Fact]
    public async Task Propose_RefusesRulesThatCannotBe()
    {
        Assert.Equal(CampaignProblem.RuleNotInHundreds, await RefusedAsync(new RewardRule("0306", null, 0, null, null, 55_000)));
        Assert.Equal(CampaignProblem.RuleAboveItemCap, await RefusedAsync(new RewardRule("0306", null, 0, null, null, 100_000_000)));
        Assert.Equal(CampaignProblem.UnknownKey, await RefusedAsync(new RewardRule("9999", null, 0, null, null, 50_000)));
        Assert.Equal(CampaignProblem.NoRules, await RefusedAsync());
    }

    [Fact]
    public async Task Open_NeedsAnotherPerson_AndTheFeeFundALegalBasisOfTwo()
    {
        var id = Assert.IsType<ProposeCampaignOutcome.Proposed>(await given.Campaigns.ProposeAsync(GivenCampaigns.Draft(CampaignFunding.FeeFund), GivenCampaigns.First, CancellationToken.None)).CampaignId;
        Assert.Equal(CampaignDecision.SamePerson, await MoveAsync(id, CampaignState.Open, GivenCampaigns.First));
        Assert.Equal(CampaignDecision.FeeFundLocked, await MoveAsync(id, CampaignState.Open, GivenCampaigns.Second));
        Assert.Equal(CampaignDecision.Done, await given.Campaigns.LegalBasisAsync(id, "Act no. 1", GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(CampaignDecision.FeeFundLocked, await MoveAsync(id, CampaignState.Open, GivenCampaigns.Second));
        Assert.Equal(CampaignDecision.SamePerson, await given.Campaigns.LegalBasisAsync(id, null, GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(CampaignDecision.Done, await given.Campaigns.LegalBasisAsync(id, null, GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(CampaignDecision.Done, await MoveAsync(id, CampaignState.Open, GivenCampaigns.Second));
        Assert.Equal(CampaignDecision.WrongState, await MoveAsync(id, CampaignState.Withdrawn, GivenCampaigns.Second));
        Assert.Equal(CampaignDecision.NotFound, await MoveAsync(Guid.CreateVersion7(), CampaignState.Open, GivenCampaigns.Second));
    }

    [Fact]
    public async Task Fund_BecomesBudgetOnlyByASecondPerson_AndADocumentOnce()
    {
        var id = await given.OpenAsync(1_000);
        var funding = new FundingDraft(GivenCampaigns.Tenge(500), "pay 7", new DateOnly(2026, 2, 1));
        Assert.Equal(CampaignDecision.Done, await given.Campaigns.FundAsync(id, funding, GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(CampaignDecision.DocumentTwice, await given.Campaigns.FundAsync(id, funding, GivenCampaigns.Second, CancellationToken.None));
        var found = (await given.Queries.ListAsync(CancellationToken.None)).Single(campaign => campaign.CampaignId == id);
        var fundingId = (await given.Queries.FindAsync(found.CampaignNo, false, CancellationToken.None))!.Fundings.Single(row => row.State == "Proposed").CampaignFundingId;
        Assert.Equal(CampaignDecision.SamePerson, await given.Campaigns.PostFundingAsync(id, fundingId, GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(GivenCampaigns.Tenge(1_000), (await given.MeterAsync(id)).Left);
        Assert.Equal(CampaignDecision.Done, await given.Campaigns.PostFundingAsync(id, fundingId, GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(CampaignDecision.WrongState, await given.Campaigns.PostFundingAsync(id, fundingId, GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(GivenCampaigns.Tenge(1_500), (await given.MeterAsync(id)).Left);
    }

    [Fact]
    public async Task FeeMoney_IsGivenOnlyAsFarAsTheFundReceivedIt_AlsoByTwoAtOnce()
    {
        var id = Assert.IsType<ProposeCampaignOutcome.Proposed>(await given.Campaigns.ProposeAsync(GivenCampaigns.Draft(CampaignFunding.FeeFund), GivenCampaigns.First, CancellationToken.None)).CampaignId;
        Guid[] fundings = [await EnteredAsync(id, 600), await EnteredAsync(id, 601), await EnteredAsync(id, 400)];
        Assert.Equal(CampaignDecision.FeeFundLocked, await PostAsync(fundings[0]));
        await given.Campaigns.LegalBasisAsync(id, "Act no. 1", GivenCampaigns.First, CancellationToken.None);
        await given.Campaigns.LegalBasisAsync(id, null, GivenCampaigns.Second, CancellationToken.None);
        Assert.Equal(CampaignDecision.FundTooLittle, await PostAsync(fundings[0]));
        await database.ExecuteAsOwnerAsync("""
            select ledger.post('money_correction', 'test', uuidv7(), 1, 'KZT', ledger.open_account('campaign_cash', uuidv7(), 'KZT'), ledger.open_account('fund_received', null, 'KZT'), 100000)
            """);

        var race = await Task.WhenAll(PostAsync(fundings[0]), PostAsync(fundings[1]));
        Assert.Equal([CampaignDecision.Done, CampaignDecision.FundTooLittle], race.Order());
        Assert.True((await given.Queries.FundReceivedAsync(CancellationToken.None)).Tiyn is 40_000 or 39_900);
        Assert.Equal(race[0] == CampaignDecision.Done ? CampaignDecision.Done : CampaignDecision.FundTooLittle, await PostAsync(fundings[2]));
        await database.AssertInvariantsAsync();

        Task<CampaignDecision> PostAsync(Guid funding) => given.Campaigns.PostFundingAsync(id, funding, GivenCampaigns.Second, CancellationToken.None);
    }

    private async Task<Guid> EnteredAsync(Guid campaign, decimal tenge)
    {
        var document = $"pay {Guid.CreateVersion7():N}";
        Assert.Equal(CampaignDecision.Done, await given.Campaigns.FundAsync(campaign, new FundingDraft(GivenCampaigns.Tenge(tenge), document, new DateOnly(2026, 2, 1)), GivenCampaigns.First, CancellationToken.None));
        return await database.Db.QuerySingleAsync<Guid>("select campaign_funding_id from campaign_fundings where document = @document", new { document }, CancellationToken.None);
    }

    private async Task<NoReward> NoneAsync(RewardItem item) =>
        Assert.IsType<RewardQuote.None>(await given.Quotes.QuoteAsync([item], GivenCampaigns.Almaty, new DateOnly(2026, 11, 20), CancellationToken.None)).Reason;

    private async Task<CampaignProblem> RefusedAsync(params RewardRule[] rules) =>
        Assert.IsType<ProposeCampaignOutcome.Refused>(await given.Campaigns.ProposeAsync(GivenCampaigns.Draft(rules: rules), GivenCampaigns.First, CancellationToken.None)).Problem;

    private Task<CampaignDecision> MoveAsync(Guid id, CampaignState to, Actor actor) => given.Campaigns.MoveAsync(id, to, actor, CancellationToken.None);
}
