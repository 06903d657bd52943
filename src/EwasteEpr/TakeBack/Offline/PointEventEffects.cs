using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.TakeBack.Offline;

/// <summary>What each kind of record does, by the same services as the counter with network.</summary>
public sealed class PointEventEffects(DropOffService dropOffs, DropOffQueries visits, IntakeService intakes)
{
    // What one device may bring in a day without network: beyond it somebody has to look before things are taken on its word.
    public const int QuotaADay = 300;

    internal Task<EventEffect> ApplyAsync(DbTransaction transaction, StoredEvent stored, Actor actor, CancellationToken ct)
    {
        var wrapped = stored.Wrapped;
        var place = new Workplace(stored.OrganisationId, stored.PointId, stored.PersonId, null, stored.DeviceId, wrapped.ScaleNo, wrapped.ScaleVerifiedUntil);
        var by = actor with { UserId = stored.PersonId.Value, OrganisationId = stored.OrganisationId.Value, Role = "point_staff" };
        var scene = new Scene(transaction, stored, place, by, wrapped.Text);
        return Enum.Parse<PointEventKind>(stored.Kind) switch
        {
            PointEventKind.DropOff => DropOffAsync(scene, ct),
            PointEventKind.Accept => AcceptAsync(scene, ct),
            PointEventKind.Refuse => RefuseAsync(scene, ct),
            PointEventKind.Container => ContainerAsync(scene, ct),
            PointEventKind.Seal => SealAsync(scene, ct),
            _ => UndoAsync(scene, ct),
        };
    }

    private async Task<EventEffect> DropOffAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<DropOffBody>(scene.Text) is not { Items: { } items } body)
        {
            return EventEffect.Refused("BadBody");
        }

        var request = new NewDropOff(
            DropOffOrigin.Offline, body.Language is "ru" or "en" ? body.Language : "kk", scene.Place.Point, [.. items.Select(item => new NewItem(item.UnuKey ?? "", item.Condition, item.DataChoice, item.ForReuse))], Owner: null, IsOwner: true);
        return await dropOffs.AnnounceAsync(scene.Transaction, request, scene.Stored.EventId, scene.Actor, ct) is AnnounceOutcome.Announced announced
            ? EventEffect.Applied(announced.DropOffId)
            : EventEffect.Refused("BadItems");
    }

    private const string QuotaSql = """
        select count(*) from point_events
         where device_id = @device and kind = 'Accept' and outcome = 'Applied' and (device_at at time zone 'Asia/Almaty')::date = (select (device_at at time zone 'Asia/Almaty')::date from point_events where event_id = @id)
        """;

    private async Task<EventEffect> AcceptAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<AcceptBody>(scene.Text) is not { Items: { Count: > 0 } items } body)
        {
            return EventEffect.Refused("BadBody");
        }

        if (await scene.Transaction.QuerySingleAsync<long>(QuotaSql, new { device = scene.Stored.DeviceId, id = scene.Stored.EventId }, ct) >= QuotaADay)
        {
            return EventEffect.Refused("QuotaSpent");
        }

        var (visit, effect) = await VisitAsync(scene, body.Code, body.DropOff, ct);
        if (visit is not { } dropOff)
        {
            return effect;
        }

        if (await WaitsForContainerAsync(scene, items.Select(item => item.Container), ct))
        {
            return EventEffect.Waiting;
        }

        var matched = await MatchAsync(scene, dropOff, [.. items.Select(item => item.UnuKey ?? "")], ct);
        if (matched is null)
        {
            return EventEffect.Refused(nameof(DecideProblem.AlreadyDecided));
        }

        var accepted = items.Zip(matched, (item, id) => new AcceptedItem(
            id, item.UnuKey ?? "", item.Condition, item.GrossGrams is { } gross ? Weight.FromGrams(gross) : null, item.TareGrams is { } tare ? Weight.FromGrams(tare) : null,
            item.Serial, item.TamperLabel, item.BagNo, item.DataChoice, item.Hazards ?? [], item.ForReuse, item.Container)).ToList();
        await intakes.DecideAsync(scene.Transaction, new DecideVisit(scene.Stored.EventId, dropOff, accepted, [], null, scene.Stored.EventId), scene.Place, scene.Actor, ct);
        return EventEffect.Applied(scene.Stored.EventId);
    }

    private async Task<EventEffect> RefuseAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<RefuseBody>(scene.Text) is not { } body)
        {
            return EventEffect.Refused("BadBody");
        }

        var (visit, effect) = await VisitAsync(scene, body.Code, body.DropOff, ct);
        if (visit is not { } dropOff)
        {
            return effect;
        }

        if (await MatchAsync(scene, dropOff, [body.UnuKey ?? ""], ct) is not { } matched)
        {
            return EventEffect.Refused(nameof(DecideProblem.AlreadyDecided));
        }

        await intakes.DecideAsync(
            scene.Transaction, new DecideVisit(scene.Stored.EventId, dropOff, [], [new RefusedItem(matched[0], body.Reason, body.Note)], null, scene.Stored.EventId), scene.Place, scene.Actor, ct);
        return EventEffect.Applied(matched[0]);
    }

    private static async Task<EventEffect> ContainerAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<ContainerBody>(scene.Text) is not { Category: "1" or "2" or "3" or "4a" or "4b" or "5" or "6" or "mixed", TareGrams: >= 0 } body)
        {
            return EventEffect.Refused("BadBody");
        }

        var request = new NewContainer(body.Kind, body.Category, body.ForReuse, Weight.FromGrams(body.TareGrams), body.CapacityGrams is { } capacity and > 0 ? Weight.FromGrams(capacity) : null);
        return await ContainerService.OpenAsync(scene.Transaction, scene.Stored.EventId, request, scene.Place, scene.Actor, ct) is null
            ? EventEffect.Refused("IdTaken")
            : EventEffect.Applied(scene.Stored.EventId);
    }

    private static async Task<EventEffect> SealAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<SealBody>(scene.Text) is not { SealNo.Length: > 0 and <= 40 } body)
        {
            return EventEffect.Refused("BadBody");
        }

        // Sealing closes the door: whatever the device recorded before it goes in first.
        if (await WaitsForContainerAsync(scene, [body.Container], ct) || await scene.Transaction.QuerySingleAsync<bool>(EarlierSql, new { id = scene.Stored.EventId }, ct))
        {
            return EventEffect.Waiting;
        }

        return await ContainerService.SealAsync(scene.Transaction, new SealContainer(body.Container, Weight.FromGrams(body.GrossGrams), body.SealNo), scene.Place, scene.Actor, ct) switch
        {
            SealOutcome.Sealed => EventEffect.Applied(body.Container),
            var refused => EventEffect.Refused(refused.GetType().Name),
        };
    }

    // Records before this one that are not done, or that have not even arrived.
    private const string EarlierSql = """
        select e.device_seq - 1 > (select count(*) from point_events b where b.device_id = e.device_id and b.device_seq < e.device_seq and b.outcome in ('Applied', 'Refused'))
          from point_events e where e.event_id = @id
        """;

    private static async Task<EventEffect> UndoAsync(Scene scene, CancellationToken ct)
    {
        if (PointEventBody.Read<UndoBody>(scene.Text) is not { } body)
        {
            return EventEffect.Refused("BadBody");
        }

        var outcome = await scene.Transaction.QuerySingleOrDefaultAsync<string>("select outcome from point_events where event_id = @Event and device_id = @device", new { body.Event, device = scene.Stored.DeviceId }, ct);
        return outcome switch
        {
            null or "Waiting" => EventEffect.Waiting,
            "Applied" => await IntakeUndo.UndoAsync(scene.Transaction, body.Event, scene.Place, scene.Actor, ct) is UndoIntakeOutcome.Undone and var done
                ? EventEffect.Applied(body.Event)
                : EventEffect.Refused(nameof(UndoIntakeOutcome.TooLate)),
            _ => EventEffect.Applied(body.Event), // what was refused needs no undoing
        };
    }

    private async Task<(Guid? DropOff, EventEffect Otherwise)> VisitAsync(Scene scene, string? code, Guid? dropOff, CancellationToken ct)
    {
        if (dropOff is { } opened)
        {
            var outcome = await scene.Transaction.QuerySingleOrDefaultAsync<string>("select outcome from point_events where event_id = @opened and device_id = @device", new { opened, device = scene.Stored.DeviceId }, ct);
            return outcome switch
            {
                "Applied" => (opened, EventEffect.Waiting),
                null or "Waiting" => (null, EventEffect.Waiting),
                _ => (null, EventEffect.Refused("DropOffRefused")),
            };
        }

        return DropOffCode.Normalise(code) is { } normal && await visits.IdByCodeAsync(scene.Transaction, normal, ct) is { } found
            ? (found, EventEffect.Waiting)
            : (null, EventEffect.Refused("UnknownCode"));
    }

    private static async Task<bool> WaitsForContainerAsync(Scene scene, IEnumerable<Guid> containers, CancellationToken ct) =>
        await scene.Transaction.QuerySingleAsync<bool>(
            "select exists (select from unnest(@containers) c where not exists (select from containers k where k.container_id = c) and not exists (select from point_events e where e.event_id = c and e.outcome in ('Refused', 'Forked')))",
            new { containers = containers.ToArray() }, ct);

    private const string OpenItemsSql = "select item_id, unu_key from drop_off_items where drop_off_id = @dropOff and state = 'Announced' order by item_no limit 20";

    private const string AddItemSql = """
        insert into drop_off_items (item_id, drop_off_id, item_no, unu_key, condition, data_choice)
        select @item, @dropOff, 1 + coalesce(max(item_no), 0), k.unu_key, 'Unknown', 'None' from unu_keys k left join drop_off_items i on i.drop_off_id = @dropOff where k.unu_key = @key group by k.unu_key
        """;

    /// <summary>What came is matched to what was announced by its key; what nobody announced is added, because the device could not look.</summary>
    /// <returns>Null where a thing is no longer open and its key was announced: somebody decided about it before.</returns>
    private static async Task<IReadOnlyList<Guid>?> MatchAsync(Scene scene, Guid dropOff, IReadOnlyList<string> keys, CancellationToken ct)
    {
        await scene.Transaction.ExecuteAsync("select from drop_offs where drop_off_id = @dropOff for update", new { dropOff }, ct);
        var open = (await scene.Transaction.QueryAsync<OpenItem>(OpenItemsSql, new { dropOff }, ct)).ToList();
        var matched = new List<Guid>();
        foreach (var key in keys)
        {
            var item = open.Find(one => one.UnuKey == key);
            if (item is null)
            {
                if (await scene.Transaction.QuerySingleAsync<bool>("select exists (select from drop_off_items where drop_off_id = @dropOff and unu_key = @key)", new { dropOff, key }, ct))
                {
                    return null;
                }

                item = new OpenItem(Guid.CreateVersion7(), key);
                if (await scene.Transaction.ExecuteAsync(AddItemSql, new { item = item.ItemId, dropOff, key }, ct) == 0)
                {
                    throw new DecisionRefusedException(null, DecideProblem.UnknownAppliance);
                }
            }

            open.Remove(item);
            matched.Add(item.ItemId);
        }

        return matched;
    }

    private sealed record Scene(DbTransaction Transaction, StoredEvent Stored, Workplace Place, Actor Actor, string Text);

    private sealed record OpenItem(Guid ItemId, string UnuKey);
}
