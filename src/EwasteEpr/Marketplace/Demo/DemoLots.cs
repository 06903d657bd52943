using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace.Demo;

/// <summary>A year of the invented market, made through the same services as everybody's and then dated back; nothing where there is a lot.</summary>
public sealed class DemoLots(
    Db db, Secrets secrets, LotService lots, OfferService offers, LotClosing closing, AwardService awards, AwardEndings endings, HandoverService handovers, LotSettlements settlements)
{
    private const string StartSql = """
        select (select person_id from people where demo_code = 'operator-preparer') as preparer, (select person_id from people where demo_code = 'operator-approver') as approver,
               exists (select from market_lots) or not exists (select from containers) or not exists (select from certified_now) as is_not_wanted
        """;

    private const string BiddersSql = """
        select o.demo_code, o.organisation_id, c.category, (array_agg(c.site_id order by s.demo_code desc))[1] as site_id,
               (select m.person_id from memberships m where m.organisation_id = o.organisation_id and 'signatory' = any (m.roles) order by m.person_id limit 1) as person
          from certified_now c join sites s using (site_id) join organisations o on o.organisation_id = s.organisation_id
         where o.demo_code like 'recycler-_'
         group by o.demo_code, o.organisation_id, c.category
         order by o.demo_code, c.category limit 100
        """;

    /// <returns>How many lots were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var start = await db.QuerySingleAsync<StartRow>(StartSql, null, ct);
        if (start.IsNotWanted || start.Preparer is null || start.Approver is null)
        {
            return 0;
        }

        var staff = new Staff(new Actor(start.Preparer, null, null, "operator_preparer", "demo", null), new Actor(start.Approver, null, null, "operator_approver", "demo", null));
        var bidders = await db.QueryAsync<BidderRow>(BiddersSql, null, ct);
        var boxes = new DemoContainers(db);
        foreach (var (plan, no) in DemoLot.All.Select((plan, no) => (plan, no)))
        {
            await MakeAsync(plan, await boxes.FillAsync(no, plan, ct), bidders, staff, ct);
        }

        foreach (var (plan, no) in DemoLot.Free.Select((plan, no) => (plan, no)))
        {
            await boxes.FillAsync(DemoLot.All.Count + no, plan, ct);
        }

        return DemoLot.All.Count;
    }

    /// <summary>One more open sealed lot of small equipment, for whoever wants to walk the whole way again.</summary>
    /// <returns>Its number.</returns>
    public async Task<string> OpenOneAsync(long grams, CancellationToken ct)
    {
        var start = await db.QuerySingleAsync<StartRow>(StartSql, null, ct);
        var (preparer, approver) = (new Actor(start.Preparer, null, null, "operator_preparer", "demo", null), new Actor(start.Approver, null, null, "operator_approver", "demo", null));
        var plan = new DemoLot("5", Reuse: false, grams, 0, DemoStage.Open, LotKind.Sealed, -60_000);
        var no = (int)await db.QuerySingleAsync<long>("select 100 + count(*) from market_lots", null, ct);
        await MakeAsync(plan, await new DemoContainers(db).FillAsync(no, plan, ct), [], new Staff(preparer, approver), ct);
        return await db.QuerySingleAsync<string>("select number from market_lots order by market_lot_id desc limit 1", null, ct);
    }

    private async Task MakeAsync(DemoLot plan, Guid box, IReadOnlyList<BidderRow> bidders, Staff staff, CancellationToken ct)
    {
        var days = plan.Category == "5" ? 2 : 4;
        var draft = new LotDraft(
            plan.Kind, [box], Tiyn(plan.ReserveTenge), plan.Kind == LotKind.Open ? Tiyn(1_000) : null, new DepositRule(plan is { Category: "1", Stage: DemoStage.Open } ? Tiyn(50_000) : 0, Keeps: true, null),
            "«Жасыл Өріс демо-операторы» ЖШС", null, null, BusinessTime.StartOf(await db.QuerySingleAsync<DateOnly>("select app.today()", null, ct)).AddDays(days).AddHours(18));
        if (await lots.CreateAsync(draft, staff.Preparer, ct) is not CreateLotOutcome.Created made)
        {
            throw new InvalidOperationException("The demonstration's lot was not made.");
        }

        if (plan.Stage == DemoStage.Draft)
        {
            return;
        }

        await lots.OpenAsync(made.Number, staff.Approver, ct);
        var placed = await OfferAsync(plan, made.Number, bidders, ct);
        if (plan.Stage == DemoStage.Cancelled)
        {
            await lots.CancelAsync(made.Number, "Пломба зақымданған / Повреждена пломба", staff.Preparer, ct);
        }
        else if (plan.Stage != DemoStage.Open)
        {
            _ = plan.MonthsAgo > 0 ? await closing.SweepAsync(ct) : await closing.CloseNowAsync(made.Number, staff.Preparer, ct) ? 1 : 0;
            await FinishAsync(plan, made.Number, placed, staff, ct);
            if (plan.MonthsAgo > 0)
            {
                await new DemoDates(db, secrets).MoveBackAsync(made.Number, plan.MonthsAgo, ct);
            }
        }
    }

    /// <returns>The best first.</returns>
    private async Task<List<(Guid Offer, BidderRow Bidder)>> OfferAsync(DemoLot plan, string lot, IReadOnlyList<BidderRow> bidders, CancellationToken ct)
    {
        var given = plan.Tenge.Select((tenge, place) => (Tenge: tenge, Bidder: bidders.FirstOrDefault(row => row.DemoCode == $"recycler-{place + 1}" && row.Category == plan.Category)))
            .Where(one => one.Tenge != 0 && one.Bidder is not null).Select(one => (one.Tenge, Bidder: one.Bidder!)).ToList();
        var ids = plan.MonthsAgo > 0
            ? await new DemoDates(db, secrets).OfferAsync(lot, plan.MonthsAgo, [.. given.Select(one => (Tiyn(one.Tenge), one.Bidder.OrganisationId, one.Bidder.SiteId, one.Bidder.Person))], ct)
            : await PlaceAsync(lot, [.. given], ct);
        return [.. given.Zip(ids, (one, id) => (one.Tenge, Offer: id, one.Bidder)).OrderByDescending(one => one.Tenge).Select(one => (one.Offer, one.Bidder))];
    }

    private async Task<List<Guid>> PlaceAsync(string lot, List<(decimal Tenge, BidderRow Bidder)> given, CancellationToken ct)
    {
        var ids = new List<Guid>();
        foreach (var (tenge, bidder) in given)
        {
            var key = new IdempotentRequest("demo", "offer", $"{lot}-{bidder.DemoCode}", OfferSecret.NewNonce());
            var actor = new Actor(bidder.Person, bidder.OrganisationId, null, "signatory", "demo", null);
            var outcome = await offers.PlaceAsync(new PlaceOffer(lot, new OrganisationId(bidder.OrganisationId), bidder.SiteId, new OfferSecret(Tiyn(tenge), OfferSecret.NewNonce()), key), actor, ct);
            ids.Add((outcome as OfferOutcome.Placed)?.OfferId ?? throw new InvalidOperationException($"The demonstration's offer for {lot} was refused: {outcome}."));
        }

        return ids;
    }

    private async Task FinishAsync(DemoLot plan, string lot, List<(Guid Offer, BidderRow Bidder)> placed, Staff staff, CancellationToken ct)
    {
        if (plan.Stage == DemoStage.Closed || placed.Count < 2 || await awards.AwardAsync(lot, placed[0].Offer, "Ең жақсы баға / Лучшая цена", staff.Approver, ct) is not AwardOutcome.Awarded)
        {
            return;
        }

        if (plan.Stage == DemoStage.Defaulted)
        {
            await endings.DefaultAsync(lot, "Шартқа қол қоймады / Не подписал договор", staff.Approver, ct);
        }

        if (plan.Stage is DemoStage.Awarded or DemoStage.Defaulted)
        {
            return;
        }

        var today = await db.QuerySingleAsync<DateOnly>("select app.today()", null, ct);
        await handovers.ContractAsync(lot, new MoneyDocument("Ш-" + lot[2..], today.AddMonths(-plan.MonthsAgo)), staff.Approver, ct);
        if (plan.Stage == DemoStage.Contracted)
        {
            return;
        }

        var bidder = placed[0].Bidder;
        await handovers.PrepareAsync(lot, staff.Preparer, ct);
        await handovers.SignAsync(lot, new OrganisationId(bidder.OrganisationId), new Actor(bidder.Person, bidder.OrganisationId, null, "signatory", "demo", null), ct);
        await DriveAsync(lot, plan, bidder, ct);
        if (plan.Stage is DemoStage.Settled or DemoStage.Paid)
        {
            await settlements.SettleAsync(lot, staff.Preparer, ct);
        }

        if (plan.Stage == DemoStage.Paid)
        {
            await settlements.PayAsync(lot, new MoneyDocument("ПП-" + lot[^2..], today.AddMonths(-plan.MonthsAgo)), staff.Approver, ct);
        }
    }

    private const string RoadSql = """
        select c.number, c.from_organisation_id, x.container_id, (select person_id from people where demo_code = 'point-staff') as person
          from consignments c join market_lots l using (market_lot_id) join consignment_containers x using (consignment_id) where l.number = @lot limit 1
        """;

    /// <summary>The codes of gate and site, and a scale that reads a little less than was declared.</summary>
    private async Task DriveAsync(string lot, DemoLot plan, BidderRow bidder, CancellationToken ct)
    {
        var road = await db.QuerySingleAsync<RoadRow>(RoadSql, new { lot }, ct);
        var (sender, site) = (new OrganisationId(road.FromOrganisationId), new OrganisationId(bidder.OrganisationId));
        var (gate, scale) = (new Actor(road.Person, road.FromOrganisationId, null, "point_staff", "demo", null), new Actor(bidder.Person, bidder.OrganisationId, null, "recycler_staff", "demo", null));
        var codes = new HandoverCodes(secrets);
        var roads = new EwasteEpr.Consignments.Custody.HandoverService(db, codes);
        var code = await roads.NewCodeAsync(road.Number, HandoverStep.Despatch, sender, gate, ct);
        if (await roads.DespatchAsync(road.Number, code!, sender, gate, ct) is HandoverOutcome.Done left && await roads.ReceiveAsync(road.Number, left.DeliveryCode!, site, scale, ct) is HandoverOutcome.Done)
        {
            var net = plan.Grams - (plan.Grams % 3_700);
            await new WeighInService(db).WeighAsync(new NewWeighIn(road.ContainerId, Weight.FromGrams(net + 45_000), Weight.FromGrams(45_000), Weight.Zero, null, null, null, IsConfirmed: true), site, scale, ct);
        }
    }

    private static long Tiyn(decimal tenge) => Money.FromTenge(tenge).Tiyn;

    private sealed record StartRow(Guid? Preparer, Guid? Approver, bool IsNotWanted);

    private sealed record BidderRow(string DemoCode, Guid OrganisationId, string Category, Guid SiteId, Guid? Person);

    private sealed record RoadRow(string Number, Guid FromOrganisationId, Guid ContainerId, Guid Person);

    private sealed record Staff(Actor Preparer, Actor Approver);
}
