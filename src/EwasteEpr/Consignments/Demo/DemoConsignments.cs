using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Consignments.Demo;

/// <summary>Loads in every state from the demonstration's points to its plants, made through the same services as everybody's; nothing where there is a consignment.</summary>
public sealed class DemoConsignments(Db db, DemoConsignmentTools tools, DemoTakeBackTools counters)
{
    internal const string ScaleNo = "30-2211";

    private const string StartSql = """
        select s.site_id, s.organisation_id as recycler, h.organisation_id as carrier,
               (select person_id from people where demo_code = 'recycler-staff') as staff, (select person_id from people where demo_code = 'carrier') as driver, (select person_id from people where demo_code = 'operator-preparer') as operator
          from sites s cross join organisations h
         where s.demo_code = 'site-karagandy' and h.demo_code = 'carrier-1' and exists (select from certified_now n where n.site_id = s.site_id and n.category = '6')
           and not exists (select from consignments)
        """;

    // The sealed boxes of the first day; the best-known counter first.
    private const string BoxesSql = """
        select c.container_id, c.number, c.net_grams, c.tare_grams, c.organisation_id, c.point_id, c.sealed_by as person_id, o.demo_code = 'point-1' as is_first
          from containers c join organisations o using (organisation_id)
         where c.state = 'Sealed' and c.category = '6' and not c.for_reuse and o.demo_code is not null and c.sealed_by is not null
         order by o.demo_code <> 'point-1', o.demo_code, c.number
         limit 8
        """;

    /// <returns>How many consignments were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var sealedBoxes = await db.QueryAsync<BoxRow>(BoxesSql, null, ct);
        if (await db.QuerySingleOrDefaultAsync<StartRow>(StartSql, null, ct) is not { } start || sealedBoxes is not [{ IsFirst: true } first, ..])
        {
            return 0;
        }

        var others = sealedBoxes.Skip(1).ToList();
        var road = new DemoRoad(db, tools, start);
        var boxes = new DemoBoxes(db, counters, first.Place);
        await road.AgreeAsync(first.Place, [first.Box, await boxes.FillAsync("6", 3, ct)], -60, ct);
        foreach (var (no, other) in others.Index())
        {
            await road.AgreeAsync(other.Place, [other.Box], (no * 37 % 160) - 80, ct);
        }

        await road.DisagreeAsync(first.Place, await boxes.FillAsync("6", 3, ct), -1_350, isDecided: true, ct);
        await road.DisagreeAsync(first.Place, await boxes.FillAsync("5", 4, ct), -2_900, isDecided: false, ct);
        var half = await road.ReceivedAsync(first.Place, [await boxes.FillAsync("6", 3, ct), await boxes.FillAsync("5", 2, ct)], ct);
        await road.WeighAsync(half[0], -20, ct);
        await road.ReceivedAsync(first.Place, [await boxes.FillAsync("mixed", 3, ct)], ct);
        await road.DespatchedAsync(first.Place, [await boxes.FillAsync("6", 4, ct)], ct);
        await road.ComeBackAsync(first.Place, await boxes.FillAsync("6", 2, ct), ct);
        var again = await boxes.FillAsync("5", 3, ct);
        await road.CancelAsync(first.Place, again, ct);
        await road.PrepareAsync(first.Place, [again, await boxes.FillAsync("6", 2, ct)], ct);
        await boxes.FillAsync("6", 3, ct); // for whoever tries it
        await road.EnterAsync(ct);
        return others.Count + 9;
    }

    internal sealed record StartRow(Guid SiteId, Guid Recycler, Guid Carrier, Guid Staff, Guid Driver, Guid Operator)
    {
        public Actor AtSite => new(Staff, Recycler, null, "recycler_staff", "demo", null);

        public Actor AtWheel => new(Driver, Carrier, null, "preparer", "demo", null);

        public Actor AtOperator => new(Operator, null, null, "operator_preparer", "demo", null);
    }

    internal sealed record BoxRow(Guid ContainerId, string Number, long NetGrams, long TareGrams, OrganisationId OrganisationId, PointId PointId, PersonId PersonId, bool IsFirst)
    {
        public Workplace Place => new(OrganisationId, PointId, PersonId, null, null, "20-1100", new DateOnly(2100, 1, 1));

        public DemoBox Box => new(ContainerId, Number, NetGrams, TareGrams);
    }
}

/// <summary>What the demonstration's loads travel with.</summary>
public sealed record DemoConsignmentTools(ConsignmentService Consignments, HandoverService Handovers, WeighInService WeighIns, DiscrepancyService Discrepancies, SiteEntries Entries);
