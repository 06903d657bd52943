using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.TakeBack;

namespace EwasteEpr.Tests.Consignments;

public sealed class WeighInTests : IAsyncLifetime
{
    private readonly GivenConsignments given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Weigh_WithinTolerance_AgreesAndMakesSiteLots()
    {
        var container = await given.SealedAsync();
        var number = await given.ReceivedAsync(container);
        var weighed = Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(container, 39_000));
        Assert.Equal((-1_000L, false, true, 0), (weighed.GapGrams, weighed.IsDiscrepant, weighed.IsVerified, weighed.Left));
        Assert.Equal(("Agreed", "Emptied", 0L, 39_000L, 1_000L), (await given.StateAsync(number), await given.ContainerStateAsync(container), await given.HeldAsync("mass_in_transit"), await given.HeldAsync("mass_site_lot"), await given.HeldAsync("mass_weighing_difference")));
        Assert.Equal("6 Household DropOff FeeFund Verified 39000", await given.Point.AskAsync<string>("select concat_ws(' ', category, stream, channel, payer, basis, received_grams) from site_lots"));
        Assert.Equal(39_000, await given.Point.AskAsync<long>("select sum(grams)::bigint from trace_links where from_type = 'stock_lot' and to_type = 'site_lot' and transfer_id is not null"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_HeavierThanSent_IsPostedToTheOtherSide()
    {
        var container = await given.SealedAsync();
        await given.ReceivedAsync(container);
        await given.WeighAsync(container, 41_200);
        Assert.Equal((41_200L, -1_200L), (await given.HeldAsync("mass_site_lot"), await given.HeldAsync("mass_weighing_difference")));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_OutsideTolerance_AsksFirstAndIsDiscrepantUntilDecided()
    {
        var container = await given.SealedAsync();
        var number = await given.ReceivedAsync(container);
        Assert.Equal((-1_201L, 1_200L), Assert.IsType<WeighInOutcome.NeedsConfirmation>(await given.WeighAsync(container, 38_799)) is var asked ? (asked.GapGrams, asked.AllowedGrams) : default);
        Assert.Equal("Received", await given.StateAsync(number));
        Assert.True(Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(container, 35_000, confirmed: true)).IsDiscrepant);
        Assert.Equal("Discrepant", await given.StateAsync(number));
        var found = Assert.Single(await given.Discrepancies.ListAsync("Open", null, 50, default));
        Assert.Equal(("Mass", 40_000L, 35_000L, -5_000L, 1_200L, true), (found.Kind, found.SentGrams, found.WeighedGrams, found.GapGrams, found.AllowedGrams, found.BlocksPayment));
        Assert.True(await given.Discrepancies.ExplainAsync(found.Number, given.Sender, "Таразы ескі", given.Point.Staff, default));
        Assert.True(await given.Discrepancies.ExplainAsync(found.Number, given.Site.Organisation, "Пломба бұзылған", given.AtSite, default));
        Assert.False(await given.Discrepancies.ExplainAsync(found.Number, await given.CarrierAsync(), "not mine", given.AtSite, default));
        Assert.Equal(1, await given.Point.AskAsync<long>("select count(*) from site_lot_standing where is_payment_blocked"));
        Assert.True(await given.Discrepancies.DecideAsync(found.Number, "Екі тарап келісті", true, Actor.System("operator"), default));
        Assert.False(await given.Discrepancies.DecideAsync(found.Number, "again", true, Actor.System("operator"), default));
        Assert.Equal("Resolved", await given.StateAsync(number));
        Assert.Equal(0, await given.Point.AskAsync<long>("select count(*) from site_lot_standing where is_payment_blocked"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_SerialisedThingsMiscounted_IsDiscrepantThoughTheMassAgrees()
    {
        var container = await given.Point.ContainerAsync();
        Assert.IsType<EwasteEpr.TakeBack.Intake.DecideOutcome.Decided>(await given.Point.AcceptAsync(await given.Point.AnnouncedAsync("one"), container, GivenTakeBack.GoodImei));
        await given.FillAsync(container, false, (GivenTakeBack.Phone, 19_814));
        await given.SealAsync(container, 20_000);
        var number = await given.ReceivedAsync(container);
        Assert.Equal(1, Assert.IsType<WeighInOutcome.NeedsCount>(await given.WeighAsync(container, 20_000)).Expected);
        Assert.True(Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(container, 20_000, counted: 0)).IsDiscrepant);
        Assert.Equal("Count", Assert.Single(await given.Discrepancies.ListAsync(null, null, 50, default)).Kind);
        Assert.Equal("Discrepant", await given.StateAsync(number));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_AContainerThatDidNotCome_IsAWholeDifference()
    {
        var (came, lost) = (await given.SealedAsync(), await given.SealedAsync());
        var number = await given.ReceivedAsync(came, lost);
        Assert.Equal(1, Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(came, 40_000)).Left);
        Assert.Equal(0, Assert.IsType<WeighInOutcome.Weighed>(await given.WeighIns.MissAsync(lost, given.Site.Organisation, given.AtSite, default)).Left);
        Assert.Equal(("Discrepant", 0L, 40_000L), (await given.StateAsync(number), await given.HeldAsync("mass_in_transit"), await given.HeldAsync("mass_weighing_difference")));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_OnAScaleWhoseVerificationEnded_IsWeighedAndNotVerified()
    {
        var (first, second) = (await given.SealedAsync(), await given.SealedAsync());
        await given.ReceivedAsync(first, second);
        await given.Scales.SaveAsync(new NewScale(given.Site.Site, "OLD-1", new DateOnly(2020, 1, 1), null), given.Site.Organisation, given.AtSite, default);
        Assert.False(Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(first, 40_000, scale: "OLD-1")).IsVerified);
        Assert.False(Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(second, 40_000, scale: "of nobody")).IsVerified);
        Assert.Equal(2, await given.Point.AskAsync<long>("select count(*) from site_lots where basis = 'Weighed'"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_AMixedContainer_NeedsItsProtocol()
    {
        var container = await given.SealedAsync("mixed", false, (GivenTakeBack.Phone, 10_000), (GivenTakeBack.Fridge, 30_000));
        await given.ReceivedAsync(container);
        Assert.IsType<WeighInOutcome.NeedsSplit>(await given.WeighAsync(container, 40_001));
        Assert.Equal(SplitOutcome.NotHundred, await SplitAsync(container, new SplitShare("1", 7_000), new SplitShare("6", 2_999)));
        Assert.Equal(SplitOutcome.Written, await SplitAsync(container, new SplitShare("1", 7_000), new SplitShare("6", 3_000)));
        Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(container, 40_001));
        Assert.Equal((28_001L, 12_000L, 1_999L, -2_000L), (await given.HeldAsync("mass_site_lot", "1"), await given.HeldAsync("mass_site_lot", "6"), await given.HeldAsync("mass_weighing_difference", "1"), await given.HeldAsync("mass_weighing_difference", "6")));
        Assert.Equal(SplitOutcome.NotFound, await SplitAsync(container, new SplitShare("6", 10_000)));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_WhenTheProtocolFindsWhatNobodyDeclared_TracesItToTheContainer()
    {
        var container = await given.SealedAsync("mixed", false, (GivenTakeBack.Phone, 40_000));
        await given.ReceivedAsync(container);
        Assert.Equal(SplitOutcome.Written, await SplitAsync(container, new SplitShare("1", 10_000)));
        await given.WeighAsync(container, 40_000);
        Assert.Equal((40_000L, 0L, 40_000L), (await given.HeldAsync("mass_site_lot", "1"), await given.HeldAsync("mass_site_lot"), await given.HeldAsync("mass_weighing_difference")));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_Twice_ChangesNothing()
    {
        var container = await given.SealedAsync();
        await given.ReceivedAsync(container);
        await given.WeighAsync(container, 40_000, ticket: "W-1");
        Assert.True(Assert.IsType<WeighInOutcome.Already>(await given.WeighAsync(container, 40_000, ticket: "W-1")).IsSame);
        Assert.False(Assert.IsType<WeighInOutcome.Already>(await given.WeighAsync(container, 39_000, ticket: "W-1")).IsSame);
        var other = await given.SealedAsync();
        await given.ReceivedAsync(other);
        Assert.IsType<WeighInOutcome.TicketTaken>(await given.WeighAsync(other, 40_000, ticket: "W-1"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_LastTwoAtOnce_EndTheConsignmentOnce()
    {
        var containers = new[] { await given.SealedAsync(), await given.SealedAsync(), await given.SealedAsync() };
        var number = await given.ReceivedAsync(containers);
        var outcomes = await Task.WhenAll(containers.Concat(containers).Select(container => given.WeighAsync(container, 40_000)));
        Assert.Equal(3, outcomes.OfType<WeighInOutcome.Weighed>().Count());
        Assert.Equal("Agreed", await given.StateAsync(number));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_NotHereOrNotYet_IsRefused()
    {
        var container = await given.SealedAsync();
        var (number, _) = await given.DespatchedAsync(container);
        Assert.IsType<WeighInOutcome.NotReceived>(await given.WeighAsync(container, 40_000));
        Assert.IsType<WeighInOutcome.NotFound>(await given.WeighIns.WeighAsync(new NewWeighIn(container, Weight.FromGrams(2), Weight.FromGrams(1), Weight.Zero, null, null, null, false), given.Sender, given.AtSite, default));
        Assert.Equal("Despatched", await given.StateAsync(number));
    }

    [Fact]
    public async Task Weigh_AtASuspendedSite_IsRefusedTheMomentItIsSuspended()
    {
        var (first, second) = (await given.SealedAsync(), await given.SealedAsync());
        await given.ReceivedAsync(first, second);
        // The suspension is written and not yet committed: the weighing waits for it and then sees it.
        await using var connection = await given.Database.Owner.OpenConnectionAsync();
        await using var suspension = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"update certifications set state = 'Suspended', state_reason = 'audit' where certification_id = '{given.Site.Certification}'";
            await command.ExecuteNonQueryAsync();
        }

        var weighing = given.WeighAsync(first, 40_000);
        await WaitForAWaiterAsync();
        Assert.False(weighing.IsCompleted);
        await suspension.CommitAsync();
        Assert.Equal("6", Assert.IsType<WeighInOutcome.NotCertified>(await weighing).Category);
        Assert.IsType<WeighInOutcome.NotCertified>(await given.WeighAsync(second, 40_000));
        Assert.Equal(80_000, await given.HeldAsync("mass_in_transit"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Weigh_ManyWithASuspensionAmongThem_NoneAfterIt()
    {
        var containers = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            containers.Add(await given.SealedAsync());
        }

        await given.ReceivedAsync([.. containers]);
        var weighings = containers.Select(container => Task.Run(() => given.WeighAsync(container, 40_000))).ToList();
        var suspended = Task.Run(given.SuspendAsync);
        await Task.WhenAll([.. weighings, suspended]);
        var outcomes = await Task.WhenAll(weighings);
        Assert.All(outcomes, outcome => Assert.True(outcome is WeighInOutcome.Weighed or WeighInOutcome.NotCertified));
        Assert.IsType<WeighInOutcome.NotCertified>(await LastAsync(containers));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Route_WithASmallGapAlwaysToOneSide_IsFoundAfterSoMany()
    {
        for (var i = 0; i < 5; i++)
        {
            var container = await given.SealedAsync();
            await given.ReceivedAsync(container);
            Assert.Equal(i < 5 ? 0 : 1, await given.Point.AskAsync<long>("select count(*) from consignment_discrepancies"));
            Assert.False(Assert.IsType<WeighInOutcome.Weighed>(await given.WeighAsync(container, 39_200)).IsDiscrepant); // 2 %: allowed for one
        }

        var route = Assert.Single(await given.Discrepancies.ListAsync("Open", null, 50, default));
        Assert.Equal(("Route", 200_000L, 196_000L, 2_000L), (route.Kind, route.SentGrams, route.WeighedGrams, route.AllowedGrams));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Entries_DirectAndOpening_AreStockOfTheirOwnKind()
    {
        var direct = new NewEntry(Guid.CreateVersion7(), false, given.Site.Site, "6", false, Weight.FromKilograms(120), Weight.FromKilograms(20), Weight.Zero, GivenConsignments.Scale, false, "«Мектеп» КММ", Bin.Parse("040340008429"), "12", new DateOnly(2026, 11, 20));
        var number = Assert.IsType<EntryOutcome.Written>(await given.Entries.WriteAsync(direct, given.Site.Organisation, given.AtSite, default)).Number;
        Assert.Equal(number, Assert.IsType<EntryOutcome.Written>(await given.Entries.WriteAsync(direct, given.Site.Organisation, given.AtSite, default)).Number);
        var opening = direct with { Id = Guid.CreateVersion7(), IsOpening = true, HolderName = null, HolderNumber = null };
        var opened = Assert.IsType<EntryOutcome.Written>(await given.Entries.WriteAsync(opening, given.Site.Organisation, given.AtSite, default)).Number;
        Assert.Equal((200_000L, -100_000L, -100_000L), (await given.HeldAsync("mass_site_lot"), await given.HeldAsync("mass_citizens"), await given.HeldAsync("mass_opening_stock")));
        Assert.Equal(1, await given.Point.AskAsync<long>("select count(*) from site_lot_standing where not is_eligible"));
        Assert.True(await given.Entries.DecideAsync(opened, true, "Құжаттар тексерілді", Actor.System("operator"), default));
        Assert.Equal(0, await given.Point.AskAsync<long>("select count(*) from site_lot_standing where not is_eligible"));
        Assert.False(await given.Entries.DecideAsync(number, true, "direct needs none", Actor.System("operator"), default));
        Assert.IsType<EntryOutcome.NotFound>(await given.Entries.WriteAsync(direct with { Id = Guid.CreateVersion7() }, given.Sender, given.AtSite, default));
        Assert.IsType<EntryOutcome.NotCertified>(await given.Entries.WriteAsync(direct with { Id = Guid.CreateVersion7(), Category = "2" }, given.Site.Organisation, given.AtSite, default));
        await given.Database.AssertInvariantsAsync();
    }

    private Task<SplitOutcome> SplitAsync(Guid container, params SplitShare[] shares) =>
        given.Splits.WriteAsync(new NewSplit(container, new DateOnly(2026, 11, 20), Weight.FromKilograms(10), shares), given.Site.Organisation, given.AtSite, default);

    private async Task<WeighInOutcome> LastAsync(List<Guid> before)
    {
        Assert.Equal(8, before.Count);
        await given.Database.ExecuteAsOwnerAsync("update certifications set state = 'Valid'");
        var container = await given.SealedAsync();
        await given.ReceivedAsync(container);
        await given.SuspendAsync();
        return await given.WeighAsync(container, 40_000);
    }

    /// <summary>Until some session of this database waits for a lock.</summary>
    private async Task WaitForAWaiterAsync()
    {
        while (await given.Point.AskAsync<long>("select count(*) from pg_locks where not granted and (database is null or database = (select oid from pg_database where datname = current_database()))") == 0)
        {
            await Task.Yield();
        }
    }
}
