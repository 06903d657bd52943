using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Vouchers;

/// <summary>Each rule of vouchers and campaigns is broken as a superuser would, and the check that holds it names the row.</summary>
public sealed class VoucherInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("What a campaign has set aside is the sum of its open reservations", "set aside", "update reservations set amount_tiyn = amount_tiyn + 10000")]
    [InlineData("What a campaign owes is the sum of its open vouchers", "owes", "alter table vouchers disable trigger all; update vouchers set state = 'Expired'")]
    [InlineData("Budget came from documents of the funder", "has documents over", "update campaign_fundings set amount_tiyn = amount_tiyn + 1")]
    [InlineData("Fee money of a campaign came out of what the fund received", "of the fee fund, its documents say", "update campaign_fundings set from_fund = true")]
    [InlineData("Each voucher was paid for once and given back at most once", "was made with", "alter table vouchers disable trigger all; update vouchers set amount_tiyn = amount_tiyn + 10000")]
    [InlineData("Each voucher is what its history ends with", "its history ends with", "alter table voucher_history disable trigger all; delete from voucher_history")]
    [InlineData("A voucher is held exactly while a hold is open", "has no hold open", "alter table vouchers disable trigger all; update vouchers set state = 'Held', held_from = 'Pending', held_at = now()")]
    [InlineData("Nobody has more than two reservations open", "has 3 reservations open", "insert into reservations (campaign_id, drop_off_id, low_tiyn, amount_tiyn, device_hash, expires_at) select campaign_id, uuidv7(), 1, 1, device_hash, now() from reservations, generate_series(1, 2)")]
    [InlineData("Two people stand behind every campaign", "without two people", "alter table campaigns drop constraint campaign_two_people; update campaigns set decided_by = proposed_by")]
    [InlineData("A redeemed voucher has exactly one redemption, another none", "has 0 redemptions", "update redemptions set voided_at = now() where settlement_id is null")]
    [InlineData("What a merchant is owed is what it took and was not paid", "its redemptions say", "update redemptions set amount_tiyn = amount_tiyn + 1")]
    [InlineData("Each settlement is the sum of its redemptions and returns", "says 1 redemptions", "update redemptions set settlement_id = null")]
    [InlineData("No campaign has paid out more than it received", "more than it received", "select ledger.post('merchant_paid', 'settlement', uuidv7(), 1, 'KZT', m.payable_account_id, c.cash_account_id, 99999999999) from merchants m, campaigns c limit 1")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = new GivenCampaigns(database);
        await given.OpenAsync(1_000_000);
        await given.ReserveAsync(GivenCampaigns.Reserving());
        await given.MadeAsync();
        var merchants = new GivenMerchants(database, given);
        var till = await merchants.TillAsync();
        await merchants.RedeemedAsync(await given.IssuedAsync(), till);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
        await merchants.Settlements.SettleAsync(CancellationToken.None);
        await merchants.RedeemedAsync(await given.IssuedAsync(), till);
        await database.AssertInvariantsAsync();
        return database;
    }
}
