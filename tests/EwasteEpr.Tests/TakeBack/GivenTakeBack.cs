using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.PublicRegister.Passport;
using EwasteEpr.Tests.Support;
using EwasteEpr.Tests.Vouchers;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>Citizens, a counter and its containers in the field's words, over a database of its own.</summary>
internal sealed class GivenTakeBack : IAsyncLifetime
{
    public const string Phone = "0306";
    public const string Fridge = "0108";
    public const string GoodImei = "490154203237518";
    private static int labels;

    public TestDatabase Database { get; } = new();

    public Db Db => Database.Db;

    public GivenPoints Places { get; private set; } = null!;

    public GivenCampaigns Campaigns { get; private set; } = null!;

    public Secrets Secrets => Campaigns.Secrets;

    public VoucherSecrets Givers => Campaigns.VoucherSecrets;

    public SentTexts Texts { get; } = new();

    public DropOffService DropOffs => new(Db, Secrets, Givers);

    public DropOffQueries Visits => new(Db, Secrets, Givers);

    public SerialChecks Serials => new(Secrets);

    public IntakeService Intakes => new(Db, new ItemIntake(Serials, Givers), Campaigns.Issuing);

    public IntakeUndo Undo => new(Db);

    public ContainerService Containers => new(Db);

    public PassportService Passports => new(Db, Secrets);

    public DataSlips Slips => new(Db);

    public PhoneHolds Phones => new(Db, Secrets, Givers, new TextMessages(Db, Secrets, Texts, keepText: true));

    public PointEventService Events => new(Db, new PointEventEffects(DropOffs, Visits, Intakes));

    public OfflineReleases Releases => new(Db);

    public Workplace Place { get; private set; } = null!;

    /// <summary>A counter of the same point at which nobody has weighed with a verified scale.</summary>
    public Workplace Other { get; private set; } = null!;

    public Actor Staff => new(Place.Person.Value, Place.Organisation.Value, null, "point_staff", "request-1", null);

    public static Actor Anybody { get; } = new(null, null, null, "anonymous", "request-1", null);

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        Places = new GivenPoints(Database);
        Campaigns = new GivenCampaigns(Database);
        var (holder, owner) = await Places.HolderAsync();
        var (point, _) = await Places.PointAsync(holder, "categories = array['1', '5', '6']");
        await Places.OpenAllWeekAsync(point);
        await Database.ExecuteAsOwnerAsync($"update memberships set roles = array['owner', 'point_staff'] where person_id = '{owner}'");
        Place = new Workplace(holder, point, owner, null, null, "20-1187", new DateOnly(2090, 1, 1));
        var (second, _) = await Places.PointAsync(holder, "categories = array['1', '5', '6']");
        Other = Place with { Point = second };
    }

    public Task DisposeAsync() => Database.DisposeAsync();

    public static NewDropOff Announcement(PointId point, string owner, params string[] keys) => new(
        DropOffOrigin.Web, "kk", point, [.. keys.Select(key => new NewItem(key, HeldCondition.Unknown, key == Phone ? DataChoice.Wiped : DataChoice.None, false))], owner, IsOwner: true);

    public async Task<AnnounceOutcome.Announced> AnnouncedAsync(string owner = "a browser", params string[] keys) =>
        Assert.IsType<AnnounceOutcome.Announced>(await DropOffs.AnnounceAsync(Announcement(Place.Point, owner, keys.Length == 0 ? [Phone] : keys), Anybody, default));

    public async Task<Guid> ContainerAsync(string category = "6", ContainerKind kind = ContainerKind.Box, bool reuse = false, Weight? capacity = null)
    {
        var number = await Containers.OpenAsync(new NewContainer(kind, category, reuse, Weight.FromGrams(1_200), capacity), Place, Staff, default);
        return await Db.QuerySingleAsync<Guid>("select container_id from containers where number = @number", new { number }, default);
    }

    public static AcceptedItem Taken(Guid item, Guid container, string key = Phone, long? grams = 186, string? serial = null) => new(
        item, key, ItemCondition.Working, grams is { } weighed ? Weight.FromGrams(weighed) : null, null, serial, $"T{Interlocked.Increment(ref labels):000000}", null, DataChoice.Wiped, [], false, container);

    public async Task<IReadOnlyList<DropOffItemRow>> ItemsAsync(string code) => (await Visits.ByCodeAsync(code, default))!.Items;

    public async Task<DecideOutcome> AcceptAsync(AnnounceOutcome.Announced visit, Guid container, string? serial = null, Guid? intake = null)
    {
        var items = await ItemsAsync(visit.Code);
        return await Intakes.DecideAsync(new DecideVisit(intake ?? Guid.CreateVersion7(), visit.DropOffId, [.. items.Where(item => item.State == "Announced").Select(item => Taken(item.ItemId, container, item.UnuKey, serial: serial))], []), Place, Staff, default);
    }

    public Task<long> StockAsync(string category = "6") =>
        Db.QuerySingleAsync<long>("select coalesce(sum(balance), 0)::bigint from ledger.accounts where purpose = 'mass_stock_lot' and unit = 'mass:' || @category", new { category }, default);

    public Task<T> AskAsync<T>(string sql) => Db.QuerySingleAsync<T>(sql, null, default);

    /// <summary>What a gateway would have sent.</summary>
    internal sealed class SentTexts : ITextGateway
    {
        public List<string> Bodies { get; } = [];

        public Task DeliverAsync(string phone, string body, CancellationToken ct)
        {
            Bodies.Add(body);
            return Task.CompletedTask;
        }
    }
}
