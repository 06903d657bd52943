using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Treatment;

/// <summary>Each rule is broken as a superuser would, and the check that holds it names the row.</summary>
public sealed class TreatmentInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Each closed batch gives exactly what it took", "took 1000 g", "alter table batches drop constraint batch_closed_adds_up; update batches set loss_grams = loss_grams + 1 where state = 'Closed'")]
    [InlineData("The account of a batch holds its input", "its account holds 7 g", "update ledger.accounts set balance = 7 where purpose = 'mass_in_batch'")]
    [InlineData("Each input of a batch is one transfer", "is not what its transfer moves", "alter table ledger.transfers disable trigger all; update ledger.transfers set amount = 999 where kind = 'batch_charged'")]
    [InlineData("Each input of a batch is one transfer", "is not what its transfer moves", "update trace_links set ended_at = app.now() where from_type = 'site_lot'")]
    [InlineData("Each output of a closed batch is one transfer", "output 1 of batch", "update trace_links set grams = grams - 1 where from_type = 'batch' and grams = 700")]
    [InlineData("Each output of a closed batch is one transfer", "output 2 of batch", "update ledger.accounts set balance = balance + 1 where purpose = 'mass_fraction' and balance = 200")]
    [InlineData("Each output knows what of it is on the road", "says 0 g shipped and 690 g confirmed", "update batch_outputs set confirmed_grams = 690 where confirmed_grams = 600")]
    [InlineData("Each word of a buyer is one transfer", "was confirmed with 600 g", "alter table ledger.transfers disable trigger all; update ledger.transfers set amount = 599 where kind = 'fraction_confirmed'")]
    [InlineData("No lot gave more to batches than it received", "received 999 g", "update site_lots set received_grams = 999")]
    [InlineData("What is in batches is what their sites' capacity was taken for", "1000 g in batches, 1 g", "alter table capacity_uses disable trigger all; update capacity_uses set grams = 1")]
    [InlineData("No output goes where an act forbids it", "goes to D1", "alter table batch_outputs disable trigger output_operation_is_allowed; update batch_outputs set operation = 'D1', waste_code = '20 01 36' where output_no = 1")]
    [InlineData("A corrected batch has a new version", "has no new version", "update batches set state = 'Corrected' where state = 'Closed'")]
    [InlineData("Each difference above the limit is a discrepancy", "no discrepancy says so", "alter table batches drop constraint batch_closed_adds_up; update batches set difference_grams = 60 where state = 'Closed'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = new GivenTreatment(database);
        var site = await given.Sites.CertifiedAsync();
        var number = await given.ClosedAsync(site);
        Assert.Equal(EwasteEpr.Treatment.Fractions.ConfirmOutcome.Confirmed, await given.ConfirmAsync(await given.ShippedAsync(site, number, "ferrous", 600), 600));
        await database.AssertInvariantsAsync();
        return database;
    }
}
