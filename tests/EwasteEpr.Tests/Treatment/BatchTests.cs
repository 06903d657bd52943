using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;
using EwasteEpr.Treatment.Batches;

namespace EwasteEpr.Tests.Treatment;

public sealed class BatchTests : IAsyncLifetime
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
    public async Task Charge_OfOldest_TakesFirstInFirst_AndClosingTellsEveryGram()
    {
        var site = await given.Sites.CertifiedAsync();
        var young = await given.Sites.StockAsync(site, new StockGiven(600, Day: new DateOnly(2026, 5, 1)));
        var old = await given.Sites.StockAsync(site, new StockGiven(500, Day: new DateOnly(2026, 2, 1)));
        var number = await given.ChargedAsync(site, 800);
        var inputs = (await given.DetailsAsync(site, number)).Inputs;
        Assert.Equal([(old, 500L), (young, 300L)], inputs.Select(input => (input.SiteLotId, input.Grams)));
        Assert.Equal(800, await given.HeldAsync("mass_in_batch"));

        await given.SaveAsync(site, number, 20, GivenTreatment.Metal(500), GivenTreatment.Reuse(170), GivenTreatment.Plastic(100));
        Assert.Equal(10, Assert.IsType<CloseOutcome.DoesNotAddUp>(await given.CloseAsync(site, number)).Missing.Grams);
        Assert.DoesNotContain("BatchDifference", Assert.IsType<CloseOutcome.Closed>(await given.CloseAsync(site, number, 10)).Discrepancies);

        Assert.Equal((0, 170, 600, 20, 10, 300), (await given.HeldAsync("mass_in_batch"), await given.HeldAsync("mass_reused"), await given.HeldAsync("mass_fraction"),
            await given.HeldAsync("mass_process_loss"), await given.HeldAsync("mass_measurement_difference"), await given.HeldAsync("mass_site_lot")));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Close_WhenMoreCameOutThanWentIn_PostsANegativeDifference()
    {
        var site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000));
        var number = await given.ChargedAsync(site, 1_000);
        await given.SaveAsync(site, number, 0, GivenTreatment.Metal(1_005));
        Assert.IsType<CloseOutcome.Closed>(await given.CloseAsync(site, number, -5));
        Assert.Equal(-5, await given.HeldAsync("mass_measurement_difference"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Close_WhenTheDifferenceIsAboveTwoPercent_NeedsANoteAndBecomesADiscrepancy()
    {
        var site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000));
        var number = await given.ChargedAsync(site, 1_000);
        await given.SaveAsync(site, number, 0, GivenTreatment.Metal(979));
        Assert.Equal(20, Assert.IsType<CloseOutcome.NeedsNote>(await given.CloseAsync(site, number, 21)).Limit.Grams);
        Assert.Equal(["BatchDifference", "SiteQuarterDifference"], Assert.IsType<CloseOutcome.Closed>(await given.CloseAsync(site, number, 21, "Таразы жөнделді")).Discrepancies);
        Assert.Equal(2, (await given.Queries.DiscrepanciesAsync(site.Organisation, null, default)).Count);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Charge_MoreThanTheStock_IsRefusedWithWhatIsLeft()
    {
        var site = await given.Sites.CertifiedAsync();
        var lot = await given.Sites.StockAsync(site, new StockGiven(400));
        var number = await given.OpenAsync(site);
        var refused = Assert.IsType<ChargeOutcome.MoreThanStock>(await given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfOldest(Weight.FromGrams(401)), GivenTreatment.Actor(site), default));
        Assert.Equal(400, refused.Left.Grams);
        Assert.Equal(400, Assert.IsType<ChargeOutcome.MoreThanStock>(
            await given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfLots(new LotShare(lot, Weight.FromGrams(401))), GivenTreatment.Actor(site), default)).Left.Grams);
        Assert.IsType<ChargeOutcome.Charged>(await given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfLots(new LotShare(lot, null)), GivenTreatment.Actor(site), default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Charge_MoreThanTheCapacity_IsRefusedWithWhatIsLeft()
    {
        var site = await given.Sites.CertifiedAsync(annualGrams: 100_000);
        await given.Sites.StockAsync(site, new StockGiven(90_000));
        var left = await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default);
        var number = await given.OpenAsync(site);
        var refused = Assert.IsType<ChargeOutcome.MoreThanCapacity>(await given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfOldest(Weight.FromGrams(left + 1)), GivenTreatment.Actor(site), default));
        Assert.Equal(left, refused.Left.Grams);
        Assert.Equal(90_000, await given.HeldAsync("mass_site_lot"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoCharges_OfSixtyPercentOfOneLot_OneWins()
    {
        var site = await given.Sites.CertifiedAsync();
        var lot = await given.Sites.StockAsync(site, new StockGiven(1_000));
        var batches = new[] { await given.OpenAsync(site), await given.OpenAsync(site) };
        var outcomes = await Task.WhenAll(batches.Select(number => given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfLots(new LotShare(lot, Weight.FromGrams(600))), GivenTreatment.Actor(site), default)));
        Assert.Single(outcomes.OfType<ChargeOutcome.Charged>());
        Assert.Equal(400, Assert.Single(outcomes.OfType<ChargeOutcome.MoreThanStock>()).Left.Grams);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoCharges_OfSixtyPercentOfTheCapacity_OneWins()
    {
        var site = await given.Sites.CertifiedAsync(annualGrams: 1_000_000);
        await given.Sites.StockAsync(site, new StockGiven(5_000_000));
        var left = await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default);
        var batches = new[] { await given.OpenAsync(site), await given.OpenAsync(site) };
        var outcomes = await Task.WhenAll(batches.Select(number => given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfOldest(Weight.FromGrams(left * 6 / 10)), GivenTreatment.Actor(site), default)));
        Assert.Single(outcomes.OfType<ChargeOutcome.Charged>());
        Assert.Single(outcomes.OfType<ChargeOutcome.MoreThanCapacity>());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Suspended_IsRefusedAtOnce_ToOpenChargeAndClose()
    {
        var site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000));
        var number = await given.ChargedAsync(site, 500);
        await given.SaveAsync(site, number, 0, GivenTreatment.Metal(500));
        await database.ExecuteAsOwnerAsync($"update certifications set state = 'Suspended', state_reason = 'test' where certification_id = '{site.Certification}'");

        Assert.IsType<ChargeOutcome.NotCertified>(await given.Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfOldest(Weight.FromGrams(1)), GivenTreatment.Actor(site), default));
        Assert.IsType<CloseOutcome.NotCertified>(await given.CloseAsync(site, number));
        Assert.Equal(
            new OpenOutcome.Refused(OpenProblem.NotCertified), await given.Batches.OpenAsync(new NewBatch(site.Organisation, await given.SiteNumberAsync(site), "6", null, null), GivenTreatment.Actor(site), default));
        Assert.Null(await given.Batches.CancelAsync(number, site.Organisation, GivenTreatment.Actor(site), default)); // back into stock is always possible
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Outputs_WhoseOperationIsForbidden_AreRefusedWithTheAct()
    {
        var site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000));
        var number = await given.ChargedAsync(site, 1_000);
        OutputDraft[] rows =
        [
            new("residue", "20 01 36", "D1", Weight.FromGrams(10), "Полигон", "KZ", false),
            new("discharge-lamps", "20 01 21", "R1", Weight.FromGrams(10), "Завод", "KZ", false),
            new("batteries-li-ion", "16 06 05", "D5", Weight.FromGrams(10), "Полигон", "KZ", false),
            new("ferrous", "16 02 16", "R12", Weight.FromGrams(10), "Завод", "KZ", false),
            new("ferrous", "16 02 16", "Reuse", Weight.FromGrams(10), "Завод", "KZ", false),
            new("plastic", "16 02 16", "R3", Weight.FromGrams(10), null, null, true),
            new("ferrous", "16 02 16", "R4", Weight.FromGrams(10), null, null, true),
        ];
        var refused = Assert.IsType<SaveOutputsOutcome.Refused>(await given.Outputs.SaveAsync(number, site.Organisation, new OutputsDraft(rows, Weight.Zero, null), GivenTreatment.Actor(site), default));
        Assert.Equal(
            [(0, OutputProblem.Forbidden), (1, OutputProblem.Forbidden), (2, OutputProblem.Forbidden), (3, OutputProblem.NotTheLastStep), (4, OutputProblem.ReuseOfWhatIsNone), (5, OutputProblem.NotCertifiedHere)],
            refused.Rows.Select(row => (row.Row, row.What)));
        Assert.All(refused.Rows.Take(3), row => Assert.NotEmpty(row.Act!.ActKk));
        // The wall behind the sentence.
        var wall = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.Db.ExecuteAsync(
            "insert into batch_outputs (batch_id, output_no, kind, fraction, waste_code, operation, result, grams) select batch_id, 1, 'Fraction', 'residue', '20 01 36', 'D1', 'Disposed', 5 from batches", null, default));
        Assert.Equal("output_operation_is_allowed", wall.ConstraintName);
    }

    [Fact]
    public async Task Cancel_AndTakingOut_GiveGramsAndCapacityBack()
    {
        var site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000));
        await given.Sites.StockAsync(site, new StockGiven(500));
        var before = await CapacityAsync(site);
        var number = await given.ChargedAsync(site, 1_300);
        var input = (await given.DetailsAsync(site, number)).Inputs[0];
        Assert.True(await given.Charging.TakeOutAsync(number, site.Organisation, input.BatchInputId, GivenTreatment.Actor(site), default));
        Assert.False(await given.Charging.TakeOutAsync(number, site.Organisation, input.BatchInputId, GivenTreatment.Actor(site), default));
        Assert.Equal(before - 1_300 + input.Grams, await CapacityAsync(site));
        await database.AssertInvariantsAsync();
        Assert.Null(await given.Batches.CancelAsync(number, site.Organisation, GivenTreatment.Actor(site), default));
        Assert.Equal(EndProblem.WrongState, await given.Batches.CancelAsync(number, site.Organisation, GivenTreatment.Actor(site), default));
        Assert.Equal((before, 1_500), (await CapacityAsync(site), await given.HeldAsync("mass_site_lot")));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Correct_MakesANewVersion_AndTheOldStaysReadable()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        Assert.Equal(new CorrectOutcome.Refused(EndProblem.NoReason), await given.Correcting.CorrectAsync(number, site.Organisation, " ", GivenTreatment.Actor(site), default));
        var next = Assert.IsType<CorrectOutcome.Corrected>(await given.Correcting.CorrectAsync(number, site.Organisation, "Пластик қайта өлшенді", GivenTreatment.Actor(site), default)).Number;
        await database.AssertInvariantsAsync();

        var old = await given.DetailsAsync(site, number);
        Assert.Equal(("Corrected", next, 3, 1), (old.Batch.State, old.Batch.CorrectedBy, old.Outputs.Count, old.Inputs.Count));
        Assert.Equal((0, 0, 1_000), (await given.HeldAsync("mass_reused"), await given.HeldAsync("mass_fraction"), await given.HeldAsync("mass_in_batch")));
        var made = await given.DetailsAsync(site, next);
        Assert.Equal((2, number, 1_000, 3), ((int)made.Batch.Version, made.Batch.Corrects, made.Batch.InputGrams, made.Outputs.Count));
        await given.SaveAsync(site, next, 40, GivenTreatment.Metal(700), GivenTreatment.Plastic(205), GivenTreatment.Reuse(50));
        Assert.IsType<CloseOutcome.Closed>(await given.CloseAsync(site, next, 5));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Correct_WhenHeldOrShipped_IsRefused()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        await given.ShippedAsync(site, number, "ferrous", 100);
        Assert.Equal(new CorrectOutcome.Refused(EndProblem.Shipped), await given.Correcting.CorrectAsync(number, site.Organisation, "x", GivenTreatment.Actor(site), default));
        await database.ExecuteAsOwnerAsync("create or replace function batch_is_held(p_batch_id uuid) returns boolean language sql stable as 'select true'");
        Assert.Equal(new CorrectOutcome.Refused(EndProblem.Held), await given.Correcting.CorrectAsync(number, site.Organisation, "x", GivenTreatment.Actor(site), default));
    }

    [Fact]
    public async Task AnothersBatch_IsNotThere()
    {
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        var (stranger, _, owner) = await given.Sites.People.OrganisationAsync(1);
        var actor = EwasteEpr.Tests.Organisations.GivenPeople.Acting(owner, stranger);
        Assert.Null(await given.Queries.FindAsync(number, stranger, default));
        Assert.IsType<ChargeOutcome.NotFound>(await given.Charging.ChargeAsync(number, stranger, ChargeRequest.OfOldest(Weight.FromGrams(1)), actor, default));
        Assert.IsType<SaveOutputsOutcome.NotFound>(await given.Outputs.SaveAsync(number, stranger, new OutputsDraft([], Weight.Zero, null), actor, default));
        Assert.IsType<CloseOutcome.NotFound>(await given.Closing.CloseAsync(number, stranger, new CloseBatch(Weight.Zero, null, null), actor, default));
        Assert.Equal(new CorrectOutcome.Refused(EndProblem.NotFound), await given.Correcting.CorrectAsync(number, stranger, "x", actor, default));
        Assert.Equal(EndProblem.NotFound, await given.Batches.CancelAsync(number, stranger, actor, default));
        Assert.Equal(new OpenOutcome.Refused(OpenProblem.NotFound), await given.Batches.OpenAsync(new NewBatch(stranger, await given.SiteNumberAsync(site), "6", null, null), actor, default));
    }

    private Task<long> CapacityAsync(CertifiedSite site) => database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default);
}
