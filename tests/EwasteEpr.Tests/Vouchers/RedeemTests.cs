using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Redeeming;
using Npgsql;

namespace EwasteEpr.Tests.Vouchers;

public sealed class RedeemTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GivenCampaigns campaigns = new(database);
    private GivenMerchants merchants = null!;
    private Till till = null!;

    public async Task InitializeAsync()
    {
        merchants = new GivenMerchants(database, campaigns);
        await campaigns.CloseAllAsync();
        await campaigns.OpenAsync(1_000_000);
        till = await merchants.TillAsync();
    }

    public async Task DisposeAsync()
    {
        await database.SetClockOffsetAsync(TimeSpan.Zero);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Redeem_IsOnceAndWhole_AndTheSecondTryIsToldWhenAndWhere()
    {
        var voucher = await campaigns.IssuedAsync();
        var first = await merchants.RedeemedAsync(voucher, till);
        Assert.Equal((voucher.Amount, voucher.Amount.Tiyn), (first.Amount, await merchants.PayableAsync(till)));
        var second = Assert.IsType<RedeemOutcome.AlreadyRedeemed>(await merchants.RedeemAsync(voucher, await merchants.TillAsync()));
        Assert.Equal((first.RedeemedAt, "Дүкен, Үлгі көшесі, 1", false), (second.At, second.Shop, second.IsHere));
    }

    [Fact]
    public async Task Redeem_WithTheSameKey_IsToldTheFirstAnswer_WithAnotherBodyNot()
    {
        var voucher = await campaigns.IssuedAsync();
        var first = Assert.IsType<RedeemOutcome.Redeemed>(await merchants.RedeemAsync(voucher, till, "key-1"));
        var again = Assert.IsType<RedeemOutcome.Redeemed>(await merchants.RedeemAsync(voucher, till, "key-1"));
        Assert.Equal((first.Redemption, true), (again.Redemption, again.Again));
        var other = GivenMerchants.Redeeming(voucher, till, "key-1") with { Idempotency = GivenMerchants.Key(till, "key-1") with { BodySha256 = [2] } };
        Assert.IsType<RedeemOutcome.OtherBody>(await merchants.Vouchers.RedeemAsync(other, GivenMerchants.At(till), CancellationToken.None));
    }

    [Fact]
    public async Task Redeem_WithALiveQr_NeedsNoPin_ForAMinute()
    {
        var voucher = await campaigns.IssuedAsync();
        var live = campaigns.VoucherSecrets.ReadLive(campaigns.VoucherSecrets.Live(voucher.Code, TimeProvider.System.GetUtcNow()))!;
        var request = GivenMerchants.Redeeming(voucher, till) with { Proof = new VoucherProof.Live(live.DrawnAt) };
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(3));
        Assert.IsType<RedeemOutcome.StaleQr>(await merchants.Vouchers.RedeemAsync(request, GivenMerchants.At(till), CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.FromSeconds(20));
        Assert.IsType<RedeemOutcome.Redeemed>(await merchants.Vouchers.RedeemAsync(request, GivenMerchants.At(till), CancellationToken.None));
        Assert.Null(campaigns.VoucherSecrets.ReadLive(voucher.Code + ".1.AAAAAAAAAA"));
    }

    [Fact]
    public async Task Redeem_WhenItCannotBe_NamesTheReason_AndMovesNothing()
    {
        var before = await merchants.PayableAsync(till);
        var pending = await campaigns.MadeAsync();
        Assert.Equal(VoucherState.Pending, Assert.IsType<RedeemOutcome.NotUsable>(await merchants.RedeemAsync(pending, till)).State);
        var held = await campaigns.MadeAsync(GivenCampaigns.Intake(suspicions: HoldReason.DuplicateSerial));
        Assert.Equal(VoucherState.Held, Assert.IsType<RedeemOutcome.NotUsable>(await merchants.RedeemAsync(held, till)).State);
        var issued = await campaigns.IssuedAsync();
        Assert.IsType<RedeemOutcome.WrongPin>(await merchants.RedeemAsync(issued with { Pin = issued.Pin == "0000" ? "0001" : "0000" }, till));
        Assert.IsType<RedeemOutcome.WrongCode>(await merchants.RedeemAsync(issued with { Code = VoucherCode.New() }, till));
        Assert.IsType<RedeemOutcome.NotAMerchant>(await merchants.RedeemAsync(issued, await merchants.TillAsync(isAdmitted: false)));
        Assert.IsType<RedeemOutcome.NotAMerchant>(await merchants.RedeemAsync(issued, till with { ShopId = (await merchants.TillAsync()).ShopId }));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(61));
        Assert.Equal(issued.ExpiresOn, Assert.IsType<RedeemOutcome.Expired>(await merchants.RedeemAsync(issued, till)).On);
        Assert.Equal(before, await merchants.PayableAsync(till));
    }

    [Fact]
    public async Task Redeem_OnTheLastDay_CountsUntilMidnightInAlmaty()
    {
        var voucher = await campaigns.IssuedAsync();
        await database.ExecuteAsOwnerAsync($"update vouchers set expires_on = app.today(), expires_at = (app.today() + 1)::timestamp at time zone 'Asia/Almaty' where voucher_id = '{voucher.VoucherId}'");
        var left = await database.Db.QuerySingleAsync<double>("select extract(epoch from expires_at - now())::float8 from vouchers where voucher_id = @VoucherId", new { voucher.VoucherId }, CancellationToken.None);
        await database.SetClockOffsetAsync(TimeSpan.FromSeconds(Math.Floor(left) + 1));
        Assert.IsType<RedeemOutcome.Expired>(await merchants.RedeemAsync(voucher, till));
        await database.SetClockOffsetAsync(TimeSpan.FromSeconds(Math.Max(0, Math.Floor(left) - 30)));
        Assert.IsType<RedeemOutcome.Redeemed>(await merchants.RedeemAsync(voucher, till));
    }

    [Fact]
    public async Task Redeem_WhenTheWireBreaks_IsUnknown_AndTheKeyLaterTellsTheTruth()
    {
        var voucher = await campaigns.IssuedAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var relay = new DelayingRelay(settings.Port, TimeSpan.FromMilliseconds(50));
        settings.Port = relay.Port;
        await using var source = DatabaseConnections.Application(settings.ConnectionString);
        var far = merchants.OnNode(new Db(source));
        Assert.IsType<LookOutcome.Good>(await far.LookAsync(voucher.Code, till, GivenMerchants.At(till), CancellationToken.None));
        relay.LosesAnswers = true;
        Assert.IsType<RedeemOutcome.Unknown>(await far.RedeemAsync(GivenMerchants.Redeeming(voucher, till, "lost"), GivenMerchants.At(till), CancellationToken.None));
        // The server still works on what it was told; on a slow machine the question would overtake it.
        for (var looks = 0; looks < 600 && await RedemptionsAsync(voucher.VoucherId) == 0; looks++)
        {
            await Task.Delay(50);
        }

        RedeemOutcome later;
        do
        {
            later = await merchants.RedeemAsync(voucher, till, "lost");
        }
        while (later is RedeemOutcome.Running);
        Assert.True(Assert.IsType<RedeemOutcome.Redeemed>(later).Again);
        Assert.Equal(1, await RedemptionsAsync(voucher.VoucherId));
    }

    private Task<long> RedemptionsAsync(Guid voucher) => database.Db.QuerySingleAsync<long>("select count(*) from redemptions where voucher_id = @voucher", new { voucher }, CancellationToken.None);

    [Fact]
    public async Task Void_ByTheSameCashierWithin15Minutes_Once()
    {
        var voucher = await campaigns.IssuedAsync();
        var redemption = await merchants.RedeemedAsync(voucher, till);
        Assert.Equal(VoidOutcome.OtherCashier, await VoidAsync(redemption, till with { Cashier = PersonId.New() }));
        Assert.Equal(VoidOutcome.NotFound, await VoidAsync(redemption, await merchants.TillAsync()));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => VoidAsync(redemption, till)));
        Assert.Single(outcomes, outcome => outcome == VoidOutcome.Voided);
        Assert.Equal((0L, "Issued"), (await merchants.PayableAsync(till), await campaigns.StateAsync(voucher.VoucherId)));
        var second = await merchants.RedeemedAsync(voucher, till);
        Assert.Equal(VoidOutcome.AlreadyVoided, await VoidAsync(second, till));
        var late = await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till);
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(VoidOutcome.TooLate, await VoidAsync(late, till));
    }

    [Fact]
    public async Task Return_MakesANewVoucherOfTheSameAmountAndDay_Once()
    {
        var voucher = await campaigns.IssuedAsync();
        var redemption = await merchants.RedeemedAsync(voucher, till);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => merchants.Redemptions.ReturnAsync(redemption.RedemptionId, "20418854", till, GivenMerchants.At(till), CancellationToken.None)));
        var returned = Assert.Single(outcomes.OfType<ReturnOutcome.Returned>());
        Assert.Equal((voucher.Amount, voucher.ExpiresOn, 0L), (returned.Amount, returned.ExpiresOn, await merchants.PayableAsync(till)));
        Assert.NotEqual(voucher.Code, returned.Code);
        Assert.IsType<RedeemOutcome.AlreadyRedeemed>(await merchants.RedeemAsync(voucher, till));
        await merchants.RedeemedAsync(voucher with { Code = returned.Code, Pin = returned.Pin }, till);
        Assert.Equal(VoidOutcome.Voided, await VoidAsync((await merchants.RedeemedAsync(await campaigns.IssuedAsync(), till)), till));
    }

    [Fact]
    public async Task Guessing_TenThousandCodes_EndsEarlyInRefusals()
    {
        var looked = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (await merchants.Vouchers.LookAsync(VoucherCode.New(), till, GivenMerchants.At(till, "203.0.113.9"), CancellationToken.None) is LookOutcome.No { Why: RedeemOutcome.Wait })
            {
                looked = i;
                break;
            }
        }

        Assert.InRange(looked, 1, 40);
        var honest = await merchants.TillAsync();
        Assert.IsType<RedeemOutcome.Redeemed>(await merchants.RedeemAsync(await campaigns.IssuedAsync(), honest));
        Assert.IsType<RedeemOutcome.Wait>(await merchants.RedeemAsync(await campaigns.IssuedAsync(), till));
    }

    [Fact]
    public async Task GuessingThePin_OfOneVoucher_FromManyTills_EndsAfterFive()
    {
        var voucher = await campaigns.IssuedAsync();
        var wrong = voucher with { Pin = voucher.Pin == "0000" ? "0001" : "0000" };
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<RedeemOutcome.WrongPin>(await merchants.RedeemAsync(wrong, await merchants.TillAsync()));
        }

        Assert.IsType<RedeemOutcome.Wait>(await merchants.RedeemAsync(voucher, await merchants.TillAsync()));
    }

    [Fact]
    public async Task EveryRefusal_TakesTheSameStatements()
    {
        var used = await campaigns.IssuedAsync();
        await merchants.RedeemedAsync(used, till);
        var foreign = await campaigns.IssuedAsync();
        IssueOutcome.Made[] tries = [used, foreign with { Pin = foreign.Pin == "0000" ? "0001" : "0000" }, used with { Code = VoucherCode.New() }, await campaigns.MadeAsync()];
        var counts = new List<(int Statements, long Writes)>();
        foreach (var voucher in tries)
        {
            using var counter = new StatementCounter();
            var fresh = await merchants.TillAsync();
            counter.Start();
            Assert.IsNotType<RedeemOutcome.Redeemed>(await merchants.RedeemAsync(voucher, fresh));
            counts.Add((counter.Statements, await database.Db.QuerySingleAsync<long>("select count(*) from voucher_guesses where subject = @s", new { s = campaigns.VoucherSecrets.Guesser("merchant:" + fresh.Merchant) }, CancellationToken.None)));
        }

        Assert.Equal([(2, 1L)], counts.Distinct());
    }

    private Task<VoidOutcome> VoidAsync(Redemption redemption, Till by) => merchants.Redemptions.VoidAsync(redemption.RedemptionId, by, GivenMerchants.At(by), CancellationToken.None);
}
