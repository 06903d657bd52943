using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.Demo;

/// <summary>A first day at one point of each region, made through the same services as everybody's; nothing where there is a container.</summary>
public sealed class DemoTakeBack(Db db, DemoTakeBackTools tools)
{
    private const string PlacesSql = """
        select distinct on (p.region_kato) p.point_id, p.organisation_id, s.person_id, p.region_kato
          from collection_points p
          join organisations o on o.organisation_id = p.organisation_id
          join lateral (
               select m.person_id from memberships m join people x on x.person_id = m.person_id
                where m.organisation_id = p.organisation_id and 'point_staff' = any (m.roles) and x.demo_code is not null order by x.demo_code limit 1) s on true
         where p.demo_code is not null and p.kind = 'CollectionPoint' and p.gives_rewards and app.point_state_at(p, app.now()) = 'Open'
           and p.categories @> array['5', '6'] and not exists (select from containers)
         order by p.region_kato, o.demo_code, p.slug
         limit 100
        """;

    /// <returns>How many visits were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var made = 0;
        foreach (var place in await db.QueryAsync<PlaceRow>(PlacesSql, null, ct))
        {
            made += await new Room(db, tools, place, made).FillAsync(ct);
        }

        return made;
    }

    /// <summary>One counter's day.</summary>
    private sealed class Room(Db database, DemoTakeBackTools demo, PlaceRow row, int number)
    {
        private readonly Workplace place = new(row.OrganisationId, row.PointId, row.PersonId, null, null, $"20-{1100 + number}", new DateOnly(2100, 1, 1));
        private readonly Actor staff = new(row.PersonId.Value, row.OrganisationId.Value, null, "point_staff", "demo", null);
        private int visits;

        public async Task<int> FillAsync(CancellationToken ct)
        {
            var phones = await BoxAsync(ContainerKind.Box, "6", 1_200, ct);
            var small = await BoxAsync(ContainerKind.Cage, "5", 18_000, ct);
            await BoxAsync(ContainerKind.Hazard, "mixed", 4_500, ct);
            await BoxAsync(ContainerKind.Box, "mixed", 2_000, ct, reuse: true);
            await AcceptAsync("0306", phones, 186 + number % 40, DataChoice.Wipe, ct);
            await AcceptAsync("0302", phones, 8_400, DataChoice.Destroy, ct);
            await AcceptAsync("0204", small, 5_300, DataChoice.None, ct);
            await SealAsync(phones, 1_200 + 186 + number % 40 + 8_400, ct);
            var open = await BoxAsync(ContainerKind.Box, "6", 1_150, ct);
            await AcceptAsync("0301", open, null, DataChoice.Wiped, ct);
            await RefuseAsync(ct);
            var withdrawn = await AnnounceAsync("0306", DataChoice.Wiped, ct);
            await demo.DropOffs.WithdrawAsync(withdrawn.DropOffId, Owner(visits), staff, ct);
            await AnnounceAsync("0306", DataChoice.Wipe, ct); // on its way
            await WipeAsync(ct);
            return visits;
        }

        private string Owner(int visit) => $"demo-{row.PointId}-{visit}";

        private async Task<Guid> BoxAsync(ContainerKind kind, string category, long tare, CancellationToken ct, bool reuse = false)
        {
            var no = await demo.Containers.OpenAsync(new NewContainer(kind, category, reuse, Weight.FromGrams(tare), Weight.FromKilograms(400)), place, staff, ct);
            return await database.QuerySingleAsync<Guid>("select container_id from containers where number = @no", new { no }, ct);
        }

        private async Task<AnnounceOutcome.Announced> AnnounceAsync(string key, DataChoice data, CancellationToken ct)
        {
            visits++;
            var request = new NewDropOff(DropOffOrigin.Web, "kk", row.PointId, [new NewItem(key, HeldCondition.Unknown, data, false)], Owner(visits), IsOwner: true);
            return await demo.DropOffs.AnnounceAsync(request, staff with { UserId = null, OrganisationId = null, Role = "anonymous" }, ct) as AnnounceOutcome.Announced
                ?? throw new InvalidOperationException($"The demonstration's drop-off of {key} was refused.");
        }

        private async Task AcceptAsync(string key, Guid box, long? grams, DataChoice data, CancellationToken ct)
        {
            var visit = await AnnounceAsync(key, data, ct);
            var item = (await demo.Visits.OpenAsync(visit.DropOffId, ct))!.Items[0];
            var accepted = new AcceptedItem(
                item.ItemId, key, ItemCondition.Working, grams is { } weighed ? Weight.FromGrams(weighed) : null, null, null, null, data is DataChoice.Wipe or DataChoice.Destroy ? $"{330_000 + number * 10 + visits}" : null,
                data, [], false, box);
            if (await demo.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [accepted], []), place, staff, ct) is not DecideOutcome.Decided)
            {
                throw new InvalidOperationException($"The demonstration's {key} was not accepted.");
            }
        }

        private async Task RefuseAsync(CancellationToken ct)
        {
            var visit = await AnnounceAsync("0205", DataChoice.None, ct);
            var item = (await demo.Visits.OpenAsync(visit.DropOffId, ct))!.Items[0];
            await demo.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [], [new RefusedItem(item.ItemId, RefusalReason.ShopStock, null)]), place, staff, ct);
        }

        private async Task SealAsync(Guid box, long gross, CancellationToken ct)
        {
            if (await demo.Containers.SealAsync(new SealContainer(box, Weight.FromGrams(gross), $"{884_000 + number}"), place, staff, ct) is not SealOutcome.Sealed)
            {
                throw new InvalidOperationException("The demonstration's container was not sealed.");
            }
        }

        private async Task WipeAsync(CancellationToken ct)
        {
            var bags = await demo.Slips.WaitingAsync(row.OrganisationId, row.PointId, ct);
            await demo.Slips.WriteAsync(bags[0].IntakeItemId, bags[0].DataChoice == "Destroy" ? "Shred" : "Reset", place, staff, ct);
        }
    }

    private sealed record PlaceRow(PointId PointId, OrganisationId OrganisationId, PersonId PersonId, string RegionKato);
}

/// <summary>What the demonstration's counters work with.</summary>
public sealed record DemoTakeBackTools(DropOffService DropOffs, DropOffQueries Visits, IntakeService Intakes, ContainerService Containers, DataSlips Slips);
