using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.Tests.Support;
using static EwasteEpr.Tests.TakeBack.GivenPickups;

namespace EwasteEpr.Tests.TakeBack;

public sealed class PickupTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    private GivenPickups Given { get; set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Given = await new GivenPickups(database).ReadyAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task AList_FromOfficeToLot_KeepsEveryGramAndItsStream()
    {
        var number = await Given.ListAsync(Laptops(), Fridge);
        Assert.Equal(BookOutcome.Booked, await Given.BookAsync(number, 9));
        var container = await Given.ContainerAsync();
        var received = Assert.IsType<ReceiveOutcome.Received>(await Given.ReceiveAsync(number, container, 24.5m, 61m));
        Assert.Equal(Weight.FromKilograms(85.5m), received.Total);
        var lots = await database.Db.QueryAsync<LotRow>(
            "select l.category, l.stream, l.channel, a.balance from stock_lots l join ledger.accounts a using (account_id) where l.container_id = @container order by l.category", new { container }, CancellationToken.None);
        Assert.Equal([new LotRow("1", "Organisation", "Pickup", 61_000), new LotRow("2", "Organisation", "Pickup", 24_500)], lots);
        var details = (await Given.Queries.FindAsync(number, Given.School, CancellationToken.None))!;
        Assert.Equal((PickupState.Received, 85_500L, false), (details.Pickup.State, details.Pickup.Grams, details.IsDataDone));
        Assert.False(await Given.Receiving.RecordDataAsync(number, Given.Keeper, 2, "Ұсақталды", Given.AtPoint, CancellationToken.None)); // a fridge remembers nobody
        Assert.True(await Given.Receiving.RecordDataAsync(number, Given.Keeper, 1, "Ұсақталды, 6 мм", Given.AtPoint, CancellationToken.None));
        Assert.False(await Given.Receiving.RecordDataAsync(number, Given.Keeper, 1, "Again", Given.AtPoint, CancellationToken.None));
        Assert.True((await Given.Queries.FindAsync(number, Given.School, CancellationToken.None))!.IsDataDone);
        Assert.IsType<ReceiveOutcome.NotFound>(await Given.ReceiveAsync(number, container, 1, 1)); // once
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Receiving_IsWholeOrNothing()
    {
        var number = await Given.ListAsync(Laptops(2), Fridge);
        Assert.Equal(BookOutcome.Booked, await Given.BookAsync(number, 10));
        var small = await Given.ContainerAsync("5");
        var problem = Assert.IsType<ReceiveOutcome.Problem>(await Given.ReceiveAsync(number, small, 4m, 60m));
        Assert.Equal(ReceiveProblem.ContainerOtherCategory, problem.What);
        var full = await Given.ContainerAsync("mixed", capacityKg: 50);
        Assert.Equal(ReceiveProblem.ContainerFull, Assert.IsType<ReceiveOutcome.Problem>(await Given.ReceiveAsync(number, full, 4m, 60m)).What);
        Assert.Equal(0, await database.Db.QuerySingleAsync<long>("select count(*) from stock_lots where container_id = any (@ids)", new { ids = new[] { small, full } }, CancellationToken.None));
        var nothing = await Given.ReceiveAsync(number, full, 4m, 0m);
        Assert.IsType<ReceiveOutcome.Received>(nothing);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Booking_SaysWhyNot()
    {
        Assert.Equal(BookOutcome.NoAssets, await Given.BookAsync(await Given.ListAsync()));
        var number = await Given.ListAsync(new NewAsset("Бір нәрсе", null, null, null, 1, DataWish.None));
        Assert.Equal(BookOutcome.KindsMissing, await Given.BookAsync(number));
        Assert.True(await Given.Pickups.ChangeAsync(number, Given.School, 1, "0306", DataWish.Wipe, Given.AtSchool, CancellationToken.None));
        Assert.Equal(BookOutcome.DayOutOfReach, await Given.BookAsync(number, 1));
        Assert.Equal(BookOutcome.DayOutOfReach, await Given.BookAsync(number, 61));
        await Given.Points.ExceptAsync(Given.Point, (Today.AddDays(20), Today.AddDays(20)), hours: null);
        Assert.Equal(BookOutcome.DayClosed, await Given.BookAsync(number, 20));
        Assert.Equal(BookOutcome.NotFound, await Given.Pickups.BookAsync(number, Given.Keeper, Given.Booking(), Given.AtPoint, CancellationToken.None));
        Assert.Equal(BookOutcome.PointDoesNotTake, await Given.Pickups.BookAsync(number, Given.School, Given.Booking() with { PointSlug = "no-such" }, Given.AtSchool, CancellationToken.None));
        Assert.Equal(BookOutcome.Booked, await Given.BookAsync(number));
        Assert.Equal(BookOutcome.NotDraft, await Given.BookAsync(number));
        Assert.False(await Given.Pickups.AddAsync(number, Given.School, [Fridge], Given.AtSchool, CancellationToken.None));
        Assert.True(await Given.Pickups.CancelAsync(number, Given.School, Given.AtSchool, CancellationToken.None));
        Assert.False(await Given.Pickups.CancelAsync(number, Given.School, Given.AtSchool, CancellationToken.None));
    }

    [Fact]
    public async Task TheLastPlaceOfADay_IsGivenOnce()
    {
        var numbers = new List<string>();
        for (var i = 0; i < 9; i++)
        {
            numbers.Add(await Given.ListAsync(Laptops(1)));
        }

        var outcomes = await Task.WhenAll(numbers.Select(number => Given.BookAsync(number, 30)));
        Assert.Equal((PickupService.MostPerDay, 3), (outcomes.Count(outcome => outcome == BookOutcome.Booked), outcomes.Count(outcome => outcome == BookOutcome.DayFull)));
    }

    [Fact]
    public async Task AnothersList_IsNotFound()
    {
        var number = await Given.ListAsync(Laptops(1));
        Assert.Null(await Given.Queries.FindAsync(number, Given.Keeper, CancellationToken.None));
        Assert.Null(await Given.Queries.FindIncomingAsync(number, Given.Keeper, CancellationToken.None)); // not before it is booked
        Assert.False(await Given.Pickups.RemoveAsync(number, Given.Keeper, 1, Given.AtPoint, CancellationToken.None));
    }

    [Fact]
    public async Task AList_IsReadByItsWords()
    {
        var list = (await Given.Lists.ReadAsync("Наименование;Количество;Инв. №;Серийный №;Данные\nНоутбук HP ProBook 450 G5;12;000123;5CD1;уничтожить\nМонитор Dell 24;10;;;\nШкаф;1;;;\nПринтер;много;;;\n", "ru", CancellationToken.None))!;
        Assert.Equal([("0303", 12, DataWish.Destroy), ("0309", 10, DataWish.None), (null, 1, DataWish.None)], list.Assets.Select(asset => (asset.UnuKey, asset.Units, asset.Data)));
        Assert.Equal([new AssetProblem(5, "units", "много")], list.Problems);
        var bare = (await Given.Lists.ReadAsync("Тоңазытқыш Biryusa\t2\nТелефон Samsung\t5", "kk", CancellationToken.None))!;
        Assert.Equal(["0108", "0306"], bare.Assets.Select(asset => asset.UnuKey));
        Assert.Null(await Given.Lists.ReadAsync("", "kk", CancellationToken.None));
    }

    private sealed record LotRow(string Category, string Stream, string Channel, long Balance);
}

public sealed class PickupInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    private const string Free = "alter table pickup_assets disable trigger all; alter table stock_lots disable trigger all; ";

    [Theory]
    [InlineData("Each weighed asset is one transfer of its grams into its lot", "has 24501 g of category 2, its transfer moves 24500", Free + "update pickup_assets set grams = grams + 1 where grams = 24500")]
    [InlineData("Each weighing of an asset in the ledger is an asset", "is a weighing without an asset", Free + "update pickup_assets set grams = null, lot_id = null, transfer_id = null, basis = null, category = null, received_units = 0 where grams = 24500")]
    [InlineData("What an organisation handed in lies in lots of organisations", "lies in a lot of stream Household", "update stock_lots set stream = 'Household'")]
    [InlineData("A list is counted whole when it was received, and not before", "is Received and asset 2 was not counted", Free + "update pickup_assets set received_units = null where asset_no = 2")]
    [InlineData("No point has more lists on a day than it manages", "has 7 lists on", "insert into pickups (number, organisation_id, point_id, state, way, day, part, address, contact_name, contact_phone, owner_declared_at, created_by, booked_by, booked_at) select 'H-2026-9' || lpad(i::text, 4, '0'), organisation_id, point_id, 'Booked', way, day, part, address, contact_name, contact_phone, owner_declared_at, created_by, booked_by, booked_at from pickups cross join generate_series(1, 7) i where state = 'Received'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = await new GivenPickups(database).ReadyAsync();
        var number = await given.ListAsync(Laptops(), Fridge);
        Assert.Equal(BookOutcome.Booked, await given.BookAsync(number));
        Assert.IsType<ReceiveOutcome.Received>(await given.ReceiveAsync(number, await given.ContainerAsync(), 24.5m, 0m));
        await database.AssertInvariantsAsync();
        return database;
    }
}
