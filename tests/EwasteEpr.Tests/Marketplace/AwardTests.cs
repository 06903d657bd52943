using EwasteEpr.Marketplace;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Marketplace;

public sealed class AwardTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenMarket given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = await GivenMarket.OnAsync(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Award_BestFirst_TiesByTime_ReservesCapacityAndTells()
    {
        var (first, second) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync();
        var early = await given.PlacedAsync(lot, first, 20_000);
        await given.PlacedAsync(lot, second, 20_000);
        await given.CloseAsync(lot);
        var left = await LeftAsync(first);
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(lot, early, "best", given.Approver, default));
        Assert.True(await given.AskAsync<bool>("select is_best from market_awards", null));
        Assert.Equal(left - 400_000, await LeftAsync(first));
        Assert.Equal("Awarded", await given.StateAsync(lot));
        Assert.Equal(4, await given.Notices.SendAsync((notice, reader) => new EwasteEpr.Messages.Letter(reader.Email, reader.Language, notice.Event, notice.Number), default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Award_OfASingleOffer_NeedsTwoApprovers()
    {
        var bidder = await given.BidderAsync();
        var lot = await given.LotAsync();
        var offer = await given.PlacedAsync(lot, bidder, 20_000);
        await given.CloseAsync(lot);
        Assert.IsType<AwardOutcome.SecondPersonNeeded>(await given.Awards.AwardAsync(lot, offer, "only one", given.Approver, default));
        Assert.IsType<AwardOutcome.SecondPersonNeeded>(await given.Awards.AwardAsync(lot, offer, "only one", given.Approver, default));
        Assert.Equal("Closed", await given.StateAsync(lot));
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(lot, offer, "agreed", given.SecondApprover, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Award_ToASuspendedRecycler_IsRefusedAtOnce()
    {
        var (winner, other) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync();
        var offer = await given.PlacedAsync(lot, winner, 20_000);
        var next = await given.PlacedAsync(lot, other, 10_000);
        await given.CloseAsync(lot);
        await given.Db.ExecuteAsync("update certifications set state = 'Suspended', state_reason = 'test' where organisation_id = @Organisation", new { winner.Organisation }, default);
        Assert.IsType<AwardOutcome.NotCertified>(await given.Awards.AwardAsync(lot, offer, "best", given.Approver, default));
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(lot, next, "the best is suspended", given.Approver, default));
        Assert.False(await given.AskAsync<bool>("select is_best from market_awards", null));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoAwards_OfSixtyPercentOfWhatIsLeft_OneWins()
    {
        var (winner, other) = (await given.BidderAsync(annualGrams: 8_000_000), await given.BidderAsync());
        var left = await LeftAsync(winner);
        var lots = new List<(string Lot, Guid Offer)>();
        for (var i = 0; i < 2; i++)
        {
            var lot = await given.LotAsync(new LotGiven(Grams: left * 6 / 10));
            lots.Add((lot, await given.PlacedAsync(lot, winner, 20_000)));
            await given.PlacedAsync(lot, other, 10_000);
            await given.CloseAsync(lot);
        }

        var outcomes = await Task.WhenAll(lots.Select(one => given.Awards.AwardAsync(one.Lot, one.Offer, "best", given.Approver, default)));
        Assert.Single(outcomes.OfType<AwardOutcome.Awarded>());
        Assert.Single(outcomes.OfType<AwardOutcome.NoCapacity>());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Award_ToRelatedParties_IsAtMostHalfOfAMonthsMass()
    {
        var (one, cousin) = (await given.BidderAsync(phone: "+7 701 111 22 33"), await given.BidderAsync(phone: "87011112233"));
        var other = await given.BidderAsync();
        var (first, second) = (await given.LotAsync(), await given.LotAsync());
        var (a, b) = (await given.PlacedAsync(first, one, 20_000), await given.PlacedAsync(second, cousin, 20_000));
        await given.PlacedAsync(first, other, 10_000);
        var stranger = await given.PlacedAsync(second, other, 10_000);
        await given.CloseAsync(first);
        await given.CloseAsync(second);
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(first, a, "best", given.Approver, default));
        Assert.Equal(new AwardOutcome.RelatedParties(800_000, 800_000), await given.Awards.AwardAsync(second, b, "best", given.Approver, default));
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(second, stranger, "the best is related to the winner of the other lot", given.Approver, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Award_AtAnAbnormallyLowPrice_NeedsTheBiddersExplanation()
    {
        await given.AwardedAsync(best: -100_000); // a recycler is paid 100 000 a tonne: the median of 12 months
        var (cheap, other) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync();
        var offer = await given.PlacedAsync(lot, cheap, -49_999);
        await given.PlacedAsync(lot, other, -90_000);
        await given.CloseAsync(lot);
        var refused = Assert.IsType<AwardOutcome.NeedsExplanation>(await given.Awards.AwardAsync(lot, offer, "best", given.Approver, default));
        Assert.Equal(new LowPrice(4_999_900, 10_000_000, 5_000_000), refused.Low);
        Assert.True(await given.Offers.ExplainAsync(lot, cheap.Organisation, "own transport", cheap.Actor, default));
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(lot, offer, "best, explained", given.Approver, default));
        await database.AssertInvariantsAsync();
    }

    [Theory]
    [InlineData(-50_00, 100_00L, 50, null, false)]
    [InlineData(-49_99, 100_00L, 50, null, true)]
    [InlineData(10_00, 100_00L, 50, null, true)]
    [InlineData(10_00, -5_00L, 50, null, false)]
    [InlineData(-20_00, null, 50, null, false)]
    [InlineData(-20_00, null, null, 30_00L, true)]
    [InlineData(20_00, null, null, 30_00L, false)]
    public void FindLow_ByMedianOrFloor(long offer, long? median, int? percent, long? floor, bool isLow) => Assert.Equal(isLow, AwardRules.FindLow(offer, median, percent, floor) is not null);

    [Fact]
    public async Task Protest_InItsPeriod_IsAnswered_AndUpheldItUndoesTheAward()
    {
        await SetProtestDaysAsync(5);
        var (lot, winner, other) = await given.AwardedAsync();
        Assert.Equal(ContractOutcome.ProtestPeriodRuns, await given.Handovers.ContractAsync(lot, new MoneyDocument("D-1", new DateOnly(2026, 1, 1)), given.Approver, default));
        Assert.False(await given.Protests.MakeAsync(lot, winner.Organisation, "I won", winner.Actor, default));
        Assert.True(await given.Protests.MakeAsync(lot, other.Organisation, "The scale", other.Actor, default));
        Assert.False(await given.Protests.MakeAsync(lot, other.Organisation, "Again", other.Actor, default));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(6));
        Assert.Equal(ContractOutcome.ProtestOpen, await given.Handovers.ContractAsync(lot, new MoneyDocument("D-1", new DateOnly(2026, 1, 1)), given.Approver, default));
        var protest = await given.AskAsync<Guid>("select protest_id from market_protests", null);
        Assert.Equal(EndOutcome.Done, await given.Protests.AnswerAsync(lot, protest, new ProtestAnswer("Right", IsUpheld: true), given.SecondApprover, default));
        Assert.Equal("Closed", await given.StateAsync(lot));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Default_KeepsTheDeposit_GivesCapacityBack_AndTheNextOfferFollows()
    {
        var (lot, winner, other) = await given.AwardedAsync(new LotGiven(DepositTenge: 50_000));
        var left = await LeftAsync(winner);
        Assert.Equal(EndOutcome.Done, await given.Endings.DefaultAsync(lot, "did not sign", given.Approver, default));
        Assert.Equal(left + 400_000, await LeftAsync(winner));
        Assert.Equal("Defaulted", await given.StateAsync(lot));
        Assert.Equal(5_000_000, await given.BalanceAsync("market_received"));
        var next = await given.AskAsync<Guid>("select offer_id from market_offers where organisation_id = @Organisation", new { other.Organisation });
        var fallen = await given.AskAsync<Guid>("select offer_id from market_offers where organisation_id = @Organisation", new { winner.Organisation });
        Assert.Equal(new AwardOutcome.NotAdmissible(OfferProblem.Fallen), await given.Awards.AwardAsync(lot, fallen, "again", given.Approver, default));
        Assert.IsType<AwardOutcome.Awarded>(await given.Awards.AwardAsync(lot, next, "next", given.Approver, default));
        var deposit = await given.AskAsync<Guid>("select deposit_id from market_deposits where state = 'Held'", null);
        Assert.False(await given.Deposits.ReturnAsync(lot, deposit, "PO-9", given.SecondApprover, default)); // its award binds
        await given.HandedOverAsync(lot, other, 400_000);
        Assert.True(await given.Deposits.ReturnAsync(lot, deposit, "PO-9", given.SecondApprover, default));
        Assert.Equal(0, await given.BalanceAsync("market_deposit"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Award_WithoutTheDeposit_IsRefused()
    {
        var (bidder, other) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync(new LotGiven(DepositTenge: 1_000));
        var offer = await given.PlacedAsync(lot, bidder, 20_000);
        await given.PlacedAsync(lot, other, 10_000);
        await given.CloseAsync(lot);
        Assert.Equal(new AwardOutcome.NotAdmissible(OfferProblem.NoDeposit), await given.Awards.AwardAsync(lot, offer, "best", given.Approver, default));
    }

    [Fact]
    public async Task Lot_IsMadeOfSealedContainersOfOneKind_OpenedByAnother_AndHoldsThemAlone()
    {
        var (six, five) = (await given.ContainerAsync(), await given.ContainerAsync(category: "5"));
        LotDraft Draft(params Guid[] containers) => new(LotKind.Sealed, containers, 0, null, new DepositRule(0, Keeps: false, null), "x", null, null, DateTimeOffset.MaxValue.AddYears(-100));
        Assert.IsType<CreateLotOutcome.ContainersDiffer>(await given.Lots.CreateAsync(Draft(six, five), given.Preparer, default));
        Assert.IsType<CreateLotOutcome.ContainersNotFree>(await given.Lots.CreateAsync(Draft(), given.Preparer, default));
        var made = Assert.IsType<CreateLotOutcome.Created>(await given.Lots.CreateAsync(Draft(six), given.Preparer, default));
        Assert.IsType<CreateLotOutcome.ContainersNotFree>(await given.Lots.CreateAsync(Draft(six), given.Preparer, default));
        Assert.Equal(OpenLotOutcome.SamePerson, await given.Lots.OpenAsync(made.Number, given.Preparer, default));
        Assert.Equal(CancelLotOutcome.Cancelled, await given.Lots.CancelAsync(made.Number, "a mistake", given.Preparer, default));
        Assert.IsType<CreateLotOutcome.Created>(await given.Lots.CreateAsync(Draft(six), given.Preparer, default));
        await database.AssertInvariantsAsync();
    }

    private Task SetProtestDaysAsync(int days) => database.ExecuteAsOwnerAsync($"update app.settings set value = '{days}' where key = 'market.protest_days'");

    private Task<long> LeftAsync(Bidder bidder) => given.AskAsync<long>("select capacity_left(@Site, '6', app.today())", new { bidder.Site });
}
