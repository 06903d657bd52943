using EwasteEpr.Consignments.Custody;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.TakeBack;

namespace EwasteEpr.Tests.Consignments;

public sealed class ConsignmentTests : IAsyncLifetime
{
    private readonly GivenConsignments given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Prepare_SealedContainers_MakesAConsignmentAndACodeOnce()
    {
        var container = await given.SealedAsync();
        var request = given.New(container);
        var first = Assert.IsType<PrepareOutcome.Prepared>(await given.Consignments.PrepareAsync(request, given.Point.Place, given.Point.Staff, default));
        var again = Assert.IsType<PrepareOutcome.Prepared>(await given.Consignments.PrepareAsync(request, given.Point.Place, given.Point.Staff, default));
        Assert.Matches("^T-[0-9]{4}-[0-9]{4}$", first.Number);
        Assert.Matches("^[0-9]{6}$", first.Code);
        Assert.Equal((first.Number, null), (again.Number, again.Code));
        Assert.Equal("20 01 36", await given.Point.AskAsync<string>("select waste_code from consignment_containers"));
        Assert.Equal("Sealed", await given.ContainerStateAsync(container));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Prepare_WhatMayNotGo_IsRefused()
    {
        var open = await given.Point.ContainerAsync();
        var container = await given.SealedAsync();
        var reusable = await given.SealedAsync("6", reuse: true);
        Assert.IsType<PrepareOutcome.NothingChosen>(await PrepareAsync(given.New()));
        Assert.IsType<PrepareOutcome.NotSealed>(await PrepareAsync(given.New(open)));
        Assert.IsType<PrepareOutcome.NotSealed>(await PrepareAsync(given.New(Guid.CreateVersion7())));
        Assert.IsType<PrepareOutcome.NotSealed>(await given.Consignments.PrepareAsync(given.New(container), given.Point.Other, given.Point.Staff, default));
        Assert.IsType<PrepareOutcome.NoSuchSite>(await PrepareAsync(given.New(container) with { Site = Guid.CreateVersion7() }));
        Assert.IsType<PrepareOutcome.NoSuchCarrier>(await PrepareAsync(given.New(container) with { Carrier = given.Sender }));
        Assert.IsType<PrepareOutcome.NoSuchSystem>(await PrepareAsync(given.New(container) with { Payer = Payer.OwnSystem }));
        Assert.IsType<PrepareOutcome.NoSuchWasteCode>(await PrepareAsync(given.New(container) with { Containers = [new SentContainer(container, "99 99 99")] }));
        Assert.IsType<PrepareOutcome.ReuseMixed>(await PrepareAsync(given.New(container, reusable)));
        Assert.IsType<PrepareOutcome.ReuseToRecycler>(await PrepareAsync(given.New(reusable)));
        var refurbisher = await given.RefurbisherAsync();
        Assert.IsType<PrepareOutcome.Prepared>(await PrepareAsync(given.New(reusable) with { Site = refurbisher.Site }));
        await given.SuspendAsync();
        Assert.Equal("6", Assert.IsType<PrepareOutcome.NotCertified>(await PrepareAsync(given.New(container))).Category);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Prepare_TwoAtOnceOverOneContainer_OneWins()
    {
        var container = await given.SealedAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PrepareAsync(given.New(container))));
        Assert.Single(outcomes.OfType<PrepareOutcome.Prepared>());
        Assert.Equal(5, outcomes.OfType<PrepareOutcome.NotSealed>().Count());
    }

    [Fact]
    public async Task Prepare_PaidByAnOwnSystem_NamesWhose()
    {
        await given.Point.Places.People.OrganisationAsync(4);
        var container = await given.SealedAsync();
        var prepared = Assert.IsType<PrepareOutcome.Prepared>(await PrepareAsync(given.New(container) with { Payer = Payer.OwnSystem, OwnSystem = Bin.Parse("161340452459") }));
        var done = Assert.IsType<HandoverOutcome.Done>(await given.Handovers.DespatchAsync(prepared.Number, prepared.Code!, given.Sender, given.Point.Staff, default));
        await given.Handovers.ReceiveAsync(prepared.Number, done.DeliveryCode!, given.Site.Organisation, given.AtSite, default);
        await given.WeighAsync(container, 40_000);
        Assert.Equal("OwnSystem 161340452459", await given.Point.AskAsync<string>("select payer || ' ' || o.bin from site_lots l join organisations o on o.organisation_id = l.own_system_id"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Handover_ByItsCodes_MovesMassAndContainers()
    {
        var container = await given.SealedAsync();
        var (number, code) = await given.DespatchedAsync(container);
        Assert.Equal(("Despatched", "Despatched", 0L, 40_000L), (await given.StateAsync(number), await given.ContainerStateAsync(container), await given.HeldAsync("mass_stock_lot"), await given.HeldAsync("mass_in_transit")));
        Assert.IsType<HandoverOutcome.NotFound>(await given.Handovers.ReceiveAsync(number, code, given.Sender, given.Point.Staff, default));
        Assert.IsType<HandoverOutcome.Done>(await given.Handovers.ReceiveAsync(number, code, given.Site.Organisation, given.AtSite, default));
        Assert.Equal(("Received", "Received", 40_000L), (await given.StateAsync(number), await given.ContainerStateAsync(container), await given.HeldAsync("mass_in_transit")));
        Assert.IsType<HandoverOutcome.WrongState>(await given.Handovers.ReceiveAsync(number, code, given.Site.Organisation, given.AtSite, default));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Handover_AfterFiveWrongTries_NeedsANewCode()
    {
        var prepared = await given.PreparedAsync(await given.SealedAsync());
        var wrong = prepared.Code == "000000" ? "000001" : "000000";
        for (var left = 4; left >= 0; left--)
        {
            Assert.Equal(left, Assert.IsType<HandoverOutcome.WrongCode>(await TypeAsync(prepared.Number, wrong)).Left);
        }

        Assert.Equal(0, Assert.IsType<HandoverOutcome.WrongCode>(await TypeAsync(prepared.Number, prepared.Code!)).Left);
        var fresh = await given.Handovers.NewCodeAsync(prepared.Number, HandoverStep.Despatch, given.Sender, given.Point.Staff, default);
        Assert.IsType<HandoverOutcome.Done>(await TypeAsync(prepared.Number, fresh!));
        Assert.Equal(0, await given.Point.AskAsync<long>("select count(*) from handover_codes where code_hash = convert_to('" + fresh + "', 'UTF8')"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Handover_ByTheCarrier_IsTypedOnItsPage()
    {
        var carrier = await given.CarrierAsync();
        var prepared = Assert.IsType<PrepareOutcome.Prepared>(await PrepareAsync(given.New(await given.SealedAsync()) with { Carrier = carrier }));
        var done = Assert.IsType<HandoverOutcome.Done>(await given.Handovers.DespatchAsync(prepared.Number, prepared.Code![..3] + " " + prepared.Code[3..], carrier, given.Point.Staff, default));
        Assert.IsType<HandoverOutcome.Done>(await given.Handovers.ReceiveAsync(prepared.Number, done.DeliveryCode!, carrier, given.Point.Staff, default));
        Assert.Null(await given.Handovers.NewCodeAsync(prepared.Number, HandoverStep.Delivery, carrier, given.Point.Staff, default));
    }

    [Fact]
    public async Task Despatch_TypedTwiceAtOnce_LeavesOnce()
    {
        var prepared = await given.PreparedAsync(await given.SealedAsync());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TypeAsync(prepared.Number, prepared.Code!)));
        Assert.Single(outcomes.OfType<HandoverOutcome.Done>());
        Assert.Equal(4, outcomes.OfType<HandoverOutcome.WrongState>().Count());
        Assert.Equal(40_000, await given.HeldAsync("mass_in_transit"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Despatch_ToASiteSuspendedMeanwhile_IsRefusedAndTheCodeStaysGood()
    {
        var prepared = await given.PreparedAsync(await given.SealedAsync());
        await given.SuspendAsync();
        Assert.Equal("6", Assert.IsType<HandoverOutcome.NotCertified>(await TypeAsync(prepared.Number, prepared.Code!)).Category);
        await given.Database.ExecuteAsOwnerAsync("update certifications set state = 'Valid'");
        Assert.IsType<HandoverOutcome.Done>(await TypeAsync(prepared.Number, prepared.Code!));
    }

    [Fact]
    public async Task Cancel_BeforeItLeaves_FreesTheContainers()
    {
        var container = await given.SealedAsync();
        var prepared = await given.PreparedAsync(container);
        Assert.Equal(EndOutcome.NotFound, await given.Consignments.CancelAsync(prepared.Number, given.Site.Organisation, "no", given.AtSite, default));
        Assert.Equal(EndOutcome.Done, await given.Consignments.CancelAsync(prepared.Number, given.Sender, "Көлік келмеді", given.Point.Staff, default));
        Assert.Equal(EndOutcome.WrongState, await given.Consignments.CancelAsync(prepared.Number, given.Sender, "again", given.Point.Staff, default));
        Assert.IsType<HandoverOutcome.WrongState>(await TypeAsync(prepared.Number, prepared.Code!));
        await given.ReceivedAsync(container);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Return_OfWhatWasNotWeighed_BringsTheGramsBack()
    {
        var container = await given.SealedAsync();
        var (number, _) = await given.DespatchedAsync(container);
        Assert.Equal(EndOutcome.Done, await given.Consignments.ReturnAsync(number, given.Sender, "Қабылданбады", given.Point.Staff, default));
        Assert.Equal(("Returned", "Sealed", 40_000L, 0L), (await given.StateAsync(number), await given.ContainerStateAsync(container), await given.HeldAsync("mass_stock_lot"), await given.HeldAsync("mass_in_transit")));
        await given.Database.AssertInvariantsAsync();
        var other = await given.SealedAsync();
        var again = await given.ReceivedAsync(container, other);
        await given.WeighAsync(other, 40_000);
        Assert.Equal(EndOutcome.WrongState, await given.Consignments.ReturnAsync(again, given.Sender, "too late", given.Point.Staff, default));
        await given.Database.AssertInvariantsAsync();
    }

    private Task<PrepareOutcome> PrepareAsync(NewConsignment request) => given.Consignments.PrepareAsync(request, given.Point.Place, given.Point.Staff, default);

    private Task<HandoverOutcome> TypeAsync(string number, string code) => given.Handovers.DespatchAsync(number, code, given.Sender, given.Point.Staff, default);
}
