using EwasteEpr.Evidence;
using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

public sealed class PayoutTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    private GivenEvidence Given { get; set; } = null!;

    private GivenPayouts Payments { get; set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Given = await new GivenEvidence(database).ReadyAsync();
        Payments = await new GivenPayouts(database).ReadyAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Run_TwiceAndAtOnce_HasOneEffect()
    {
        await Given.CreditedAsync(1_000_000, day: Payments.LastMonth);
        await Given.CreditedAsync(2_000_000, "Market", day: Payments.LastMonth); // not the fund's
        await Payments.ClosedLastMonthAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Payments.Runs.RunAsync(PaidStage.Treatment, Payments.Month, Given.First, default)));
        Assert.Single(outcomes.OfType<RunOutcome.Made>(), made => !made.Again);
        var line = Assert.Single(await Payments.Runs.LinesAsync(null, null, 10, default));
        Assert.Equal((1_000_000L, (long)Math.Round(1_000_000m * line.MciPerTonne!.Value * line.MciKzt!.Value / 10_000m, MidpointRounding.AwayFromZero)), (line.Grams, line.AmountTiyn));
        Assert.Equal(line.AmountTiyn, Assert.Single(await Payments.Payouts.ListAsync(null, null, Given.Site.Organisation.Value, default)).PayableTiyn);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Run_BeforeTheMonthEnded_OrWithoutATariff_IsRefused()
    {
        var today = await database.Db.QuerySingleAsync<DateOnly>("select app.today()", null, default);
        Assert.IsType<RunOutcome.TooEarly>(await Payments.Runs.RunAsync(PaidStage.Treatment, today, Given.First, default));
        Assert.IsType<RunOutcome.NoTariff>(await Payments.Runs.RunAsync(PaidStage.Transport, Payments.Month, Given.First, default));
    }

    [Fact]
    public async Task Pay_NeedsASecondPerson_AndMoneyThatTheFundReceived()
    {
        await Given.CreditedAsync(1_000_000, day: Payments.LastMonth);
        await Payments.ClosedLastMonthAsync();
        await Payments.Runs.RunAsync(PaidStage.Treatment, Payments.Month, Given.First, default);
        Assert.Equal(0, await Payments.Payouts.OrderAsync(Given.First, default)); // nobody's bank is known
        await Payments.Payouts.SetBankAsync(Given.Site.Organisation.Value, new PayeeBank("KZ86125KZT5004100100", "KCJBKZKX", "17"), Given.First, default);
        Assert.Equal(1, await Payments.Payouts.OrderAsync(Given.First, default));
        var payout = Assert.Single(await Payments.Payouts.ListAsync(null, "Ordered", null, default));
        Assert.Equal("KZ86125KZT5004100100", payout.Iban);
        Assert.Equal(StagePayDecision.SamePerson, await Payments.Payouts.PayAsync(payout.PayoutNo, "x", Given.First, default));
        Assert.Equal(StagePayDecision.FundTooSmall, await Payments.Payouts.PayAsync(payout.PayoutNo, "x", Given.Second, default));
        Assert.DoesNotContain("5004100100", await database.Db.QuerySingleAsync<string>("select string_agg(b::text, ' ') from payee_banks b", null, default), StringComparison.Ordinal);

        var (_, slug) = await Given.OwnSystemAsync();
        var change = await Given.Changes.ProposeAsync(new NewPayerChange(Guid.CreateVersion7(), (await Given.BalanceAsync()).BalanceId, slug, Weight.FromGrams(1000), Money.FromTiyn(payout.PayableTiyn), "B-1", "x"), Given.First, default);
        await Given.Changes.ApproveAsync(change!, Given.Second, default);
        Assert.Equal(StagePayDecision.Paid, await Payments.Payouts.PayAsync(payout.PayoutNo, "x", Given.Second, default));
        Assert.Equal(StagePayDecision.WrongState, await Payments.Payouts.PayAsync(payout.PayoutNo, "x", Given.Second, default));
        Assert.Equal(Money.FromTiyn(0), (await Payments.Payouts.FundAsync(default)).Left);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task ACorrectedBatch_IsTakenBackByTheNextRun_AndCarriedUntilItIsEarned()
    {
        var batch = await Given.CreditedAsync(1_000_000, day: Payments.LastMonth);
        await Payments.ClosedLastMonthAsync();
        await Payments.Runs.RunAsync(PaidStage.Treatment, Payments.Month.AddMonths(-1), Given.First, default); // too early for it
        await Payments.Runs.RunAsync(PaidStage.Treatment, Payments.Month, Given.First, default);
        await database.ExecuteAsOwnerAsync($"set session_replication_role = replica; update batches set state = 'Corrected' where batch_id = '{batch}'; set session_replication_role = default");
        await database.SetClockOffsetAsync(TimeSpan.FromDays(31));
        await Payments.Runs.RunAsync(PaidStage.Treatment, Payments.Month.AddMonths(1), Given.First, default);
        var payouts = await Payments.Payouts.ListAsync(null, null, Given.Site.Organisation.Value, default);
        Assert.Equal([("Nothing", 0L), ("Payable", payouts[1].AmountTiyn)], payouts.Select(row => (row.State, row.PayableTiyn)));
        Assert.Equal(0, payouts.Sum(row => row.AmountTiyn));
    }

    [Fact]
    public async Task ATariff_NeedsTwoPeople_ItsAct_AndDaysOfItsOwn()
    {
        var tariff = new NewStageTariff(PaidStage.Transport, 1.5m, ["DropOff"], new DateOnly(2026, 1, 1), null, "Бұйрық 1");
        var first = await Payments.Tariffs.ProposeAsync(tariff, Given.First, default);
        Assert.Equal(TariffDecision.SamePerson, await Payments.Tariffs.DecideAsync(first, publish: true, Given.First, default));
        Assert.Equal(TariffDecision.Done, await Payments.Tariffs.DecideAsync(first, publish: true, Given.Second, default));
        Assert.Equal(TariffDecision.Overlap, await Payments.Tariffs.DecideAsync(await Payments.Tariffs.ProposeAsync(tariff, Given.First, default), publish: true, Given.Second, default));
        var bare = await Payments.Tariffs.ProposeAsync(tariff with { Stage = PaidStage.Collection, Basis = null }, Given.First, default);
        Assert.Equal(TariffDecision.NoBasis, await Payments.Tariffs.DecideAsync(bare, publish: true, Given.Second, default));
    }
}
