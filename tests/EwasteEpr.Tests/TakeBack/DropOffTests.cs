using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.TakeBack;

public sealed class DropOffTests : IAsyncLifetime
{
    private readonly GivenTakeBack given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public void Code_CatchesEverySlip_AndReadsCyrillicLookAlikes()
    {
        for (var i = 0; i < 200; i++)
        {
            var code = DropOffCode.New();
            Assert.Equal(code, DropOffCode.Normalise(DropOffCode.Shown(code).ToLowerInvariant()));
            var at = i % DropOffCode.Length;
            var other = Crockford.Alphabet[(Crockford.Alphabet.IndexOf(code[at], StringComparison.Ordinal) + 1 + (i % 30)) % 32];
            Assert.Null(DropOffCode.Normalise(code[..at] + other + code[(at + 1)..]));
        }

        var latin = "ABCEHKMTP";
        var drawn = latin[..8];
        Assert.Equal(drawn + DropOffCode.CheckCharacter(drawn), DropOffCode.Normalise("АВСЕНКМТ" + DropOffCode.CheckCharacter(drawn)));
        Assert.Null(DropOffCode.Normalise(null));
        Assert.Null(DropOffCode.Normalise("ы"));
    }

    [Theory]
    [InlineData("8 (701) 123-45-67", "+77011234567")]
    [InlineData("+7 701 123 45 67", "+77011234567")]
    [InlineData("7011234567", "+77011234567")]
    [InlineData("701123456", null)]
    [InlineData("+1 701 123 45 67", null)]
    [InlineData("701-call-me", null)]
    public void Phone_IsReadAsPeopleWriteIt(string typed, string? expected) => Assert.Equal(expected, PhoneNumber.Normalise(typed));

    [Fact]
    public async Task Announce_KeepsTheTopOfTheRange_AndThreeSecretsThatOnlyTheirOwnerSees()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var announced = await given.AnnouncedAsync("browser one");
        var reward = Assert.IsType<ReserveOutcome.Reserved>(announced.Reward);
        Assert.Equal((50_000, 200_000), (reward.Low.Tiyn, reward.High.Tiyn));
        Assert.NotEqual(announced.Code, announced.Passport[..9]);
        Assert.Null(await given.Visits.MineAsync(announced.DropOffId, "browser two", default));
        var mine = (await given.Visits.MineAsync(announced.DropOffId, "browser one", default))!;
        Assert.Equal((announced.Code, announced.Passport, true), (mine.Code, mine.Passport, mine.DropOff.IsHeld));
        // Nothing that opens stands in the tables as it is.
        Assert.Equal(0, await given.AskAsync<long>($"select count(*) from drop_offs d where d::text like '%{announced.Code}%' or d::text like '%{announced.Passport}%'"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Announce_WhenItCannotWork_SaysSoBeforeTravel()
    {
        var point = given.Place.Point;
        Assert.IsType<AnnounceOutcome.NotTakenThere>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(point, "b", "0308"), GivenTakeBack.Anybody, default));
        Assert.IsType<AnnounceOutcome.BadItems>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(point, "b", "9999"), GivenTakeBack.Anybody, default));
        Assert.IsType<AnnounceOutcome.BadItems>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(point, "b"), GivenTakeBack.Anybody, default));
        Assert.IsType<AnnounceOutcome.NotOwner>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(point, "b", "0306") with { IsOwner = false }, GivenTakeBack.Anybody, default));
        Assert.IsType<AnnounceOutcome.NoSuchPoint>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(PointId.New(), "b", "0306"), GivenTakeBack.Anybody, default));
        await given.Database.ExecuteAsOwnerAsync($"update collection_points set state = 'Full' where point_id = '{point}'");
        Assert.IsType<AnnounceOutcome.PointShut>(await given.DropOffs.AnnounceAsync(GivenTakeBack.Announcement(point, "b", "0306"), GivenTakeBack.Anybody, default));
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from drop_offs"));
    }

    [Fact]
    public async Task BudgetSpent_IsToldWithTheCode_AndTheDropOffIsMadeAllTheSame()
    {
        await given.Campaigns.OpenAsync(1_000);
        var announced = await given.AnnouncedAsync();
        Assert.Equal(NoReward.BudgetSpent, Assert.IsType<ReserveOutcome.None>(announced.Reward).Reason);
    }

    [Fact]
    public async Task PhoneCode_HoldsThreeDays_AfterFiveWrongOnesItIsDead()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var announced = await given.AnnouncedAsync("browser");
        string? code = null;
        string Body(string drawn) => code = drawn;
        var request = new PhoneRequest(announced.DropOffId, "browser", "8 701 123 45 67", WantsNews: true, "kk");
        Assert.Equal(PhoneOutcome.NotFound, await given.Phones.SendAsync(request with { Owner = "another" }, Body, GivenTakeBack.Anybody, default));
        Assert.Equal(PhoneOutcome.BadNumber, await given.Phones.SendAsync(request with { Phone = "123" }, Body, GivenTakeBack.Anybody, default));
        Assert.Equal(PhoneOutcome.Done, await given.Phones.SendAsync(request, Body, GivenTakeBack.Anybody, default));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(PhoneOutcome.BadCode, await given.Phones.ConfirmAsync(announced.DropOffId, "browser", code == "000000" ? "111111" : "000000", GivenTakeBack.Anybody, default));
        }

        Assert.Equal(PhoneOutcome.BadCode, await given.Phones.ConfirmAsync(announced.DropOffId, "browser", code, GivenTakeBack.Anybody, default));
        Assert.Equal(PhoneOutcome.Done, await given.Phones.SendAsync(request, Body, GivenTakeBack.Anybody, default));
        Assert.Equal(PhoneOutcome.Done, await given.Phones.ConfirmAsync(announced.DropOffId, "browser", code![..3] + " " + code[3..], GivenTakeBack.Anybody, default));
        var mine = (await given.Visits.MineAsync(announced.DropOffId, "browser", default))!;
        Assert.True(mine.DropOff.HeldUntil > TimeProvider.System.GetUtcNow().AddHours(71));
        Assert.True(mine.DropOff is { HasPhone: true, WantsNews: true });
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from messages.texts t where t::text like '%7011234567%'"));
        Assert.True(await given.Phones.WithdrawConsentAsync(announced.DropOffId, "browser", GivenTakeBack.Anybody, default));
        Assert.False((await given.Visits.MineAsync(announced.DropOffId, "browser", default))!.DropOff.HasPhone);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task SixthCodeOfADay_IsNotSent()
    {
        var announced = await given.AnnouncedAsync("browser");
        var request = new PhoneRequest(announced.DropOffId, "browser", "87011234567", WantsNews: false, "kk");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(PhoneOutcome.Done, await given.Phones.SendAsync(request, code => code, GivenTakeBack.Anybody, default));
        }

        Assert.Equal(PhoneOutcome.TooMany, await given.Phones.SendAsync(request, code => code, GivenTakeBack.Anybody, default));
    }

    [Fact]
    public async Task Withdraw_EndsTheCode_AndGivesTheRewardBack()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var announced = await given.AnnouncedAsync("browser");
        Assert.False(await given.DropOffs.WithdrawAsync(announced.DropOffId, "another", GivenTakeBack.Anybody, default));
        Assert.True(await given.DropOffs.WithdrawAsync(announced.DropOffId, "browser", GivenTakeBack.Anybody, default));
        Assert.Null(await given.Visits.ByCodeAsync(announced.Code, default));
        Assert.Equal("Released", await given.AskAsync<string>("select state from reservations"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Codes_EndAfterThirtyDays_AndPhonesAreForgotten()
    {
        var announced = await given.AnnouncedAsync("browser");
        await given.Phones.SendAsync(new PhoneRequest(announced.DropOffId, "browser", "87011234567", WantsNews: false, "kk"), code => code, GivenTakeBack.Anybody, default);
        await given.Database.SetClockOffsetAsync(TimeSpan.FromDays(31));
        Assert.Null(await given.Visits.ByCodeAsync(announced.Code, default));
        Assert.Equal(1, await given.DropOffs.ExpireAsync(default));
        await given.DropOffs.ExpireAsync(default);
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from drop_offs where phone_sealed is not null"));
    }
}
