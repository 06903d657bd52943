using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.Vouchers;

public sealed class ReservationTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GivenCampaigns given = new(database);

    public Task InitializeAsync() => given.CloseAllAsync();

    public async Task DisposeAsync()
    {
        await database.SetClockOffsetAsync(TimeSpan.Zero);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Reserve_SetsTheTopAside_AndTheSameDropOffIsToldTheSame()
    {
        var campaign = await given.OpenAsync(100_000);
        var request = GivenCampaigns.Reserving();
        var first = Assert.IsType<ReserveOutcome.Reserved>(await given.ReserveAsync(request));
        Assert.Equal((GivenCampaigns.Tenge(500), GivenCampaigns.Tenge(2_000)), (first.Low, first.High));
        Assert.Equal(first, await given.ReserveAsync(request));
        var meter = await given.MeterAsync(campaign);
        Assert.Equal((GivenCampaigns.Tenge(98_000), GivenCampaigns.Tenge(2_000)), (meter.Left, meter.Reserved));
    }

    [Fact]
    public async Task Reserve_ByFiftyAtOnce_NeverPromisesMoreThanThirtyPercent()
    {
        var campaign = await given.OpenAsync(50_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => given.ReserveAsync(GivenCampaigns.Reserving())));
        Assert.Equal(7, outcomes.Count(outcome => outcome is ReserveOutcome.Reserved)); // 7 x 2 000 of 15 000
        Assert.All(outcomes.OfType<ReserveOutcome.None>(), none => Assert.Equal(NoReward.ReservationsFull, none.Reason));
        Assert.Equal(GivenCampaigns.Tenge(14_000), (await given.MeterAsync(campaign)).Reserved);
    }

    [Fact]
    public async Task Reserve_ByOneDeviceTenTimesAtOnce_HasTwoOpen()
    {
        await given.OpenAsync(1_000_000);
        var device = GivenCampaigns.Reserving().DeviceHash;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => given.ReserveAsync(GivenCampaigns.Reserving() with { DeviceHash = device })));
        Assert.Equal(2, outcomes.Count(outcome => outcome is ReserveOutcome.Reserved));
        Assert.All(outcomes.OfType<ReserveOutcome.None>(), none => Assert.Equal(NoReward.TooManyOpen, none.Reason));
    }

    [Fact]
    public async Task ConfirmPhone_HoldsForThreeDays_AndAPhoneHasTwo()
    {
        await given.OpenAsync(1_000_000);
        var phone = given.VoucherSecrets.Phone("+77010000000");
        var requests = new[] { GivenCampaigns.Reserving(), GivenCampaigns.Reserving(), GivenCampaigns.Reserving() };
        foreach (var request in requests)
        {
            Assert.IsType<ReserveOutcome.Reserved>(await given.ReserveAsync(request));
        }

        Assert.True(await ConfirmAsync(requests[0].DropOffId, phone) > TimeProvider.System.GetUtcNow().AddHours(71));
        Assert.NotNull(await ConfirmAsync(requests[1].DropOffId, phone));
        Assert.Null(await ConfirmAsync(requests[2].DropOffId, phone));
    }

    [Fact]
    public async Task Sweep_GivesBackWhatRanOut_AndLeavesTheRest()
    {
        var campaign = await given.OpenAsync(1_000_000);
        var soft = GivenCampaigns.Reserving();
        var confirmed = GivenCampaigns.Reserving();
        await given.ReserveAsync(soft);
        await given.ReserveAsync(confirmed);
        await ConfirmAsync(confirmed.DropOffId, given.VoucherSecrets.Phone("+77010000001"));
        await database.SetClockOffsetAsync(TimeSpan.FromHours(3));
        Assert.True(await given.Reservations.SweepAsync(CancellationToken.None) > 0);
        Assert.Equal(0, await given.Reservations.SweepAsync(CancellationToken.None));
        Assert.Equal(GivenCampaigns.Tenge(2_000), (await given.MeterAsync(campaign)).Reserved);
        Assert.Equal(NoReward.ReservationEnded, Assert.IsType<ReserveOutcome.None>(await given.ReserveAsync(soft)).Reason);
    }

    [Fact]
    public async Task Release_GivesBackOnce()
    {
        var campaign = await given.OpenAsync(100_000);
        var request = GivenCampaigns.Reserving();
        await given.ReserveAsync(request);
        var released = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => database.Db.InTransactionAsync(
            transaction => Reservations.ReleaseAsync(transaction, request.DropOffId, Actor.System("test"), CancellationToken.None), CancellationToken.None)));
        Assert.Single(released, done => done);
        Assert.Equal(GivenCampaigns.Tenge(100_000), (await given.MeterAsync(campaign)).Left);
    }

    private Task<DateTimeOffset?> ConfirmAsync(Guid dropOff, byte[] phone) =>
        database.Db.InTransactionAsync(transaction => Reservations.ConfirmPhoneAsync(transaction, dropOff, phone, CancellationToken.None), CancellationToken.None);
}
