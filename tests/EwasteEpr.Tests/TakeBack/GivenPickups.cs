using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>A school that hands in and a point that takes over, each once per database.</summary>
internal sealed class GivenPickups(TestDatabase database)
{
    private readonly GuideService guide = new(database.Db);

    public GivenPoints Points { get; } = new(database);

    public PickupService Pickups { get; } = new(database.Db, new(database.Db));

    public PickupQueries Queries { get; } = new(database.Db);

    public PickupReceiving Receiving { get; } = new(database.Db);

    public AssetTable Lists => new(guide);

    public OrganisationId School { get; private set; }

    public PersonId Teacher { get; private set; }

    public OrganisationId Keeper { get; private set; }

    public PersonId Staff { get; private set; }

    public PointId Point { get; private set; }

    public string PointSlug { get; private set; } = "";

    public Actor AtSchool => GivenPeople.Acting(Teacher, School);

    public Actor AtPoint => GivenPeople.Acting(Staff, Keeper);

    public static DateOnly Today => BusinessTime.Today(TimeProvider.System);

    public async Task<GivenPickups> ReadyAsync()
    {
        var (school, _, teacher) = await Points.People.OrganisationAsync(0);
        var (keeper, staff) = await Points.HolderAsync(1);
        (School, Teacher, Keeper, Staff) = (school, teacher, keeper, staff);
        (Point, PointSlug) = await Points.PointAsync(keeper, "takes_organisations = true, categories = array['1', '2', '3', '4a', '4b', '5', '6']");
        await Points.OpenAllWeekAsync(Point, 540, 1080);
        return this;
    }

    public async Task<string> ListAsync(params NewAsset[] assets)
    {
        var number = await Pickups.CreateAsync(School, AtSchool, CancellationToken.None);
        if (assets.Length > 0)
        {
            Assert.True(await Pickups.AddAsync(number, School, assets, AtSchool, CancellationToken.None));
        }

        return number;
    }

    public PickupBooking Booking(int daysAhead = 3) => new(PointSlug, PickupWay.Fetched, Today.AddDays(daysAhead), PickupPart.Morning, "Алматы, Мектеп көшесі, 1", "Айгүл", "+7 000 000 00 00");

    public Task<BookOutcome> BookAsync(string number, int daysAhead = 3) => Pickups.BookAsync(number, School, Booking(daysAhead), AtSchool, CancellationToken.None);

    public async Task<Guid> ContainerAsync(string category = "mixed", long? capacityKg = null)
    {
        var container = new NewContainer(ContainerKind.Pallet, category, ForReuse: false, Weight.FromKilograms(20), capacityKg is { } most ? Weight.FromKilograms(most) : null);
        var number = await new ContainerService(database.Db).OpenAsync(container, new Workplace(Keeper, Point, Staff), AtPoint, CancellationToken.None);
        return await database.Db.QuerySingleAsync<Guid>("select container_id from containers where number = @number", new { number }, CancellationToken.None);
    }

    public static NewAsset Laptops(int units = 12, DataWish data = DataWish.Destroy) => new("Ноутбук HP ProBook", "0303", "INV-1", null, units, data);

    public static NewAsset Fridge => new("Тоңазытқыш Biryusa", "0108", null, null, 1, DataWish.None);

    /// <summary>Each line weighed: so many kilograms a line, in the order of the list.</summary>
    public async Task<ReceiveOutcome> ReceiveAsync(string number, Guid container, params decimal[] kilograms)
    {
        var assets = (await Queries.FindIncomingAsync(number, Keeper, CancellationToken.None))!.Assets;
        var weighed = assets.Zip(kilograms, (asset, kg) => new WeighedAsset(asset.AssetId, kg == 0 ? 0 : asset.Units, kg == 0 ? null : Weight.FromKilograms(kg), kg == 0 ? null : container, $"BAG-{number}-{asset.AssetNo}"));
        return await Receiving.ReceiveAsync(number, Keeper, [.. weighed], AtPoint, CancellationToken.None);
    }
}
