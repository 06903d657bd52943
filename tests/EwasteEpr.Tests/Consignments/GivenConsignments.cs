using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;
using EwasteEpr.Tests.TakeBack;

namespace EwasteEpr.Tests.Consignments;

/// <summary>A point with sealed containers, a carrier and a certified site, over a database of its own.</summary>
internal sealed class GivenConsignments : IAsyncLifetime
{
    private static int seals;

    public GivenTakeBack Point { get; } = new();

    public TestDatabase Database => Point.Database;

    public Db Db => Point.Db;

    public HandoverCodes Codes => new(Point.Secrets);

    public ConsignmentService Consignments => new(Db, Codes);

    public HandoverService Handovers => new(Db, Codes);

    public WeighInService WeighIns => new(Db);

    public SplitProtocols Splits => new(Db);

    public DiscrepancyService Discrepancies => new(Db);

    public SiteScales Scales => new(Db);

    public SiteEntries Entries => new(Db);

    public GivenSites Sites { get; private set; } = null!;

    public CertifiedSite Site { get; private set; } = null!;

    public Actor AtSite => new(Site.Owner.Value, Site.Organisation.Value, null, "recycler_staff", "request-2", null);

    public OrganisationId Sender => Point.Place.Organisation;

    public const string Scale = "30-2211";

    public async Task InitializeAsync()
    {
        await Point.InitializeAsync();
        Sites = new GivenSites(Database) { Number = 1 };
        Site = await Sites.CertifiedAsync(1_000_000_000, "1", "6");
        Assert.True(await Scales.SaveAsync(new NewScale(Site.Site, Scale, new DateOnly(2090, 1, 1), "KZ-1"), Site.Organisation, AtSite, default));
    }

    public Task DisposeAsync() => Point.DisposeAsync();

    public async Task<CertifiedSite> RefurbisherAsync(int number = 2)
    {
        Sites.Number = number;
        var site = await Sites.CertifiedAsync(1_000_000_000, "6");
        await Database.ExecuteAsOwnerAsync($"update sites set kind = 'Refurbisher' where site_id = '{site.Site}'; update certifications set kind = 'Refurbisher' where certification_id = '{site.Certification}'");
        return site;
    }

    public async Task<OrganisationId> CarrierAsync(int number = 3)
    {
        var (id, _, _) = await Point.Places.People.OrganisationAsync(number);
        await Database.ExecuteAsOwnerAsync($"update organisations set activities = array['carrier'] where organisation_id = '{id}'");
        return id;
    }

    /// <summary>A sealed container with one thing for each mass.</summary>
    public async Task<Guid> SealedAsync(string category = "6", bool reuse = false, params (string Key, long Grams)[] things)
    {
        things = things.Length == 0 ? [(GivenTakeBack.Phone, 40_000L)] : things;
        var container = await Point.ContainerAsync(category, reuse: reuse);
        await FillAsync(container, reuse, things);
        return await SealAsync(container, things.Sum(thing => thing.Grams));
    }

    public async Task FillAsync(Guid container, bool reuse, params (string Key, long Grams)[] things)
    {
        foreach (var (key, grams) in things)
        {
            var visit = await Point.AnnouncedAsync($"a browser {Guid.CreateVersion7():N}", key);
            var item = Assert.Single(await Point.ItemsAsync(visit.Code));
            var taken = GivenTakeBack.Taken(item.ItemId, container, key, grams) with { ForReuse = reuse };
            Assert.IsType<DecideOutcome.Decided>(await Point.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [taken], []), Point.Place, Point.Staff, default));
        }
    }

    public async Task<Guid> SealAsync(Guid container, long net)
    {
        Assert.IsType<SealOutcome.Sealed>(await Point.Containers.SealAsync(new SealContainer(container, Weight.FromGrams(net + 1_200), $"SEAL-{Interlocked.Increment(ref seals)}"), Point.Place, Point.Staff, default));
        return container;
    }

    public NewConsignment New(params Guid[] containers) =>
        new(Guid.CreateVersion7(), [.. containers.Select(container => new SentContainer(container, null))], Site.Site, null, "777 ABC 02", "Серік Жол", Payer.FeeFund, null);

    public async Task<PrepareOutcome.Prepared> PreparedAsync(params Guid[] containers) =>
        Assert.IsType<PrepareOutcome.Prepared>(await Consignments.PrepareAsync(New(containers), Point.Place, Point.Staff, default));

    /// <summary>The number, and the code for the gate.</summary>
    public async Task<(string Number, string Code)> DespatchedAsync(params Guid[] containers)
    {
        var prepared = await PreparedAsync(containers);
        var done = Assert.IsType<HandoverOutcome.Done>(await Handovers.DespatchAsync(prepared.Number, prepared.Code!, Sender, Point.Staff, default));
        return (prepared.Number, done.DeliveryCode!);
    }

    public async Task<string> ReceivedAsync(params Guid[] containers)
    {
        var (number, code) = await DespatchedAsync(containers);
        Assert.IsType<HandoverOutcome.Done>(await Handovers.ReceiveAsync(number, code, Site.Organisation, AtSite, default));
        return number;
    }

    public Task<WeighInOutcome> WeighAsync(Guid container, long net, bool confirmed = false, int? counted = null, string? ticket = null, string? scale = Scale) =>
        WeighIns.WeighAsync(new NewWeighIn(container, Weight.FromGrams(net + 1_700), Weight.FromGrams(1_200), Weight.FromGrams(500), scale, counted, ticket, confirmed), Site.Organisation, AtSite, default);

    public Task<string> StateAsync(string number) => Db.QuerySingleAsync<string>("select state from consignments where number = @number", new { number }, default);

    public Task<string> ContainerStateAsync(Guid id) => Db.QuerySingleAsync<string>("select state from containers where container_id = @id", new { id }, default);

    /// <summary>Grams of a category in accounts of one purpose.</summary>
    public Task<long> HeldAsync(string purpose, string category = "6") =>
        Db.QuerySingleAsync<long>("select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose = @purpose and unit = 'mass:' || @category", new { purpose, category }, default);

    public Task SuspendAsync() => Database.ExecuteAsOwnerAsync($"update certifications set state = 'Suspended', state_reason = 'audit' where certification_id = '{Site.Certification}'");
}
