using EwasteEpr.Marketplace;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Marketplace;

public sealed class SettlementTests : IAsyncLifetime
{
    private static readonly MoneyDocument Document = new("PO-77", new DateOnly(2026, 3, 1));
    private readonly TestDatabase database = new();
    private GivenMarket given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = await GivenMarket.OnAsync(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Settle_OnWeighedMass_ToTheTiyn_AndTheRecyclerPays()
    {
        var (lot, winner, _) = await given.AwardedAsync(best: 35_000.05m);
        Assert.IsType<SettleLotOutcome.WrongState>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        await given.HandedOverAsync(lot, winner, 395_337);
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        const long Expected = 1_383_681; // 0.395337 t x 35 000.05 = 13 836.81476...
        Assert.Equal(-Expected, await given.BalanceAsync("market_receivable", winner.Organisation.Value));
        Assert.Equal(PayLotOutcome.SamePerson, await given.Settlements.PayAsync(lot, Document, given.Preparer, default));
        Assert.Equal(PayLotOutcome.Done, await given.Settlements.PayAsync(lot, Document, given.Approver, default));
        Assert.Equal(0, await given.BalanceAsync("market_receivable", winner.Organisation.Value));
        Assert.Equal(Expected, await given.BalanceAsync("market_received"));
        Assert.Equal(PayLotOutcome.NotFound, await given.Settlements.PayAsync(lot, Document, given.Approver, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Settle_WhenTheRecyclerIsPaid_PaysOnlyFromWhatTheFundReceived()
    {
        var (lot, winner, _) = await given.AwardedAsync(new LotGiven(Grams: 500_000), best: -100_000);
        await given.HandedOverAsync(lot, winner, 500_000);
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        Assert.Equal(5_000_000, await given.BalanceAsync("market_payable", winner.Organisation.Value));
        Assert.Equal(PayLotOutcome.FundTooSmall, await given.Settlements.PayAsync(lot, Document, given.Approver, default));
        await FundAsync(6_000_000);
        Assert.Equal(PayLotOutcome.Done, await given.Settlements.PayAsync(lot, Document, given.Approver, default));
        Assert.Equal(1_000_000, await given.BalanceAsync("fund_received"));
        Assert.Equal(0, await given.BalanceAsync("market_payable"));
        Assert.Equal(0, await given.BalanceAsync("market_cost"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Settle_OfGramsThatAnotherPays_CostsTheFundNothing()
    {
        var (lot, winner, _) = await given.AwardedAsync(new LotGiven(Grams: 500_000), best: -100_000);
        Assert.Equal(ContractOutcome.Done, await given.Handovers.ContractAsync(lot, Document, given.Approver, default));
        Assert.IsType<PrepareOutcome.Prepared>(await given.Handovers.PrepareAsync(lot, given.Preparer, default));
        Assert.True(await given.Handovers.SignAsync(lot, winner.Organisation, winner.Actor, default));
        await given.Db.ExecuteAsync("update consignments set payer = 'Market'", null, default);
        await given.WeighAsync(lot, winner, 500_000);
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        Assert.Equal(0, await given.BalanceAsync("market_payable"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Reverse_TakesBackByTheMirror_ReservesAgain_AndItIsSettledAnew()
    {
        var (lot, winner, _) = await given.AwardedAsync();
        await given.HandedOverAsync(lot, winner, 396_000);
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        Assert.Equal(PayLotOutcome.Done, await given.Settlements.ReverseAsync(lot, "wrong tare", given.Approver, default));
        Assert.Equal(0, await given.BalanceAsync("market_receivable"));
        await database.AssertInvariantsAsync();
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        Assert.Equal(-1_386_000, await given.BalanceAsync("market_receivable"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Prepare_LinksTheConsignmentToItsLot_AndTitlePassesWhenSigned()
    {
        var (lot, winner, other) = await given.AwardedAsync();
        Assert.IsType<PrepareOutcome.WrongState>(await given.Handovers.PrepareAsync(lot, given.Preparer, default));
        Assert.Equal(ContractOutcome.Done, await given.Handovers.ContractAsync(lot, Document, given.Approver, default));
        Assert.IsType<PrepareOutcome.Prepared>(await given.Handovers.PrepareAsync(lot, given.Preparer, default));
        Assert.Equal(1, await given.AskAsync<long>("select count(*) from consignments c join market_lots l using (market_lot_id) where l.number = @lot", new { lot }));
        Assert.False(await given.Handovers.SignAsync(lot, other.Organisation, other.Actor, default));
        Assert.True(await given.Handovers.SignAsync(lot, winner.Organisation, winner.Actor, default));
        Assert.Equal("HandedOver", await given.StateAsync(lot));
        Assert.IsType<SettleLotOutcome.NotWeighed>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        Assert.Equal(EndOutcome.WrongState, await given.Endings.DefaultAsync(lot, "too late", given.Approver, default));
        await database.AssertInvariantsAsync();
    }

    private Task<Guid> FundAsync(long tiyn) => given.Db.QuerySingleAsync<Guid>(
        "select ledger.post('money_correction', 'test', uuidv7(), 1, 'KZT', ledger.open_account('provider_fees', null, 'KZT'), ledger.open_account('fund_received', null, 'KZT'), @tiyn)", new { tiyn }, default);
}
