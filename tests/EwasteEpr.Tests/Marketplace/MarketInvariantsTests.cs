using EwasteEpr.Marketplace;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Marketplace;

/// <summary>Each rule of the marketplace broken as a superuser would.</summary>
public sealed class MarketInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    private const string Free = "alter table market_offers disable trigger all; ";

    [Theory]
    [InlineData("Each award is of an admissible offer, and the best where it says so", "is called the best and is not", "update market_awards a set offer_id = o.offer_id, tiyn_per_tonne = o.tiyn_per_tonne from market_offers o where o.market_lot_id = a.market_lot_id and o.offer_id <> a.offer_id")]
    [InlineData("Each award is of an admissible offer, and the best where it says so", "has another price", "alter table market_settlements drop constraint market_settlement_is_mass_by_price; update market_awards set tiyn_per_tonne = 1")]
    [InlineData("Each award is of an admissible offer, and the best where it says so", "is BelowReserve", "update market_offers set problem = 'BelowReserve'")]
    [InlineData("Reserved capacity is that of awards alive", "and should hold 400000", "alter table capacity_uses disable trigger all; delete from capacity_uses where leg = 1 and source_id in (select award_id from market_awards where state = 'Awarded')")]
    [InlineData("Reserved capacity is that of awards alive", "and should hold 0", "update market_awards set state = 'Defaulted', end_reason = 'x' where state = 'Awarded'")]
    [InlineData("Each settlement of a lot is weighed mass by price, to the tiyn", "the scales say 396001 g", "update consignment_containers set net_grams = net_grams + 1, gross_grams = gross_grams + 1")]
    [InlineData("Each settlement of a lot is weighed mass by price, to the tiyn", "and 1386001 tiyn", "alter table market_settlements drop constraint market_settlement_is_mass_by_price; update market_settlements set tiyn = tiyn + 1")]
    [InlineData("Each settlement of a lot is posted once, and paid as it says", "paid as 0", "update market_settlements set paid_at = app.now(), paid_document = 'x', paid_by = uuidv7() where false; alter table market_settlements drop constraint market_settlements_paid_by_fkey; update market_settlements set paid_at = app.now(), paid_document = 'x', paid_by = uuidv7()")]
    [InlineData("Each deposit's account holds what is held", "is Returned and its account holds 5000000", "update market_deposits set state = 'Returned', ended_at = app.now() where state = 'Held'")]
    [InlineData("No sealed offer is readable before its lot is closed, and none came after", "can be read before the closing", Free + "update market_offers set tiyn_per_tonne = 1 where opened_at is null")]
    [InlineData("No sealed offer is readable before its lot is closed, and none came after", "came at or after the closing", Free + "update market_offers set placed_at = placed_at + interval '2 hours' where opened_at is null")]
    [InlineData("No sealed offer is readable before its lot is closed, and none came after", "was never sealed", Free + "update market_offers set price_sealed = null where opened_at is null")]
    [InlineData("Each opened offer is what its bidder committed to", "is not what its bidder committed to", Free + "update market_offers set commitment = sha256('x') where opened_at is not null")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = await GivenMarket.OnAsync(database);
        await given.AwardedAsync(new LotGiven(DepositTenge: 50_000));
        var (lot, winner, _) = await given.AwardedAsync();
        await given.HandedOverAsync(lot, winner, 396_000);
        Assert.IsType<SettleLotOutcome.Settled>(await given.Settlements.SettleAsync(lot, given.Preparer, default));
        await given.PlacedAsync(await given.LotAsync(), winner, 10_000);
        await database.AssertInvariantsAsync();
        return database;
    }
}
