using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.Vouchers;

public sealed class IssuingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GivenCampaigns given = new(database);

    public Task InitializeAsync() => given.CloseAllAsync();

    public async Task DisposeAsync()
    {
        await database.SetClockOffsetAsync(TimeSpan.Zero);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Issue_TakesFromTheReservation_AndTheRestGoesBack()
    {
        var campaign = await given.OpenAsync(100_000);
        var drop = GivenCampaigns.Reserving();
        await given.ReserveAsync(drop);
        var made = await given.MadeAsync(GivenCampaigns.Intake(drop.DropOffId, GivenCampaigns.Phone with { Mass = Weight.FromGrams(120), Condition = ItemCondition.Broken }));
        Assert.Equal((GivenCampaigns.Tenge(500), "Pending"), (made.Amount, await given.StateAsync(made.VoucherId)));
        var meter = await given.MeterAsync(campaign);
        Assert.Equal((GivenCampaigns.Tenge(99_500), GivenCampaigns.Tenge(0), GivenCampaigns.Tenge(500)), (meter.Left, meter.Reserved, meter.InVouchers));
    }

    [Fact]
    public async Task Issue_ForMoreThanWasPromised_TakesTheRestFromTheBudgetAsFarAsItGoes()
    {
        var campaign = await given.OpenAsync(10_000);
        var drop = GivenCampaigns.Reserving();
        await given.ReserveAsync(drop);
        var intake = GivenCampaigns.Intake(drop.DropOffId) with { Accepted = [.. Enumerable.Repeat(GivenCampaigns.Phone with { Mass = Weight.FromGrams(100), Condition = ItemCondition.Working }, 7)] };
        Assert.Equal(GivenCampaigns.Tenge(10_000), (await given.MadeAsync(intake)).Amount);
        Assert.True((await given.MeterAsync(campaign)).Left.IsZero);
    }

    [Fact]
    public async Task Issue_TheSameIntakeAgain_IsTheSameVoucher()
    {
        await given.OpenAsync(100_000);
        var intake = GivenCampaigns.Intake();
        var first = await given.MadeAsync(intake);
        var again = await given.MadeAsync(intake);
        Assert.Equal((first.VoucherId, first.Code, first.Pin), (again.VoucherId, again.Code, again.Pin));
    }

    [Fact]
    public async Task Issue_ToThirtyWalkInsAtOnce_NeverAboveTheBudget()
    {
        var campaign = await given.OpenAsync(20_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => given.IssueAsync(GivenCampaigns.Intake())));
        Assert.Equal(10, outcomes.Count(outcome => outcome is IssueOutcome.Made));
        Assert.All(outcomes.OfType<IssueOutcome.None>(), none => Assert.Equal(NoReward.BudgetSpent, none.Reason));
        Assert.True((await given.MeterAsync(campaign)).Left.IsZero);
    }

    [Fact]
    public async Task Issue_AtAPointThatGaveEnoughToday_SaysSo()
    {
        await given.OpenAsync(1_000_000, GivenCampaigns.Draft(caps: GivenCampaigns.Draft().Caps with { PointDay = GivenCampaigns.Tenge(3_000) }));
        var first = GivenCampaigns.Intake();
        await given.MadeAsync(first);
        Assert.Equal(NoReward.PointDayFull, Assert.IsType<IssueOutcome.None>(await given.IssueAsync(GivenCampaigns.Intake() with { PointId = first.PointId })).Reason);
        await given.MadeAsync();
    }

    [Fact]
    public async Task Issue_OfNothingThatIsRewarded_GivesTheReservationBack()
    {
        var campaign = await given.OpenAsync(100_000);
        var drop = GivenCampaigns.Reserving();
        await given.ReserveAsync(drop);
        var outcome = await given.IssueAsync(GivenCampaigns.Intake(drop.DropOffId) with { Accepted = [] });
        Assert.Equal(NoReward.NotCovered, Assert.IsType<IssueOutcome.None>(outcome).Reason);
        Assert.Equal(GivenCampaigns.Tenge(100_000), (await given.MeterAsync(campaign)).Left);
    }

    [Theory]
    [InlineData(HoldReason.PersonOverLimit)]
    [InlineData(HoldReason.StaffPairTooOften)]
    [InlineData(HoldReason.ImplausibleWeight)]
    [InlineData(HoldReason.DuplicateSerial)]
    [InlineData(HoldReason.StaffIsGiver)]
    [InlineData(HoldReason.OutOfHours)]
    public async Task Issue_WhenARuleObjects_HoldsAndNamesTheRule(HoldReason reason)
    {
        var caps = GivenCampaigns.Draft().Caps;
        await given.OpenAsync(1_000_000, GivenCampaigns.Draft(caps: reason switch
        {
            HoldReason.PersonOverLimit => caps with { Person = GivenCampaigns.Tenge(3_000) },
            HoldReason.StaffPairTooOften => caps with { StaffPair = 1 },
            _ => caps,
        }));
        var (device, staff) = (RandomNumberGenerator.GetBytes(32), PersonId.New());
        Assert.Empty((await given.MadeAsync(GivenCampaigns.Intake(device: device, staff: staff))).Held);
        var mass = Weight.FromGrams(reason == HoldReason.ImplausibleWeight ? 9_000 : 100);
        HoldReason[] suspicions = reason is HoldReason.DuplicateSerial or HoldReason.StaffIsGiver or HoldReason.OutOfHours ? [reason] : [];
        var item = GivenCampaigns.Phone with { Mass = mass, Condition = ItemCondition.Working };
        var held = await given.MadeAsync(GivenCampaigns.Intake(null, item, device, staff, suspicions));
        Assert.Equal([reason], held.Held);
        Assert.Equal("Held", await given.StateAsync(held.VoucherId));
    }

    [Fact]
    public async Task Undo_WithinTenMinutes_GivesBackToTheCampaign_LaterIsTooLate()
    {
        var campaign = await given.OpenAsync(100_000);
        var (first, second) = (GivenCampaigns.Intake(), GivenCampaigns.Intake());
        var made = await given.MadeAsync(first);
        await given.MadeAsync(second);
        var undone = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => given.UndoAsync(first.IntakeId)));
        Assert.Single(undone, outcome => outcome == UndoOutcome.Cancelled);
        Assert.Equal("Cancelled", await given.StateAsync(made.VoucherId));
        Assert.Equal(GivenCampaigns.Tenge(98_000), (await given.MeterAsync(campaign)).Left);
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(UndoOutcome.TooLate, await given.UndoAsync(second.IntakeId));
        Assert.Equal(UndoOutcome.NoVoucher, await given.UndoAsync(Guid.CreateVersion7()));
    }

    [Fact]
    public async Task Sweeps_IssueAfterTenMinutes_AndExpireAfterTheLastDay()
    {
        var campaign = await given.OpenAsync(100_000);
        var made = await given.MadeAsync();
        await given.Endings.ReleaseSweepAsync(CancellationToken.None);
        Assert.Equal("Pending", await given.StateAsync(made.VoucherId));
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(11));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => given.Endings.ReleaseSweepAsync(CancellationToken.None)));
        await given.Endings.ExpirySweepAsync(CancellationToken.None);
        Assert.Equal("Issued", await given.StateAsync(made.VoucherId));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(62));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => given.Endings.ExpirySweepAsync(CancellationToken.None)));
        Assert.Equal("Expired", await given.StateAsync(made.VoucherId));
        Assert.Equal(GivenCampaigns.Tenge(100_000), (await given.MeterAsync(campaign)).Left);
    }

    [Fact]
    public async Task Hold_AddsItsTimeToTheExpiry_AndACancellationTakesTwo()
    {
        var campaign = await given.OpenAsync(100_000);
        var made = await given.IssuedAsync();
        var no = await given.NumberAsync(made.VoucherId);
        Assert.True(await given.Holds.HoldAsync(no, "reported stolen", GivenCampaigns.First, CancellationToken.None));
        Assert.False(await given.Holds.HoldAsync(no, "again", GivenCampaigns.First, CancellationToken.None));
        Assert.True(await given.Holds.AppealAsync(made.VoucherId, "It is mine", Actor.System("owner"), CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(2.5));
        Assert.True(await given.Holds.ReleaseAsync(no, "receipt seen", GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(made.ExpiresOn.AddDays(3), await database.Db.QuerySingleAsync<DateOnly>("select expires_on from vouchers where voucher_id = @VoucherId", new { made.VoucherId }, CancellationToken.None));
        Assert.True(await given.Holds.ProposeCancelAsync(no, "fraud", GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(CancelDecision.SamePerson, await given.Holds.DecideCancelAsync(no, true, GivenCampaigns.First, CancellationToken.None));
        Assert.Equal(CancelDecision.Cancelled, await given.Holds.DecideCancelAsync(no, true, GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(CancelDecision.NotFound, await given.Holds.DecideCancelAsync(no, true, GivenCampaigns.Second, CancellationToken.None));
        Assert.Equal(GivenCampaigns.Tenge(100_000), (await given.MeterAsync(campaign)).Left);
    }

    [Fact]
    public async Task AwaitsWeighing_IsReleasedByTheWeighing_UnlessAnotherRuleHoldsIt()
    {
        await given.OpenAsync(100_000);
        var clean = GivenCampaigns.Intake(suspicions: HoldReason.AwaitsWeighing);
        var doubtful = GivenCampaigns.Intake(suspicions: [HoldReason.AwaitsWeighing, HoldReason.DuplicateSerial]);
        var (first, second) = (await given.MadeAsync(clean), await given.MadeAsync(doubtful));
        var freed = await database.Db.InTransactionAsync(
            transaction => VoucherHolds.ReleaseWeighedAsync(transaction, [clean.IntakeId, doubtful.IntakeId], Actor.System("test"), CancellationToken.None), CancellationToken.None);
        Assert.Equal((1, "Pending", "Held"), (freed, await given.StateAsync(first.VoucherId), await given.StateAsync(second.VoucherId)));
        await given.Holds.ReleaseAsync(await given.NumberAsync(second.VoucherId), "looked at", GivenCampaigns.First, CancellationToken.None);
        Assert.Equal("Pending", await given.StateAsync(second.VoucherId));
    }
}
