using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Collectors;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>A point with one collector who has one source; one database for each test.</summary>
internal sealed class GivenCollectors(TestDatabase database)
{
    private const string Rate = "update app.settings set value = '3' where key = 'collectors.mci_per_tonne'";

    public GivenPickups Given { get; } = new(database);

    public CollectorService Collectors => new(database.Db, Given.Points.People.Secrets);

    public CollectorLoads Loads => new(database.Db);

    public string Code { get; private set; } = "";

    public Guid Source { get; private set; }

    public Guid Container { get; private set; }

    public async Task<GivenCollectors> ReadyAsync(bool withTariff = true)
    {
        await Given.ReadyAsync();
        if (withTariff)
        {
            await database.ExecuteAsOwnerAsync(Rate);
        }

        Code = (await Collectors.RegisterAsync(Given.Keeper, New("+7 701 000 00 01"), Given.AtPoint, CancellationToken.None))!;
        Assert.True(await Collectors.AddSourceAsync(Code, Given.Keeper, SourceKind.Homes, "5-ші ықшам аудан", "Алматы, 5", Given.AtPoint, CancellationToken.None));
        Source = (await Collectors.FindAsync(Code, Given.Keeper, CancellationToken.None))!.Sources[0].SourceId;
        Container = await Given.ContainerAsync();
        return this;
    }

    public static NewCollector New(string phone) => new("Серік Жинаушы", phone, "750000000", Weight.FromKilograms(200), Weight.FromKilograms(300));

    public Task<LoadOutcome> TakeAsync(decimal kilograms, Guid? id = null, string category = "4a") =>
        Loads.TakeAsync(new NewLoad(id ?? Guid.CreateVersion7(), Code, Source, Given.Point, category, Weight.FromKilograms(kilograms), Container), Given.Keeper, Given.AtPoint, CancellationToken.None);
}

public sealed class CollectorTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    private GivenCollectors Given { get; set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Given = new GivenCollectors(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task ALoad_IsWeighedPaidAndLimited()
    {
        await Given.ReadyAsync();
        var id = Guid.CreateVersion7();
        var taken = Assert.IsType<LoadOutcome.Taken>(await Given.TakeAsync(120.5m, id));
        Assert.Equal(Money.FromTenge(1563.49m), taken.Due); // 0.1205 t x 3 x 4 325 = 1 563.4875
        Assert.Equal(taken, await Given.TakeAsync(120.5m, id)); // the same load again is the same load
        Assert.Equal((LoadProblem.DayLimit, Weight.FromKilograms(79.5m)), Refused(await Given.TakeAsync(79.501m)));
        Assert.IsType<LoadOutcome.Taken>(await Given.TakeAsync(79.5m));
        var collector = (await Given.Collectors.FindAsync(Given.Code, Given.Given.Keeper, CancellationToken.None))!;
        Assert.Equal((200_000L, 2, "+77010000001"), (collector.Collector.DayGrams, collector.Loads.Count, collector.Phone));
        Assert.Equal(collector.Loads.Sum(load => load.AmountTiyn), collector.Collector.DueTiyn);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(40)); // another month: the day's limit is the nearer one again
        Assert.IsType<LoadOutcome.Taken>(await Given.TakeAsync(200m));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task WithoutATariff_TheMassCountsAndNothingIsOwed()
    {
        await Given.ReadyAsync(withTariff: false);
        Assert.Null(Assert.IsType<LoadOutcome.Taken>(await Given.TakeAsync(10m)).Due);
        Assert.Equal(0, await database.Db.QuerySingleAsync<long>("select count(*) from ledger.transfers where kind = 'collector_earned'", null, CancellationToken.None));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoLoadsAtOnce_NeverFitUnderOneLimitTogether()
    {
        await Given.ReadyAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Given.TakeAsync(90m)));
        Assert.Equal((2, 3), (outcomes.OfType<LoadOutcome.Taken>().Count(), outcomes.OfType<LoadOutcome.Refused>().Count()));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task APhone_IsRegisteredOnce_AndAStoppedCollectorBringsNothing()
    {
        await Given.ReadyAsync();
        Assert.Null(await Given.Collectors.RegisterAsync(Given.Given.School, GivenCollectors.New("8 (701) 000-00-01"), Given.Given.AtSchool, CancellationToken.None));
        Assert.False(await Given.Collectors.SetStateAsync(Given.Code, Given.Given.School, CollectorState.Suspended, "x", Given.Given.AtSchool, CancellationToken.None));
        Assert.True(await Given.Collectors.SetStateAsync(Given.Code, null, CollectorState.Suspended, "Тексеру", Given.Given.AtPoint, CancellationToken.None));
        Assert.Equal(LoadProblem.NotActive, Refused(await Given.TakeAsync(10m)).Why);
        Assert.Null(await Given.Collectors.FindAsync(Given.Code, Given.Given.School, CancellationToken.None));
        Assert.DoesNotContain("7010000001", await database.Db.QuerySingleAsync<string>("select string_agg(c::text, ' ') from collectors c", null, CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Each collector's load is one transfer of its grams into a lot of collectors", "its transfer moves 120500", "update collector_loads set grams = grams + 1")]
    [InlineData("Each collector's load earns what its terms say, once", "says 156350", "update collector_loads set amount_tiyn = 156350")]
    [InlineData("No collector brought more in a day than the limit", "brought 120500 g on", "update collectors set day_limit_grams = 100000")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        await Given.ReadyAsync();
        Assert.IsType<LoadOutcome.Taken>(await Given.TakeAsync(120.5m));
        await database.AssertInvariantsAsync();
        await database.ExecuteAsOwnerAsync("alter table collector_loads disable trigger all; " + sabotage);
        var finding = (await new Verifier(database.Db).RunAsync(CancellationToken.None)).Single(finding => finding.Invariant == invariant);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static (LoadProblem Why, Weight Left) Refused(LoadOutcome outcome) => Assert.IsType<LoadOutcome.Refused>(outcome) is var refused ? (refused.Why, refused.Left) : default;
}
