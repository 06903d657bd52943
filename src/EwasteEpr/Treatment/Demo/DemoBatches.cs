using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Fractions;

namespace EwasteEpr.Treatment.Demo;

/// <summary>A year of batches at two plants, made through the same services as everybody's and then moved to their days; nothing where there is a batch.</summary>
public sealed class DemoBatches(Db db, DemoTreatmentTools tools)
{
    private const string PlacesSql = """
        select distinct on (s.demo_code, n.category) s.site_id, s.number, s.organisation_id, n.category, s.demo_code,
               coalesce((select m.person_id from memberships m join people p using (person_id) where m.organisation_id = s.organisation_id and p.demo_code is not null order by 'recycler_staff' = any (m.roles) desc, p.demo_code limit 1),
                        (select person_id from people where demo_code = 'recycler-staff')) as person_id
          from sites s join certified_now n on n.site_id = s.site_id
         where s.demo_code in ('site-karagandy', 'site-aktobe') and n.category in ('1', '4a', '5', '6') and not exists (select from batches)
         order by s.demo_code, n.category
         limit 20
        """;

    /// <returns>How many batches were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var made = 0;
        foreach (var place in await db.QueryAsync<PlaceRow>(PlacesSql, null, ct))
        {
            made += await new Plant(db, tools, place).RunAsync(ct);
        }

        return made;
    }

    /// <summary>Batches of one site and category.</summary>
    private sealed class Plant(Db database, DemoTreatmentTools demo, PlaceRow place)
    {
        private readonly OrganisationId organisation = new(place.OrganisationId);
        private readonly Actor staff = new(place.PersonId, place.OrganisationId, null, "recycler_staff", "demo", null);
        private readonly Random random = new(place.DemoCode.Length * 31 + place.Category[0]);

        // Direct deliveries of offices and schools: each is the site's own weighing at its scale.
        private const string StockSql = """
            with lot as (
                select uuidv7() as id
            ), account as materialized (
                select id, ledger.open_account('mass_site_lot', id, 'mass:' || @Category) as account_id from lot
            ), posted as materialized (
                select id, account_id, ledger.post('direct_weighed_in', 'site_lot', id, 1, 'mass:' || @Category, ledger.open_account('mass_citizens', null, 'mass:' || @Category), account_id, @grams) as transfer_id
                  from account
            )
            insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, basis, weighed_in_on, received_grams, account_id)
            select id, @SiteId, @OrganisationId, @Category, 'Organisation', 'Direct', @payer, 'Verified', app.today() - @daysAgo, @grams, account_id from posted
            returning site_lot_id
            """;

        public async Task<int> RunAsync(CancellationToken ct)
        {
            var (count, isOpenLast) = (0, place.DemoCode == "site-karagandy" && place.Category == "6");
            foreach (var daysAgo in new[] { 330, 250, 170, 95, 40, 12 })
            {
                var mass = 1000L * (400 + random.Next(900)) + random.Next(1000);
                var lots = new List<Guid>();
                foreach (var share in LargestRemainder.Split(mass, [5, 3, 2]))
                {
                    lots.Add(await database.QuerySingleAsync<Guid>(
                        StockSql, new { place.SiteId, place.OrganisationId, place.Category, grams = share, payer = lots.Count == 1 ? "Market" : "FeeFund", daysAgo = daysAgo + 5 + lots.Count }, ct));
                }

                await MakeAsync(new Weight?[] { null, null, null }.Zip(lots, (mass, lot) => new LotShare(lot, mass)).ToList(), mass, daysAgo, isOpenLast && daysAgo == 12, ct);
                count++;
            }

            // What still waits for treatment.
            await database.QuerySingleAsync<Guid>(StockSql, new { place.SiteId, place.OrganisationId, place.Category, grams = 214_600L + random.Next(50_000), payer = "FeeFund", daysAgo = 6 }, ct);
            await database.QuerySingleAsync<Guid>(StockSql, new { place.SiteId, place.OrganisationId, place.Category, grams = 96_450L + random.Next(20_000), payer = "Sponsor", daysAgo = 2 }, ct);
            return count;
        }

        private async Task MakeAsync(List<LotShare> lots, long mass, int daysAgo, bool staysOpen, CancellationToken ct)
        {
            var technology = place.Category switch { "1" => "fridge-line", "6" => "manual", _ => "shredding" };
            var number = Expect<OpenOutcome.Opened>(await demo.Batches.OpenAsync(new NewBatch(organisation, place.Number, place.Category, technology, null), staff, ct)).Number;
            Expect<ChargeOutcome.Charged>(await demo.Charging.ChargeAsync(number, organisation, ChargeRequest.OfLots(lots), staff, ct));
            // One batch differs by more than the limit: a case for the operator.
            var difference = daysAgo == 95 && place.Category == "5" ? mass * 26 / 1000 : random.Next(-900, 3000);
            var loss = mass * (3 + random.Next(5)) / 1000;
            var rows = Mix(mass - loss - difference);
            Expect<SaveOutputsOutcome.Saved>(await demo.Outputs.SaveAsync(number, organisation, new OutputsDraft(staysOpen ? [.. rows.Take(4)] : rows, Weight.FromGrams(loss), "Шаң мен ылғал / Пыль и влага"), staff, ct));
            if (!staysOpen)
            {
                var note = difference * 1000 > mass * 20 ? "Конвейер таразысы қайта тексеруге жіберілді / Конвейерные весы отправлены на поверку" : null;
                Expect<CloseOutcome.Closed>(await demo.Closing.CloseAsync(number, organisation, new CloseBatch(Weight.FromGrams(difference), note, null), staff, ct));
                await ShipAsync(number, daysAgo, ct);
            }

            await MoveAsync(number, daysAgo, ct);
        }

        /// <summary>Shares by what such equipment is made of, in round figures.</summary>
        private List<OutputDraft> Mix(long mass)
        {
            (string Fraction, string? Code, string Operation, int Share, string Receiver, string Country)[] mix = place.Category switch
            {
                "1" => [("ferrous", "16 02 16", "R4", 540, "Теміртау, металлургия зауыты", "KZ"), ("plastic", "16 02 16", "R3", 170, "Алматы, полимер зауыты", "KZ"), ("aluminium", "16 02 16", "R4", 60, "Павлодар, алюминий зауыты", "KZ"),
                        ("copper", "16 02 16", "R4", 35, "Балқаш, мыс зауыты", "KZ"), ("foam", "16 02 16", "R1", 110, "Шымкент, цемент зауыты", "KZ"), ("glass", "16 02 16", "R5", 40, "Шымкент, шыны зауыты", "KZ"),
                        ("refrigerants", null, "D10", 6, "Қарағанды, залалсыздандыру", "KZ"), ("oil", null, "R9", 9, "Атырау, май тазарту", "KZ"), ("residue", "16 02 16", "D5", 30, "Қарағанды полигоны", "KZ")],
                "6" => [("ferrous", "16 02 16", "R4", 330, "Теміртау, металлургия зауыты", "KZ"), ("plastic", "16 02 16", "R3", 205, "Алматы, полимер зауыты", "KZ"), ("boards", "16 02 16", "R4", 150, "Korea Metal Recovery", "KR"),
                        ("aluminium", "16 02 16", "R4", 97, "Павлодар, алюминий зауыты", "KZ"), ("batteries-li-ion", "16 06 05", "R4", 85, "Қарағанды, аккумулятор цехы", "KZ"), ("cable", "17 04 11", "R4", 62, "Балқаш, мыс зауыты", "KZ"),
                        ("bfr-plastic", "16 02 15", "D10", 26, "Қарағанды, залалсыздандыру", "KZ"), ("tested-component", null, "Reuse", 22, "", ""), ("residue", "16 02 16", "D5", 12, "Қарағанды полигоны", "KZ"), ("glass", "16 02 16", "R5", 11, "Шымкент, шыны зауыты", "KZ")],
                _ => [("ferrous", "16 02 16", "R4", 590, "Теміртау, металлургия зауыты", "KZ"), ("plastic", "16 02 16", "R3", 190, "Алматы, полимер зауыты", "KZ"), ("copper", "16 02 16", "R4", 48, "Балқаш, мыс зауыты", "KZ"),
                      ("aluminium", "16 02 16", "R4", 55, "Павлодар, алюминий зауыты", "KZ"), ("mineral", "16 02 16", "R5", 40, "Ақтөбе, бетон зауыты", "KZ"), ("plastic-fuel", "16 02 16", "R1", 40, "Шымкент, цемент зауыты", "KZ"),
                      ("electrolyte-capacitors", "16 02 15", "D10", 4, "Қарағанды, залалсыздандыру", "KZ"), ("whole-appliance", null, "Reuse", 18, "", ""), ("residue", "16 02 16", "D5", 15, "Қарағанды полигоны", "KZ")],
            };
            var shares = LargestRemainder.Split(mass, [.. mix.Select(one => (long)Math.Max(1, one.Share * 10 + random.Next(-25, 25)))]);
            return [.. mix.Zip(shares, (one, grams) => new OutputDraft(one.Fraction, one.Code, one.Operation, Weight.FromGrams(grams), one.Receiver.Length == 0 ? null : one.Receiver, one.Country.Length == 0 ? null : one.Country, one.Operation == "Reuse"))];
        }

        /// <summary>Older batches are confirmed, younger ones wait for some buyers' word.</summary>
        private async Task ShipAsync(string number, int daysAgo, CancellationToken ct)
        {
            foreach (var output in (await demo.Queries.FindAsync(number, organisation, ct))!.Outputs.Where(row => !row.IsFinal))
            {
                if (daysAgo < 100 && output.Fraction is "plastic" or "glass" or "batteries-li-ion" && random.Next(3) > 0)
                {
                    continue;
                }

                var isAbroad = output.DestinationCountry != "KZ";
                var shipment = new NewShipment(output.OutputId, Weight.FromGrams(output.Grams), output.DestinationName!, output.DestinationCountry!, isAbroad ? "KZ-ҮЛГІ-0007" : null, isAbroad ? "A1181" : null, null);
                var shipped = Expect<ShipOutcome.Shipped>(await demo.Shipping.ShipAsync(shipment, organisation, staff, ct));
                if (daysAgo > 100 || random.Next(4) > 0)
                {
                    var less = random.Next(6) == 0 ? output.Grams * 2 / 100 : 0;
                    var word = new BuyerWord(Weight.FromGrams(output.Grams - less), BusinessTime.Today(TimeProvider.System), "Үлгі қабылдаушы", less > 0 ? "Ылғал мен қоспа / Влага и примеси" : null);
                    if (await demo.Confirmation.ConfirmAsync(shipped.Token, word, staff with { UserId = null, OrganisationId = null, Role = "anonymous" }, ct) is not ConfirmOutcome.Confirmed and var outcome)
                    {
                        throw new InvalidOperationException($"The demonstration's load {shipped.Number} was not confirmed: {outcome}.");
                    }
                }
            }
        }

        // The days of the records, not those of the ledger: a period is counted by the records.
        private const string MoveSql = """
            with moved as (
                update batches set started_on = app.today() - @daysAgo - 4, closed_on = case when state = 'Closed' then app.today() - @daysAgo end where number = @number returning batch_id
            ), outputs as (
                update batch_outputs o set confirmed_on = case when o.is_final then app.today() - @daysAgo else greatest(app.today() - @daysAgo + 9, app.today() - 340) end
                  from moved m where o.batch_id = m.batch_id and o.state = 'Confirmed' returning o.output_id
            )
            update fraction_shipments s set shipped_on = app.today() - @daysAgo + 3, confirmed_on = case when s.state = 'Confirmed' then least(app.today(), app.today() - @daysAgo + 9) end
              from batch_outputs o join moved m using (batch_id) where s.output_id = o.output_id
            """;

        private Task<int> MoveAsync(string number, int daysAgo, CancellationToken ct) => database.ExecuteAsync(MoveSql, new { number, daysAgo }, ct);

        private static T Expect<T>(object outcome)
            where T : class => outcome as T ?? throw new InvalidOperationException($"The demonstration's batch was refused: {outcome}.");
    }

    private sealed record PlaceRow(Guid SiteId, string Number, Guid OrganisationId, string Category, string DemoCode, Guid PersonId);
}

/// <summary>What the demonstration's plants work with.</summary>
public sealed record DemoTreatmentTools(
    BatchService Batches, BatchCharging Charging, BatchOutputs Outputs, BatchClosing Closing, BatchQueries Queries, FractionShipping Shipping, FractionConfirmation Confirmation);
