using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;
using EwasteEpr.Treatment;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Fractions;

namespace EwasteEpr.Tests.Treatment;

/// <summary>A certified site, stock in it, and batches in the field's words.</summary>
internal sealed class GivenTreatment
{
    private readonly TestDatabase database;

    public GivenTreatment(TestDatabase database)
    {
        this.database = database;
        Sites = new GivenSites(database);
        var lists = new TreatmentLists(database.Db);
        Outputs = new BatchOutputs(database.Db, lists);
        Batches = new BatchService(database.Db);
        Charging = new BatchCharging(database.Db);
        Closing = new BatchClosing(database.Db, Outputs);
        Correcting = new BatchCorrecting(database.Db);
        Queries = new BatchQueries(database.Db);
        Shipping = new FractionShipping(database.Db, Sites.People.Secrets);
        Confirmation = new FractionConfirmation(database.Db, Sites.People.Secrets);
    }

    public GivenSites Sites { get; }

    public BatchService Batches { get; }

    public BatchCharging Charging { get; }

    public BatchOutputs Outputs { get; }

    public BatchClosing Closing { get; }

    public BatchCorrecting Correcting { get; }

    public BatchQueries Queries { get; }

    public FractionShipping Shipping { get; }

    public FractionConfirmation Confirmation { get; }

    public static CancellationToken None => CancellationToken.None;

    public static Actor Actor(CertifiedSite site) => GivenPeople.Acting(site.Owner, site.Organisation);

    public async Task<string> SiteNumberAsync(CertifiedSite site) => await database.Db.QuerySingleAsync<string>("select number from sites where site_id = @site", new { site = site.Site }, None);

    /// <summary>An open batch with so many grams of the oldest lots in it.</summary>
    public async Task<string> ChargedAsync(CertifiedSite site, long grams, string category = "6", DateOnly? startedOn = null)
    {
        var number = await OpenAsync(site, category, startedOn);
        Assert.IsType<ChargeOutcome.Charged>(await Charging.ChargeAsync(number, site.Organisation, ChargeRequest.OfOldest(Weight.FromGrams(grams)), Actor(site), None));
        return number;
    }

    public async Task<string> OpenAsync(CertifiedSite site, string category = "6", DateOnly? startedOn = null) =>
        Assert.IsType<OpenOutcome.Opened>(await Batches.OpenAsync(new NewBatch(site.Organisation, await SiteNumberAsync(site), category, "shredding", startedOn), Actor(site), None)).Number;

    public static OutputDraft Metal(long grams) => new("ferrous", "16 02 16", "R4", Weight.FromGrams(grams), "Темиртау", "KZ", false);

    public static OutputDraft Plastic(long grams) => new("plastic", "16 02 16", "R3", Weight.FromGrams(grams), "Алматы", "KZ", false);

    public static OutputDraft Reuse(long grams) => new("tested-component", null, "Reuse", Weight.FromGrams(grams), null, null, true);

    public async Task SaveAsync(CertifiedSite site, string number, long loss, params OutputDraft[] rows) =>
        Assert.IsType<SaveOutputsOutcome.Saved>(await Outputs.SaveAsync(number, site.Organisation, new OutputsDraft(rows, Weight.FromGrams(loss), loss > 0 ? "Шаң мен ылғал" : null), Actor(site), None));

    public Task<CloseOutcome> CloseAsync(CertifiedSite site, string number, long difference = 0, string? note = null) =>
        Closing.CloseAsync(number, site.Organisation, new CloseBatch(Weight.FromGrams(difference), note, null), Actor(site), None);

    /// <summary>1 000 g in; 700 g of metal, 200 g of plastic and 50 g of components out, 40 g lost, 10 g of difference.</summary>
    public async Task<string> ClosedAsync(CertifiedSite site)
    {
        await Sites.StockAsync(site, new StockGiven(1_000));
        var number = await ChargedAsync(site, 1_000);
        await SaveAsync(site, number, 40, Metal(700), Plastic(200), Reuse(50));
        Assert.IsType<CloseOutcome.Closed>(await CloseAsync(site, number, 10));
        return number;
    }

    public async Task<BatchDetails> DetailsAsync(CertifiedSite site, string number) => (await Queries.FindAsync(number, site.Organisation, None))!;

    /// <summary>The token of a load of one output of the batch.</summary>
    public async Task<string> ShippedAsync(CertifiedSite site, string number, string fraction, long grams)
    {
        var output = (await DetailsAsync(site, number)).Outputs.Single(one => one.Fraction == fraction);
        return Assert.IsType<ShipOutcome.Shipped>(await Shipping.ShipAsync(new NewShipment(output.OutputId, Weight.FromGrams(grams), "ТОО «Завод»", "KZ", null, null, null), site.Organisation, Actor(site), None)).Token;
    }

    public Task<ConfirmOutcome> ConfirmAsync(string token, long grams, string? reason = null, DateOnly? day = null) =>
        Confirmation.ConfirmAsync(token, new BuyerWord(Weight.FromGrams(grams), day ?? Today, "Ахметов Н.", reason), new Actor(null, null, null, "anonymous", "test", null), None);

    public static DateOnly Today => BusinessTime.Today(TimeProvider.System);

    /// <summary>What the accounts of a purpose hold in all.</summary>
    public Task<long> HeldAsync(string purpose) =>
        database.Db.QuerySingleAsync<long>("select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose = @purpose", new { purpose }, None);
}
