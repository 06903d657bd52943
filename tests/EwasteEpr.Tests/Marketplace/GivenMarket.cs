using System.Security.Cryptography;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Messages;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Marketplace;

/// <summary>A point with sealed containers, certified recyclers and the operator's people, over a database of its own.</summary>
internal sealed class GivenMarket(TestDatabase database)
{
    public const long Tenge = 100;
    private int keys;

    public Db Db => database.Db;

    public Secrets Secrets { get; } = new(RandomNumberGenerator.GetBytes(32));

    public LotService Lots => new(Db, Secrets);

    public OfferService Offers => new(Db, Secrets);

    public LotClosing Closing => new(Db, Secrets);

    public AwardService Awards => new(Db);

    public AwardEndings Endings => new(Db);

    public Protests Protests => new(Db);

    public Deposits Deposits => new(Db);

    public EwasteEpr.Marketplace.HandoverService Handovers => new(Db);

    public LotSettlements Settlements => new(Db);

    public LotQueries Queries => new(Db);

    public LotNotices Notices => new(Db, new Outbox(Db, Secrets));

    public Actor Preparer { get; private set; } = null!;

    public Actor Approver { get; private set; } = null!;

    public Actor SecondApprover { get; private set; } = null!;

    public Guid Point { get; private set; }

    public OrganisationId Holder { get; private set; }

    private const string PersonSql = "insert into people (user_name, email, name) select n, n || '@example.kz', 'Test' from (select 'p' || replace(uuidv7()::text, '-', '') as n) x returning person_id";

    // An invented organisation with nothing in common with any other, unless the test says so.
    private const string OrganisationSql = """
        insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
        select substr(md5(x), 1, 10), 'company', lpad((('x' || substr(md5(x), 1, 9))::bit(36)::bigint % 1000000000000)::text, 12, '0'), sha256(convert_to(x, 'UTF8')), '«Үлгі» ЖШС', 'ТОО «Улги»', '350000000', 'Үлгі көшесі, 5',
               'Contact ' || x, 'o@example.kz', coalesce(@phone, lpad((('x' || substr(md5(x), 10, 9))::bit(36)::bigint % 10000000000)::text, 11, '7')), array[@activity]
          from (select uuidv7()::text as x) seed
        returning organisation_id
        """;

    private const string PointSql = """
        insert into collection_points (organisation_id, slug, kind, name_kk, name_ru, region_kato, settlement_kk, settlement_ru, address_kk, address_ru, latitude, longitude, categories, is_step_free, gives_rewards, capacity_grams)
        values (@organisation, 'p-' || substr(md5(@organisation::text), 1, 8), 'CollectionPoint', 'Пункт', 'Пункт', '350000000', 'Қарағанды', 'Караганда', 'Үлгі, 1', 'Улги, 1', 49.8, 73.1, array['1', '5', '6'], true, true, 100000000)
        returning point_id
        """;

    public static async Task<GivenMarket> OnAsync(TestDatabase database)
    {
        var given = new GivenMarket(database);
        given.Preparer = await given.OperatorAsync("operator_preparer");
        given.Approver = await given.OperatorAsync("operator_approver");
        given.SecondApprover = await given.OperatorAsync("operator_approver");
        given.Holder = new OrganisationId(await given.AskAsync<Guid>(OrganisationSql, new { activity = "point", phone = (string?)null }));
        given.Point = await given.AskAsync<Guid>(PointSql, new { organisation = given.Holder });
        await database.ExecuteAsOwnerAsync("insert into ledger.kinds (kind, description) values ('test_stock', 'what a test put into a container') on conflict do nothing");
        return given;
    }

    private const string SiteSql = """
        with site as (
            insert into sites (number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude)
            values ('S-' || lpad(nextval('site_numbers')::text, 4, '0'), @organisation, @kind, 'Алаң', 'Площадка', '350000000', 'Үлгі көшесі, 5', 49.8, 73.1)
            returning site_id
        ), certified as (
            insert into certifications (number, organisation_id, kind, valid_from, expires_on)
            values ('R-2020-' || lpad(nextval('certification_numbers')::text, 4, '0'), @organisation, @kind, app.today() - 400, app.today() + 800)
            returning certification_id
        ), scoped as (
            insert into certified_scopes (certification_id, site_id, category, operations, annual_grams) select certification_id, site_id, c, array['R4'], @annual from certified, site, unnest(array['5', '6']) c
        ), told as (
            insert into market_bidders (organisation_id, director, iban) values (@organisation, coalesce(@director, 'Director ' || @organisation::text), 'KZ12' || upper(substr(md5(@organisation::text), 1, 16)))
        )
        select site_id from site
        """;

    public async Task<Bidder> BidderAsync(long annualGrams = 1_000_000_000, string kind = "Recycler", string? phone = null, string? director = null)
    {
        var organisation = await AskAsync<Guid>(OrganisationSql, new { activity = kind == "Recycler" ? "recycler" : "refurbisher", phone });
        var site = await AskAsync<Guid>(SiteSql, new { organisation, kind, annual = annualGrams, director });
        var person = await AskAsync<Guid>(PersonSql, null);
        return new Bidder(new OrganisationId(organisation), site, new Actor(person, organisation, null, "signatory", "test", null));
    }

    private const string ContainerSql = """
        with made as (
            insert into containers (number, organisation_id, point_id, kind, category, for_reuse, state, tare_grams, gross_grams, net_grams, net_basis, seal_no, sealed_at)
            select 'C-' || lpad(nextval('container_numbers')::text, 4, '0'), p.organisation_id, p.point_id, 'Cage', @category, @reuse, 'Sealed', 20000, 20000 + @grams, @grams, 'Verified', 'S' || substr(md5(uuidv7()::text), 1, 12), app.now()
              from collection_points p where p.point_id = @point
            returning container_id
        ), account as materialized (
            select container_id, uuidv7() as lot_id from made
        ), opened as materialized (
            select container_id, lot_id, ledger.open_account('mass_stock_lot', lot_id, 'mass:' || @category) as account_id from account
        ), posted as materialized (
            select o.*, ledger.post('test_stock', 'test', o.lot_id, 1, 'mass:' || @category, ledger.open_account('mass_citizens', null, 'mass:' || @category), o.account_id, @grams) from opened o
        ), lot as (
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id) select lot_id, container_id, @category, 'Household', 'WalkIn', account_id from posted
        )
        select container_id from posted
        """;

    public Task<Guid> ContainerAsync(long grams = 400_000, string category = "6", bool reuse = false, Guid? point = null) => AskAsync<Guid>(ContainerSql, new { grams, category, reuse, point = point ?? Point });

    /// <summary>An open lot of one container, closing in an hour.</summary>
    public async Task<string> LotAsync(LotGiven? wanted = null)
    {
        var given = wanted ?? new LotGiven();
        var container = await ContainerAsync(given.Grams, given.Category, given.Reuse);
        var draft = new LotDraft(
            given.Kind, [container], given.ReserveTenge * Tenge, given.Kind == LotKind.Open ? 1_000 * Tenge : null, new DepositRule(given.DepositTenge * Tenge, Keeps: true, null), "«Үлгі» ЖШС", null, null,
            (await AskAsync<DateTimeOffset>("select market_clock()", null)) + given.ClosesIn);
        var number = Assert.IsType<CreateLotOutcome.Created>(await Lots.CreateAsync(draft, Preparer, default)).Number;
        Assert.Equal(OpenLotOutcome.Opened, await Lots.OpenAsync(number, Approver, default));
        return number;
    }

    public Task<OfferOutcome> OfferAsync(string lot, Bidder bidder, decimal tenge, byte[]? nonce = null)
    {
        var key = new IdempotentRequest(bidder.Organisation.ToString(), "offer", $"k{Interlocked.Increment(ref keys)}", RandomNumberGenerator.GetBytes(32));
        return Offers.PlaceAsync(new PlaceOffer(lot, bidder.Organisation, bidder.Site, new OfferSecret(Money.FromTenge(tenge).Tiyn, nonce ?? OfferSecret.NewNonce()), key), bidder.Actor, default);
    }

    public async Task<Guid> PlacedAsync(string lot, Bidder bidder, decimal tenge) => Assert.IsType<OfferOutcome.Placed>(await OfferAsync(lot, bidder, tenge)).OfferId;

    public async Task CloseAsync(string lot) => Assert.True(await Closing.CloseNowAsync(lot, Preparer, default));

    /// <summary>Closed with two offers, 35 000 and 30 000 tenge, and awarded to the better.</summary>
    public async Task<(string Lot, Bidder Winner, Bidder Other)> AwardedAsync(LotGiven? wanted = null, decimal best = 35_000)
    {
        var (winner, other) = (await BidderAsync(), await BidderAsync());
        var lot = await LotAsync(wanted);
        var offer = await PlacedAsync(lot, winner, best);
        var second = await PlacedAsync(lot, other, best - 5_000);
        await CloseAsync(lot);
        foreach (var one in wanted is { DepositTenge: > 0 } ? new[] { offer, second } : [])
        {
            Assert.True(await Deposits.HoldAsync(lot, one, new MoneyDocument("PO-1", new DateOnly(2026, 1, 5)), Preparer, default));
        }

        Assert.IsType<AwardOutcome.Awarded>(await Awards.AwardAsync(lot, offer, "best price", Approver, default));
        return (lot, winner, other);
    }

    /// <summary>From the award over contract and handover to the scales of the winner.</summary>
    public async Task HandedOverAsync(string lot, Bidder winner, long weighedGrams)
    {
        Assert.Equal(ContractOutcome.Done, await Handovers.ContractAsync(lot, new MoneyDocument("D-7", new DateOnly(2026, 2, 1)), Approver, default));
        Assert.IsType<EwasteEpr.Marketplace.PrepareOutcome.Prepared>(await Handovers.PrepareAsync(lot, Preparer, default));
        Assert.True(await Handovers.SignAsync(lot, winner.Organisation, winner.Actor, default));
        await WeighAsync(lot, winner, weighedGrams);
    }

    private const string OnTheRoadSql = """
        select c.number, x.container_id from consignments c join market_lots l using (market_lot_id) join consignment_containers x using (consignment_id) where l.number = @lot
        """;

    /// <summary>The road of a lot of one container, as consignments walk it: code at the gate, code at the site, the scale.</summary>
    public async Task WeighAsync(string lot, Bidder winner, long grams)
    {
        var road = await AskAsync<RoadRow>(OnTheRoadSql, new { lot });
        var handovers = new EwasteEpr.Consignments.Custody.HandoverService(Db, new HandoverCodes(Secrets));
        var sender = new Actor(Preparer.UserId, Holder.Value, null, "point_staff", "test", null);
        var code = await handovers.NewCodeAsync(road.Number, HandoverStep.Despatch, Holder, sender, default);
        var left = Assert.IsType<HandoverOutcome.Done>(await handovers.DespatchAsync(road.Number, code!, Holder, sender, default));
        Assert.IsType<HandoverOutcome.Done>(await handovers.ReceiveAsync(road.Number, left.DeliveryCode!, winner.Organisation, winner.Actor, default));
        Assert.IsType<WeighInOutcome.Weighed>(await new WeighInService(Db).WeighAsync(
            new NewWeighIn(road.ContainerId, Weight.FromGrams(grams + 20_000), Weight.FromGrams(20_000), Weight.Zero, null, null, null, IsConfirmed: false), winner.Organisation, winner.Actor, default));
    }

    public Task<T> AskAsync<T>(string sql, object? parameters) => Db.QuerySingleAsync<T>(sql, parameters, default);

    public Task<string> StateAsync(string lot) => AskAsync<string>("select state from market_lots where number = @lot", new { lot });

    public Task<long> BalanceAsync(string purpose, Guid? owner = null) =>
        AskAsync<long>("select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose = @purpose and (@owner::uuid is null or owner_id = @owner)", new { purpose, owner });

    private sealed record RoadRow(string Number, Guid ContainerId);

    private async Task<Actor> OperatorAsync(string role) => new(await AskAsync<Guid>(PersonSql, null), null, null, role, "test", null);
}

internal sealed record Bidder(OrganisationId Organisation, Guid Site, Actor Actor);

internal sealed record LotGiven(LotKind Kind = LotKind.Sealed, long Grams = 400_000, long ReserveTenge = -200_000, long DepositTenge = 0, string Category = "6", bool Reuse = false)
{
    public TimeSpan ClosesIn { get; init; } = TimeSpan.FromHours(1);
}
