using EwasteEpr.Kernel;
using EwasteEpr.TakeBack;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>A check must be able to fail: each test breaks one rule as a superuser would and sees that invariant object.</summary>
public sealed class TakeBackInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("The mass of each category adds up to 0", "update ledger.accounts set balance = balance + 1 where purpose = 'mass_stock_lot' and unit = 'mass:6'")]
    [InlineData("Each accepted thing is one transfer", "update intake_items set grams = grams + 1 where undone_at is null")]
    [InlineData("Each accepted thing is one transfer", "update intake_items set undone_at = app.now() where undone_at is null")]
    [InlineData("Each acceptance in the ledger is a thing", "delete from trace_links; delete from appliance_serials; delete from intake_items")]
    [InlineData("Each lot holds its things and adjustments", "delete from ledger.transfers where kind = 'intake_accepted'")]
    [InlineData("Each lot holds its things and adjustments", "delete from ledger.transfers where kind = 'reversal'")]
    [InlineData("Each item is announced, accepted once or refused once", "update drop_off_items set state = 'Refused'")]
    [InlineData("Each accepted gram is linked to its lot", "update trace_links set grams = grams - 1")]
    [InlineData("Each intake's voucher is its own", "update vouchers set state = 'Issued' where state = 'Cancelled'")]
    [InlineData("Each record of a device has one effect", "update point_events set outcome = 'Waiting', result_id = null where kind = 'Accept'")]
    [InlineData("Each record of a device has one effect", "delete from containers where number = 'C-0003'")]
    [InlineData("Each record of a device is what the device wrote", "update point_events set body = jsonb_set(body, '{Text}', '\"{}\"')")]
    [InlineData("No voucher of a record made without network", "update vouchers set state = 'Pending', held_from = null, held_at = null where state = 'Held'")]
    [InlineData("Nothing went into a sealed container", "update containers set state = 'Sealed', sealed_at = app.now() - interval '1 hour', seal_no = number, gross_grams = 1300, tare_grams = 1200, net_grams = 100, net_basis = 'Weighed'")]
    public async Task BrokenByHand_IsFound(string invariant, string sql)
    {
        var found = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.NotNull(found.FirstBroken);
    }

    [Fact]
    public void All_HaveANameOfTheirOwn() => Assert.Equal(TakeBackInvariants.All.Count, TakeBackInvariants.All.Select(one => one.Name).Distinct(StringComparer.Ordinal).Count());

    /// <summary>One thing accepted, one accepted and undone, and a tablet's container with one thing in it.</summary>
    private static async Task<TestDatabase> SetAsync()
    {
        var given = new GivenTakeBack();
        await given.InitializeAsync();
        await given.Campaigns.OpenAsync(1_000_000);
        var container = await given.ContainerAsync();
        await given.ContainerAsync("1");
        await given.AcceptAsync(await given.AnnouncedAsync("one"), container, GivenTakeBack.GoodImei);
        var undone = Assert.IsType<DecideOutcome.Decided>(await given.AcceptAsync(await given.AnnouncedAsync("two"), container));
        await given.Undo.UndoAsync(undone.IntakeId!.Value, given.Place, given.Staff, default);
        var device = new OfflineDevice(
            await given.Db.QuerySingleAsync<Guid>(
                "insert into devices (organisation_id, name, token_hash, paired_at, created_by) values (@organisation, 'Tablet', @hash, app.now(), @person) returning device_id",
                new { organisation = given.Place.Organisation, hash = new byte[] { 1 }, person = given.Place.Person }, default),
            given.Place.Organisation);
        var opened = new PointEvent(Guid.CreateVersion7(), 1, null, PointEventKind.Container, given.Place.Person.Value, "2026-11-20T14:31:00Z", "{\"kind\":\"Box\",\"category\":\"6\",\"tare_grams\":1200}");
        var visit = await given.AnnouncedAsync("three");
        var body = $"{{\"code\":\"{visit.Code}\",\"items\":[{{\"unu_key\":\"0306\",\"condition\":\"Working\",\"gross_grams\":180,\"data_choice\":\"Wiped\",\"container\":\"{opened.Id:D}\"}}]}}";
        var accepted = new PointEvent(Guid.CreateVersion7(), 2, opened.Hash, PointEventKind.Accept, given.Place.Person.Value, "2026-11-20T14:32:00Z", body);
        var answers = await given.Events.TakeAsync(new PointBatch(given.Place.Point, null, null, [opened, accepted]), device, Actor.System("test"), default);
        Assert.All(answers!, answer => Assert.Equal("Applied", answer.Outcome));
        await given.Database.AssertInvariantsAsync();
        return given.Database;
    }
}
