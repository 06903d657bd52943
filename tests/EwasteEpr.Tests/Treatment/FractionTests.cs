using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Treatment.Fractions;

namespace EwasteEpr.Tests.Treatment;

public sealed class FractionTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenTreatment given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = new GivenTreatment(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Confirm_MovesMassOnlyThen_AndOnce()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        var token = await given.ShippedAsync(site, number, "ferrous", 700);
        Assert.Equal((0, 900), (await given.HeldAsync("mass_recycled"), await given.HeldAsync("mass_fraction")));

        var words = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => given.ConfirmAsync(token, 700)));
        Assert.Single(words, ConfirmOutcome.Confirmed);
        Assert.Equal(7, words.Count(word => word == ConfirmOutcome.Already));
        Assert.Equal((700, 200), (await given.HeldAsync("mass_recycled"), await given.HeldAsync("mass_fraction")));
        Assert.Equal("Confirmed", (await given.DetailsAsync(site, number)).Outputs[0].State);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Confirm_LessThanSent_NeedsAReason_AndTheRestIsStockAgain()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        var token = await given.ShippedAsync(site, number, "plastic", 200);
        Assert.Equal(ConfirmOutcome.NoReason, await given.ConfirmAsync(token, 180));
        Assert.Equal(ConfirmOutcome.MoreThanSent, await given.ConfirmAsync(token, 201));
        Assert.Equal(ConfirmOutcome.DayOutOfReach, await given.ConfirmAsync(token, 200, day: GivenTreatment.Today.AddDays(1)));
        Assert.Equal(ConfirmOutcome.NotFound, await given.ConfirmAsync("00000000000000000000", 200));
        Assert.Equal(ConfirmOutcome.Confirmed, await given.ConfirmAsync(token, 180, "20 г ылғал"));
        var plastic = (await given.DetailsAsync(site, number)).Outputs[1];
        Assert.Equal(("InStock", 180, 0, 20), (plastic.State, plastic.ConfirmedGrams, plastic.ShippedGrams, plastic.LeftGrams));
        Assert.Equal(ConfirmOutcome.Confirmed, await given.ConfirmAsync(await given.ShippedAsync(site, number, "plastic", 20), 20));
        Assert.Equal("Confirmed", (await given.DetailsAsync(site, number)).Outputs[1].State);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoLoads_OfSixtyPercentOfAnOutput_OneLeaves()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        var output = (await given.DetailsAsync(site, number)).Outputs[0];
        var loads = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => given.Shipping.ShipAsync(
            new NewShipment(output.OutputId, Weight.FromGrams(420), "Завод", "KZ", null, null, null), site.Organisation, GivenTreatment.Actor(site), default)));
        Assert.Single(loads.OfType<ShipOutcome.Shipped>());
        Assert.Equal(new ShipOutcome.Refused(ShipProblem.NotEnough, Weight.FromGrams(280)), Assert.Single(loads.OfType<ShipOutcome.Refused>()));
        await database.AssertInvariantsAsync();
    }

    [Theory]
    [InlineData("KR", null, null, ShipProblem.PapersMissing)]
    [InlineData("KR", "A1180", null, ShipProblem.PapersMissing)]
    [InlineData("XX", null, null, ShipProblem.UnknownCountry)]
    [InlineData("KR", "A1180", "KZ-2026-0007", null)]
    [InlineData("KR", "b1010", null, null)]
    public async Task Ship_Abroad_NeedsItsPapers(string country, string? code, string? notification, ShipProblem? why)
    {
        var site = await given.Sites.CertifiedAsync();
        var output = (await given.DetailsAsync(site, await given.ClosedAsync(site))).Outputs[0];
        var outcome = await given.Shipping.ShipAsync(new NewShipment(output.OutputId, Weight.FromGrams(100), "Buyer", country, notification, code, null), site.Organisation, GivenTreatment.Actor(site), default);
        Assert.Equal(why, (outcome as ShipOutcome.Refused)?.Why);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Cancel_ALoad_EndsItsAddress()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        var token = await given.ShippedAsync(site, number, "ferrous", 700);
        var shipment = (await given.Confirmation.FindAsync(token, default))!;
        Assert.Equal((700, "ТОО «Завод»", number), (shipment.Grams, shipment.BuyerName, shipment.Batch));
        Assert.True(await given.Shipping.CancelAsync(shipment.Number, site.Organisation, GivenTreatment.Actor(site), default));
        Assert.False(await given.Shipping.CancelAsync(shipment.Number, site.Organisation, GivenTreatment.Actor(site), default));
        Assert.Null(await given.Confirmation.FindAsync(token, default));
        Assert.Equal(ConfirmOutcome.NotFound, await given.ConfirmAsync(token, 700));
        await database.AssertInvariantsAsync();
    }
}
