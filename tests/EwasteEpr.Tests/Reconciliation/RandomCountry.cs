using Dapper;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Reconciliation;

/// <summary>A small country in which everything happens at random, and a book of what happened that is kept beside the database, by other means.</summary>
/// <remarks>Places are written with rules for references switched off, mass and money only by the ledger's own functions.</remarks>
internal sealed partial class RandomCountry(TestDatabase database, int seed) : IAsyncDisposable
{
    public static readonly string[] Regions = ["750000000", "350000000", "610000000"];
    private readonly Random random = new(seed);
    private readonly List<Fact> facts = [];
    private readonly List<Lot> stock = [];
    private readonly List<Lot> transit = [];
    private readonly List<Lot> sites = [];
    private readonly List<Lot> batches = [];
    private readonly List<Lot> fractions = [];
    private readonly List<(Guid Transfer, Lot Lot, long Grams)> accepted = [];
    private readonly List<Declared> declared = [];
    private readonly Dictionary<string, Guid> points = [];
    private readonly Dictionary<string, Guid> places = [];
    private readonly Dictionary<string, Guid> declarants = [];
    private NpgsqlConnection connection = null!;
    private DateTime now;

    public IReadOnlyList<Fact> Facts => facts;

    public async Task FoundAsync()
    {
        connection = await database.Owner.OpenConnectionAsync();
        foreach (var (region, place) in Regions.Select((region, place) => (region, place)))
        {
            var (organisation, point, site) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
            await RawAsync(
                """
                insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
                values (@organisation, 'random000' || @place, 'company', lpad(@place::text, 12, '0'), sha256(convert_to(@region, 'UTF8')), 'Сынақ', 'Проба', @region, 'Алматы', 'Сынақ', 'test@example.test', '+7', array['importer']);
                insert into collection_points (point_id, organisation_id, slug, kind, name_kk, name_ru, region_kato, settlement_kk, settlement_ru, address_kk, address_ru, latitude, longitude, categories, is_step_free, gives_rewards, capacity_grams)
                values (@point, @organisation, 'random-' || @place, 'CollectionPoint', 'П', 'П', @region, 'Қ', 'Г', 'К', 'У', 45, 70, array['1'], true, true, 1000000000);
                insert into sites (site_id, number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude)
                values (@site, 'S-9' || lpad(@place::text, 3, '0'), @organisation, 'Recycler', 'А', 'П', @region, 'К', 45, 70);
                """,
                new { organisation, point, site, region, place });
            (points[region], places[region], declarants[region]) = (point, site, organisation);
        }
    }

    /// <summary>Something happens; the clock stands where it was put.</summary>
    public Task StepAsync() => random.Next(14) switch
    {
        0 or 1 or 2 => AcceptAsync(),
        3 => DirectAsync(),
        4 => stock.Count > 0 ? ReplaceEstimateAsync() : AcceptAsync(),
        5 => accepted.Count > 0 ? UndoAsync() : AcceptAsync(),
        6 or 7 => stock.Count > 0 ? SendAsync() : AcceptAsync(),
        8 => transit.Count > 0 ? ReceiveAsync() : DirectAsync(),
        9 => sites.Count > 0 ? ChargeAsync() : DirectAsync(),
        10 => batches.Count > 0 ? CloseAsync() : DirectAsync(),
        11 => fractions.Count > 0 ? ConfirmAsync() : DirectAsync(),
        12 => DeclareAsync(),
        _ => declared.Count > 0 ? CorrectOrReturnAsync() : DeclareAsync(),
    };

    public async Task SetDaysAgoAsync(int days)
    {
        await database.SetClockOffsetAsync(TimeSpan.FromDays(-days));
        now = await connection.QuerySingleAsync<DateTime>("select app.now() at time zone 'Asia/Almaty'");
    }

    /// <summary>What the book says of a part of the matrix.</summary>
    public long Expect(Measure measure, Selection at) => facts.Where(fact =>
        fact.Measure == measure && (at.Category is null || measure.HasNoCategory() || fact.Category == at.Category) && (at.Region is null || fact.Region == at.Region)
        && (measure.IsStock() ? fact.Period <= (at.Year * 10) + (at.Quarter == 0 ? 4 : at.Quarter) : fact.Period / 10 == at.Year && (at.Quarter == 0 || fact.Period % 10 == at.Quarter))).Sum(fact => fact.Amount);

    private int Period => (now.Year * 10) + ((now.Month - 1) / 3) + 1;

    private string Region() => Regions[random.Next(Regions.Length)];

    private string Category() => Selection.Categories[random.Next(3) * 2];

    private long Grams() => random.NextInt64(1, 90_000);

    private void Book(Measure measure, string category, string region, long amount, int? period = null) => facts.Add(new Fact(measure, period ?? Period, category, region, amount));

    private async Task AcceptAsync()
    {
        var (region, category, grams) = (Region(), Category(), Grams());
        var lot = stock.Find(one => one.Region == region && one.Category == category && random.Next(2) == 0) ?? await NewStockAsync(region, category);
        var transfer = await PostAsync("intake_accepted", category, await AccountAsync("mass_citizens", null, category), lot.Account, grams);
        lot.Grams += grams;
        accepted.Add((transfer, lot, grams));
        Book(Measure.Collected, category, region, grams);
        Book(Measure.AtPoints, category, region, grams);
    }

    private async Task UndoAsync()
    {
        var (transfer, lot, grams) = Take(accepted);
        if (lot.Grams >= grams)
        {
            await connection.ExecuteAsync("select ledger.reverse(@transfer, 'undo', @id)", new { transfer, id = Guid.CreateVersion7() });
            lot.Grams -= grams;
            Book(Measure.Collected, lot.Category, lot.Region, -grams);
            Book(Measure.AtPoints, lot.Category, lot.Region, -grams);
        }
    }

    private async Task<Lot> NewStockAsync(string region, string category)
    {
        var (container, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var lot = new Lot(id, await AccountAsync("mass_stock_lot", id, category), category, region, Period);
        await RawAsync(
            """
            insert into containers (container_id, number, organisation_id, point_id, kind, category, tare_grams) values (@container, 'C-' || nextval('container_numbers') + 1000, @container, @point, 'Box', @category, 0);
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id) values (@id, @container, @category, 'Household', 'DropOff', @Account);
            """,
            new { container, id, point = points[region], category, lot.Account });
        stock.Add(lot);
        return lot;
    }

    /// <summary>The scale disagrees with the estimate: it belongs to the quarter in which the lot was opened.</summary>
    private async Task ReplaceEstimateAsync()
    {
        var lot = stock[random.Next(stock.Count)];
        var delta = random.NextInt64(-lot.Grams / 2, 5_000);
        if (delta == 0)
        {
            return;
        }

        var citizens = await AccountAsync("mass_citizens", null, lot.Category);
        await PostAsync(delta > 0 ? "estimate_replaced_up" : "estimate_replaced_down", lot.Category, delta > 0 ? citizens : lot.Account, delta > 0 ? lot.Account : citizens, Math.Abs(delta));
        lot.Grams += delta;
        Book(Measure.Collected, lot.Category, lot.Region, delta, lot.Opened);
        Book(Measure.AtPoints, lot.Category, lot.Region, delta, lot.Opened);
    }

    private async Task SendAsync()
    {
        var lot = Take(stock);
        if (lot.Grams <= 0)
        {
            return;
        }

        var id = Guid.CreateVersion7();
        await RawAsync(
            "insert into consignments (consignment_id, number, from_organisation_id, from_point_id, to_site_id, to_organisation_id, prepared_by) values (@id, 'T-2026-' || lpad(nextval('consignment_numbers')::text, 4, '0'), @organisation, @point, @site, @organisation, @id)",
            new { id, organisation = declarants[lot.Region], point = points[lot.Region], site = places[lot.Region] });
        var road = new Lot(id, await AccountAsync("mass_in_transit", id, lot.Category), lot.Category, lot.Region, Period) { Grams = lot.Grams };
        await PostAsync("consignment_despatched", lot.Category, lot.Account, road.Account, lot.Grams);
        transit.Add(road);
        Book(Measure.AtPoints, lot.Category, lot.Region, -lot.Grams);
        Book(Measure.InTransit, lot.Category, lot.Region, lot.Grams);
        lot.Grams = 0;
    }

    private async Task ReceiveAsync()
    {
        var road = Take(transit);
        var site = await NewSiteLotAsync(Region(), road.Category, road.Grams);
        var less = random.NextInt64(0, road.Grams / 10);
        await PostAsync("consignment_received", road.Category, road.Account, site.Account, road.Grams - less);
        site.Grams = road.Grams - less;
        Book(Measure.InTransit, road.Category, road.Region, -(road.Grams - less));
        Book(Measure.AtRecyclers, road.Category, site.Region, road.Grams - less);
        if (less > 0)
        {
            await PostAsync("weigh_in_less", road.Category, road.Account, await AccountAsync("mass_weighing_difference", places[site.Region], road.Category), less);
            Book(Measure.InTransit, road.Category, road.Region, -less);
            Book(Measure.WeighingDifference, road.Category, site.Region, less);
        }
    }

    private async Task DirectAsync()
    {
        var (region, category, grams, isOpening) = (Region(), Category(), Grams(), random.Next(4) == 0);
        var lot = await NewSiteLotAsync(region, category, grams);
        await PostAsync(isOpening ? "opening_stock_entered" : "direct_weighed_in", category, await AccountAsync(isOpening ? "mass_opening_stock" : "mass_citizens", null, category), lot.Account, grams);
        lot.Grams = grams;
        Book(isOpening ? Measure.OpeningStock : Measure.Collected, category, region, grams);
        Book(Measure.AtRecyclers, category, region, grams);
    }

    private async Task<Lot> NewSiteLotAsync(string region, string category, long grams)
    {
        var id = Guid.CreateVersion7();
        var lot = new Lot(id, await AccountAsync("mass_site_lot", id, category), category, region, Period);
        await RawAsync(
            """
            insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, basis, weighed_in_on, received_grams, account_id)
            values (@id, @site, @organisation, @category, 'Household', 'Direct', 'FeeFund', 'Verified', app.today(), @grams, @Account)
            """,
            new { id, site = places[region], organisation = declarants[region], category, grams, lot.Account });
        sites.Add(lot);
        return lot;
    }

    private async Task ChargeAsync()
    {
        var lot = Take(sites);
        var id = Guid.CreateVersion7();
        await RawAsync(
            "insert into batches (batch_id, number, site_id, organisation_id, category, started_on) values (@id, 'B-2026-' || lpad(nextval('batch_numbers')::text, 4, '0'), @site, @organisation, @Category, app.today())",
            new { id, site = places[lot.Region], organisation = declarants[lot.Region], lot.Category });
        var batch = new Lot(id, await AccountAsync("mass_in_batch", id, lot.Category), lot.Category, lot.Region, Period) { Grams = lot.Grams };
        await PostAsync("batch_charged", lot.Category, lot.Account, batch.Account, lot.Grams);
        batches.Add(batch);
        Book(Measure.AtRecyclers, lot.Category, lot.Region, -lot.Grams);
        Book(Measure.InBatches, lot.Category, lot.Region, lot.Grams);
    }

    private async Task CloseAsync()
    {
        var batch = Take(batches);
        var fraction = batch.Grams / 2;
        if (fraction > 0)
        {
            var id = Guid.CreateVersion7();
            var output = new Lot(id, await AccountAsync("mass_fraction", id, batch.Category), batch.Category, batch.Region, Period) { Grams = fraction };
            await RawAsync(
                "insert into batch_outputs (output_id, batch_id, output_no, kind, fraction, operation, result, grams, account_id) values (@Id, @batch, 1, 'Fraction', 'steel', 'R4', 'Recycled', @Grams, @Account)",
                new { output.Id, batch = batch.Id, output.Grams, output.Account });
            await PostAsync("batch_output", batch.Category, batch.Account, output.Account, fraction);
            fractions.Add(output);
            Book(Measure.FractionsInStock, batch.Category, batch.Region, fraction);
        }

        var (purpose, measure, kind) = random.Next(3) switch
        {
            0 => ("mass_reused", Measure.Reused, "batch_output"),
            1 => ("mass_process_loss", Measure.Lost, "batch_loss"),
            _ => ("mass_measurement_difference", Measure.MeasurementDifference, "batch_difference_less"),
        };
        await PostAsync(kind, batch.Category, batch.Account, await AccountAsync(purpose, places[batch.Region], batch.Category), batch.Grams - fraction);
        Book(measure, batch.Category, batch.Region, batch.Grams - fraction);
        Book(Measure.InBatches, batch.Category, batch.Region, -batch.Grams);
    }

    private async Task ConfirmAsync()
    {
        var output = Take(fractions);
        var (purpose, measure) = random.Next(3) switch { 0 => ("mass_recycled", Measure.Recycled), 1 => ("mass_recovered", Measure.Recovered), _ => ("mass_disposed", Measure.Disposed) };
        await PostAsync("fraction_confirmed", output.Category, output.Account, await AccountAsync(purpose, places[output.Region], output.Category), output.Grams);
        Book(Measure.FractionsInStock, output.Category, output.Region, -output.Grams);
        Book(measure, output.Category, output.Region, output.Grams);
    }

    private T Take<T>(List<T> from)
    {
        var at = random.Next(from.Count);
        var one = from[at];
        from.RemoveAt(at);
        return one;
    }

    private Task<Guid> AccountAsync(string purpose, Guid? owner, string category) =>
        connection.QuerySingleAsync<Guid>("select ledger.open_account(@purpose, @owner, 'mass:' || @category)", new { purpose, owner, category });

    private Task<Guid> PostAsync(string kind, string category, Guid debit, Guid credit, long grams) => connection.QuerySingleAsync<Guid>(
        "select ledger.post(@kind, 'random', @id, 1, 'mass:' || @category, @debit, @credit, @grams)", new { kind, id = Guid.CreateVersion7(), category, debit, credit, grams });

    private async Task RawAsync(string sql, object parameters)
    {
        await connection.ExecuteAsync("set session_replication_role = replica");
        await connection.ExecuteAsync(sql, parameters);
        await connection.ExecuteAsync("set session_replication_role = origin");
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private sealed record Lot(Guid Id, Guid Account, string Category, string Region, int Opened)
    {
        public long Grams { get; set; }
    }
}

internal sealed record Fact(Measure Measure, int Period, string Category, string Region, long Amount);
