using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.TakeBack;

public sealed class IntakeTests : IAsyncLifetime
{
    private readonly GivenTakeBack given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Accept_MovesGramsFromTheHolderIntoTheLot_LinksThem_AndMakesOneVoucher()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync();
        var decided = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(visit, await given.ContainerAsync(), GivenTakeBack.GoodImei));
        var voucher = Assert.IsType<IssueOutcome.Made>(decided.Reward);
        Assert.Equal((200_000, 0), (voucher.Amount.Tiyn, voucher.Held.Count));
        Assert.Equal(186, await given.StockAsync());
        Assert.Equal(-186, await given.AskAsync<long>("select balance from ledger.balances where purpose = 'mass_citizens' and unit = 'mass:6'"));
        Assert.Equal("Verified Imei 7518", await given.AskAsync<string>("select concat_ws(' ', basis, serial_kind, serial_tail) from intake_items"));
        Assert.Equal(186, await given.AskAsync<long>("select grams from trace_links where from_type = 'drop_off_item' and to_type = 'stock_lot' and ended_at is null"));
        Assert.Equal("Pending", (await given.Visits.ByCodeAsync(visit.Code, default))!.Intakes[0].VoucherState);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Undo_WithinTenMinutes_TakesEverythingBack_AndTheThingMayComeAgain()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync();
        var container = await given.ContainerAsync();
        var first = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(visit, container, GivenTakeBack.GoodImei));
        Assert.Equal(UndoIntakeOutcome.NotFound, await given.Undo.UndoAsync(first.IntakeId!.Value, given.Other, given.Staff, default));
        Assert.Equal(UndoIntakeOutcome.Undone, await given.Undo.UndoAsync(first.IntakeId!.Value, given.Place, given.Staff, default));
        Assert.Equal(UndoIntakeOutcome.NotFound, await given.Undo.UndoAsync(first.IntakeId!.Value, given.Place, given.Staff, default));
        Assert.Equal(0, await given.StockAsync());
        Assert.Equal("Cancelled", await given.AskAsync<string>("select state from vouchers"));
        await given.Database.AssertInvariantsAsync();

        // The same serial is no duplicate of itself.
        var again = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(visit, container, GivenTakeBack.GoodImei));
        Assert.Empty(Assert.IsType<IssueOutcome.Made>(again.Reward).Held);
        await given.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(UndoIntakeOutcome.TooLate, await given.Undo.UndoAsync(again.IntakeId!.Value, given.Place, given.Staff, default));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Undo_AfterTheSeal_IsRefused()
    {
        var visit = await given.AnnouncedAsync();
        var container = await given.ContainerAsync();
        var decided = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(visit, container));
        Assert.IsType<SealOutcome.Sealed>(await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(1_386), "884207"), given.Place, given.Staff, default));
        Assert.Equal(UndoIntakeOutcome.Sealed, await given.Undo.UndoAsync(decided.IntakeId!.Value, given.Place, given.Staff, default));
        Assert.Equal(186, await given.StockAsync());
    }

    [Fact]
    public async Task TwentyFiveColleaguesWithTheSameCode_AcceptItOnce()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync();
        var container = await given.ContainerAsync();
        var item = (await given.ItemsAsync(visit.Code))[0];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.Intakes.DecideAsync(
            new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [GivenTakeBack.Taken(item.ItemId, container)], []), given.Place, given.Staff, default)));
        Assert.Single(outcomes.OfType<DecideOutcome.Decided>());
        Assert.All(outcomes.OfType<DecideOutcome.Problem>(), problem => Assert.Equal(DecideProblem.AlreadyDecided, problem.What));
        Assert.Equal((186, 1), (await given.StockAsync(), await given.AskAsync<long>("select count(*) from vouchers")));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task SameSerialTwice_IsTaken_AndItsVoucherWaitsForAPerson()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var container = await given.ContainerAsync();
        var outcomes = new List<DecideOutcome>();
        foreach (var browser in new[] { "one", "two" })
        {
            outcomes.Add(await given.AcceptAsync(await given.AnnouncedAsync(browser), container, GivenTakeBack.GoodImei));
        }

        var rewards = outcomes.Select(outcome => Assert.IsType<IssueOutcome.Made>(Assert.IsType<DecideOutcome.Decided>(outcome).Reward)).ToList();
        Assert.Empty(rewards[0].Held);
        Assert.Equal([HoldReason.DuplicateSerial], rewards[1].Held);
        Assert.Equal(372, await given.StockAsync());
    }

    [Fact]
    public async Task StolenSerial_AndUnknownType_AreFlagged()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var container = await given.ContainerAsync();
        Assert.Equal(1, await new SerialLists(given.Db, given.Serials).WriteAsync(new SerialListChange(SerialListName.Stolen, "police", "353918058833159\n123", IsRemoval: false), given.Staff, default));
        await given.AcceptAsync(await given.AnnouncedAsync("one"), container, "35 391805 883315 9");
        await given.Database.ExecuteAsOwnerAsync("insert into type_allocation_codes (tac, brand, model) values ('35391805', 'Ulgi', 'One')");
        await given.AcceptAsync(await given.AnnouncedAsync("two"), container, GivenTakeBack.GoodImei);
        Assert.Equal(["Stolen", "UnknownType"], await given.Db.QueryAsync<string>("select serial_flag from intake_items order by intake_item_id", null, default));
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from watched_serials w where w::text like '%353918058833159%'"));
    }

    [Fact]
    public async Task StaffWhoAcceptFromTheirOwnBrowser_AreNoticed()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync("the counter's own");
        var item = (await given.ItemsAsync(visit.Code))[0];
        var decided = await given.Intakes.DecideAsync(
            new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [GivenTakeBack.Taken(item.ItemId, await given.ContainerAsync())], [], CounterBrowser: "the counter's own"), given.Place, given.Staff, default);
        Assert.Equal([HoldReason.StaffIsGiver], Assert.IsType<IssueOutcome.Made>(Assert.IsType<DecideOutcome.Decided>(decided).Reward).Held);
    }

    [Theory]
    [InlineData("353918058833158", DecideProblem.BadImei)]
    [InlineData("a%b", DecideProblem.BadImei)]
    public async Task WrongSerial_IsAskedAgain_AndNothingIsWritten(string serial, DecideProblem expected)
    {
        var visit = await given.AnnouncedAsync();
        Assert.Equal(expected, Assert.IsType<DecideOutcome.Problem>(await given.AcceptAsync(visit, await given.ContainerAsync(), serial)).What);
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from intakes"));
    }

    [Fact]
    public async Task Containers_TakeWhatBelongsIntoThem()
    {
        var visit = await given.AnnouncedAsync("b", GivenTakeBack.Phone);
        var item = (await given.ItemsAsync(visit.Code))[0];
        var good = GivenTakeBack.Taken(item.ItemId, Guid.Empty);
        async Task<DecideProblem> ProblemAsync(AcceptedItem accepted) =>
            Assert.IsType<DecideOutcome.Problem>(await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [accepted], []), given.Place, given.Staff, default)).What;
        var box = await given.ContainerAsync();
        Assert.Equal(DecideProblem.ContainerNotOpen, await ProblemAsync(good));
        Assert.Equal(DecideProblem.ContainerOtherCategory, await ProblemAsync(good with { ContainerId = await given.ContainerAsync("1") }));
        Assert.Equal(DecideProblem.HazardNeedsSafeContainer, await ProblemAsync(good with { ContainerId = box, Hazards = [Hazard.SwollenBattery] }));
        Assert.Equal(DecideProblem.SafeContainerOnly, await ProblemAsync(good with { ContainerId = await given.ContainerAsync("6", ContainerKind.Hazard) }));
        Assert.Equal(DecideProblem.ReuseApart, await ProblemAsync(good with { ContainerId = await given.ContainerAsync(reuse: true) }));
        Assert.Equal(DecideProblem.ContainerFull, await ProblemAsync(good with { ContainerId = await given.ContainerAsync(capacity: Weight.FromGrams(100)) }));
        Assert.Equal(DecideProblem.BadWeight, await ProblemAsync(good with { ContainerId = box, Tare = Weight.FromGrams(186) }));
        Assert.Equal(DecideProblem.BagMissing, await ProblemAsync(good with { ContainerId = box, DataChoice = DataChoice.Wipe }));
        Assert.Equal(DecideProblem.UnknownAppliance, await ProblemAsync(good with { ContainerId = box, UnuKey = "9999" }));
        Assert.Equal(DecideProblem.ContainerNotOpen, Assert.IsType<DecideOutcome.Problem>(
            await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [good with { ContainerId = box }], []), given.Other, given.Staff, default)).What);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task LabelAndBag_AreUsedOnce()
    {
        var container = await given.ContainerAsync();
        var one = await given.AnnouncedAsync("one");
        var two = await given.AnnouncedAsync("two");
        var first = GivenTakeBack.Taken((await given.ItemsAsync(one.Code))[0].ItemId, container) with { TamperLabel = "L-1", BagNo = "330471", DataChoice = DataChoice.Wipe };
        Assert.IsType<DecideOutcome.Decided>(await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), one.DropOffId, [first], []), given.Place, given.Staff, default));
        var second = first with { ItemId = (await given.ItemsAsync(two.Code))[0].ItemId };
        var outcome = await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), two.DropOffId, [second], []), given.Place, given.Staff, default);
        Assert.Equal(DecideProblem.LabelTaken, Assert.IsType<DecideOutcome.Problem>(outcome).What);
        outcome = await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), two.DropOffId, [second with { TamperLabel = "l-2" }], []), given.Place, given.Staff, default);
        Assert.Equal(DecideProblem.BagTaken, Assert.IsType<DecideOutcome.Problem>(outcome).What);
    }

    [Fact]
    public async Task EverythingRefused_GivesTheReservationBack()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync();
        var item = (await given.ItemsAsync(visit.Code))[0];
        var outcome = await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [], [new RefusedItem(item.ItemId, RefusalReason.ShopStock, null)]), given.Place, given.Staff, default);
        Assert.Null(Assert.IsType<DecideOutcome.Decided>(outcome).IntakeId);
        Assert.Equal("Released", await given.AskAsync<string>("select state from reservations"));
        Assert.Equal("Refused", (await given.Passports.FindAsync(visit.Passport, default))!.Stage);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Seal_ReplacesEstimates_ByWhatTheScaleSays_ToTheGram()
    {
        var container = await given.ContainerAsync("mixed");
        var visit = await given.AnnouncedAsync("b", GivenTakeBack.Phone, GivenTakeBack.Fridge, "0201");
        var items = await given.ItemsAsync(visit.Code);
        var accepted = items.Select(item => GivenTakeBack.Taken(item.ItemId, container, item.UnuKey, item.UnuKey == GivenTakeBack.Fridge ? 41_350 : null)).ToList();
        Assert.IsType<DecideOutcome.Decided>(await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, accepted, []), given.Place, given.Staff, default));
        Assert.Equal(90 + 990, await given.StockAsync("6") + await given.StockAsync("5"));
        var sealing = new SealContainer(container, Weight.FromGrams(1_200 + 41_350 + 1_201), "884 215");
        var sealedNow = Assert.IsType<SealOutcome.Sealed>(await given.Containers.SealAsync(sealing, given.Place, given.Staff, default));
        Assert.Equal((42_551, 121), (sealedNow.Net.Grams, sealedNow.GapGrams));
        Assert.Equal(41_350, await given.StockAsync("1"));
        Assert.Equal(1_201, await given.StockAsync("6") + await given.StockAsync("5"));
        Assert.IsType<SealOutcome.NotOpen>(await given.Containers.SealAsync(sealing, given.Place, given.Staff, default));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Seal_OfAnEmptyOrTooLightContainer_OrWithAUsedSeal_IsRefused()
    {
        var container = await given.ContainerAsync();
        Assert.IsType<SealOutcome.Empty>(await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(5_000), "1"), given.Place, given.Staff, default));
        await given.AcceptAsync(await given.AnnouncedAsync(), container);
        Assert.IsType<SealOutcome.BadWeight>(await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(1_200), "1"), given.Place, given.Staff, default));
        Assert.IsType<SealOutcome.NotOpen>(await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(1_386), "1"), given.Other, given.Staff, default));
        Assert.IsType<SealOutcome.Sealed>(await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(1_386), "1"), given.Place, given.Staff, default));
        var other = await given.ContainerAsync();
        await given.AcceptAsync(await given.AnnouncedAsync("two"), other);
        Assert.IsType<SealOutcome.SealTaken>(await given.Containers.SealAsync(new SealContainer(other, Weight.FromGrams(1_386), "1"), given.Place, given.Staff, default));
    }

    [Theory]
    [InlineData(1000, new long[] { 600, 300 }, new long[] { 0, 300 }, new long[] { 0, 100 })]
    [InlineData(500, new long[] { 600, 300 }, new long[] { 0, 300 }, new long[] { 0, 0 })]
    [InlineData(1000, new long[] { 600, 300 }, new long[] { 0, 0 }, new long[] { 0, 0 })]
    [InlineData(100, new long[] { 10, 20, 30 }, new long[] { 10, 20, 30 }, new long[] { 7, 13, 20 })]
    public void EstimateReplacement_AddsUpToTheScale(long net, long[] grams, long[] estimated, long[] expected) => Assert.Equal(expected, EstimateReplacement.Deltas(net, grams, estimated));

    [Fact]
    public async Task Slip_AndContainer_ShowInThePassport_WhichNeverShowsTheVoucher()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var visit = await given.AnnouncedAsync();
        Assert.Equal("Announced", (await given.Passports.FindAsync(visit.Passport, default))!.Stage);
        Assert.Null(await given.Passports.FindAsync(visit.Code + "000", default));
        var container = await given.ContainerAsync();
        var item = GivenTakeBack.Taken((await given.ItemsAsync(visit.Code))[0].ItemId, container) with { DataChoice = DataChoice.Destroy, BagNo = "330418" };
        await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [item], []), given.Place, given.Staff, default);
        var bag = Assert.Single(await given.Slips.WaitingAsync(given.Place.Organisation, given.Place.Point, default));
        var number = await given.Slips.WriteAsync(bag.IntakeItemId, "Shredded to 6 mm", given.Place, given.Staff, default);
        Assert.Matches("^W-[0-9]{4}-[0-9]{4}$", number);
        Assert.Null(await given.Slips.WriteAsync(bag.IntakeItemId, "again", given.Place, given.Staff, default));
        await given.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(1_386), "884207"), given.Place, given.Staff, default);
        var passport = (await given.Passports.FindAsync(visit.Passport, default))!;
        Assert.Equal("Sealed", passport.Stage);
        var shown = Assert.Single(passport.Items);
        Assert.Equal((number, "Destroyed", "884207", 186), (shown.SlipNumber, shown.SlipKind, shown.SealNo, shown.NetGrams));
        var code = await given.AskAsync<byte[]>("select code_sealed from vouchers");
        Assert.DoesNotContain(given.Givers.OpenCode(code).ToString(), System.Text.Json.JsonSerializer.Serialize(passport), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WalkIn_EarnsUpToTheLowerCap()
    {
        await given.Campaigns.OpenAsync(1_000_000, Vouchers.GivenCampaigns.Draft(caps: new(Vouchers.GivenCampaigns.Tenge(5_000), Vouchers.GivenCampaigns.Tenge(1_000_000), Vouchers.GivenCampaigns.Tenge(1_000_000), Vouchers.GivenCampaigns.Tenge(700), 1_000)));
        var announced = Assert.IsType<AnnounceOutcome.Announced>(await given.DropOffs.AnnounceAsync(
            GivenTakeBack.Announcement(given.Place.Point, "x", GivenTakeBack.Phone) with { Origin = DropOffOrigin.Counter, Owner = null }, given.Staff, default));
        var decided = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(announced, await given.ContainerAsync()));
        Assert.Equal(70_000, Assert.IsType<IssueOutcome.Made>(decided.Reward).Amount.Tiyn);
    }

    [Fact]
    public async Task Shift_IsOneForAPerson_AtAPointOfTheirs()
    {
        var shifts = new ShiftService(given.Db);
        var open = new OpenShift(given.Place.Point, null, "20-1187", new DateOnly(2020, 1, 1));
        Assert.Equal(OpenShiftOutcome.NotFound, await shifts.OpenAsync(open, OrganisationId.New(), given.Place.Person, given.Staff, default));
        Assert.Equal(OpenShiftOutcome.Opened, await shifts.OpenAsync(open, given.Place.Organisation, given.Place.Person, given.Staff, default));
        Assert.Equal(OpenShiftOutcome.AlreadyOpen, await shifts.OpenAsync(open, given.Place.Organisation, given.Place.Person, given.Staff, default));
        var shift = (await shifts.CurrentAsync(given.Place.Organisation, given.Place.Person, default))!;
        Assert.False(shift.IsVerified);
        var visit = await given.AnnouncedAsync();
        var item = (await given.ItemsAsync(visit.Code))[0];
        await given.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [GivenTakeBack.Taken(item.ItemId, await given.ContainerAsync())], []), shift.Place(), given.Staff, default);
        Assert.Equal("Weighed", await given.AskAsync<string>("select basis from intake_items"));
        var sum = await shifts.SumAsync(shift.ShiftId, default);
        Assert.Equal((1, 1, 186), (sum.Visits, sum.Items, sum.Grams));
        Assert.True(await shifts.CloseAsync(given.Place.Organisation, given.Place.Person, null, given.Staff, default));
        Assert.Null(await shifts.CurrentAsync(given.Place.Organisation, given.Place.Person, default));
        var desk = new CounterDesk(given.Db);
        Assert.Equal((1, 186, 1), (await desk.TodayAsync(given.Place.Organisation, given.Place.Point, default)) is var today ? (today.Items, today.Grams, today.OpenContainers) : default);
        Assert.True(Assert.Single(await desk.RecentAsync(given.Place.Organisation, given.Place.Point, default)).MayUndo);
    }

    [Fact]
    public void Photo_IsKnownByItsBytes()
    {
        Assert.Equal("image/png", IntakePhotos.TypeOf([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]));
        Assert.Null(IntakePhotos.TypeOf("<svg onload=alert(1)>"u8));
        Assert.Null(IntakePhotos.TypeOf([]));
    }
}
