using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;

namespace EwasteEpr.Tests.Vouchers;

public sealed class SettlementTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenCampaigns campaigns = null!;
    private GivenMerchants merchants = null!;
    private Till till = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        campaigns = new GivenCampaigns(database);
        merchants = new GivenMerchants(database, campaigns);
        await campaigns.OpenAsync(1_000_000);
        till = await merchants.TillAsync();
    }

    public async Task DisposeAsync()
    {
        await database.AssertInvariantsAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Settle_TheNextDay_OnceForAMerchantHoweverOftenItRuns()
    {
        for (var i = 0; i < 3; i++)
        {
            await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        }

        var voided = await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await merchants.Redemptions.VoidAsync(voided.RedemptionId, till, GivenMerchants.At(till), CancellationToken.None);
        Assert.Equal(0, await merchants.Settlements.SettleAsync(CancellationToken.None)); // the day is not over
        await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => merchants.Settlements.SettleAsync(CancellationToken.None)));
        Assert.Equal(1, made.Sum());
        var settlement = Assert.Single(await merchants.Settlements.ListAsync(till.Merchant, null, CancellationToken.None));
        Assert.Equal((3, GivenCampaigns.Tenge(6_000).Tiyn, "Payable"), (settlement.Redemptions, settlement.AmountTiyn, settlement.State));
        Assert.True(settlement.PayableOn > settlement.Day && settlement.PayableOn.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        Assert.Null(await merchants.Settlements.FindAsync(settlement.Number, (await merchants.TillAsync()).Merchant, CancellationToken.None));
    }

    [Fact]
    public async Task Pay_TakesTwoPeople_AndEmptiesWhatIsOwed_ReturnsAreSetOffNextTime()
    {
        var first = await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
        await merchants.Settlements.SettleAsync(CancellationToken.None);
        var number = (await merchants.Settlements.ListAsync(till.Merchant, null, CancellationToken.None))[0].Number;
        Assert.Equal(PayDecision.WrongState, await merchants.Settlements.PayAsync(number, "bank 1", GivenCampaigns.Second, CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(8));
        Assert.True(await merchants.Settlements.OrderAsync([number], GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(PayDecision.SamePerson, await merchants.Settlements.PayAsync(number, "bank 1", GivenCampaigns.First, CancellationToken.None));
        var paid = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => merchants.Settlements.PayAsync(number, "bank 1", GivenCampaigns.Second, CancellationToken.None)));
        Assert.Single(paid, decision => decision == PayDecision.Paid);
        Assert.Equal(0, await merchants.PayableAsync(till));
        Assert.IsType<ReturnOutcome.Returned>(await merchants.Redemptions.ReturnAsync(first.RedemptionId, "r", till, GivenMerchants.At(till), CancellationToken.None));
        await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(9));
        Assert.Equal(1, await merchants.Settlements.SettleAsync(CancellationToken.None));
        Assert.Equal(GivenCampaigns.Tenge(2_000).Tiyn, (await merchants.Settlements.ListAsync(till.Merchant, null, CancellationToken.None))[0].AmountTiyn);
    }

    [Fact]
    public async Task Settle_OfAHurryingTill_IsHeldUntilSomebodyLooked()
    {
        await database.ExecuteAsOwnerAsync("update merchants set hourly_limit = 2");
        for (var i = 0; i < 3; i++)
        {
            await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        }

        await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
        await merchants.Settlements.SettleAsync(CancellationToken.None);
        var settlement = Assert.Single(await merchants.Settlements.ListAsync(till.Merchant, "Held", CancellationToken.None));
        Assert.Equal("Velocity", settlement.HoldReason);
        Assert.False(await merchants.Settlements.OrderAsync([settlement.Number], GivenCampaigns.First, CancellationToken.None));
        Assert.True(await merchants.Settlements.ReleaseAsync(settlement.Number, "a fair was on", GivenCampaigns.First, CancellationToken.None));
    }
}
