using System.Globalization;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using Npgsql;

namespace EwasteEpr.TakeBack.Offline;

/// <summary>Takes the queue of a counter that had no network: every record is kept first and then has one effect, whatever the order and however often it comes.</summary>
/// <remarks>
/// Records are stored in one transaction and applied one by one in transactions of their own, so one that cannot be applied never stands in the way of the others.
/// A record whose forerunner has not arrived waits for it. Value is held until the container was weighed: see <see cref="OfflineReleases"/>.
/// </remarks>
public sealed class PointEventService(Db db, PointEventEffects effects)
{
    public const int MostEvents = 500;

    private const string PlaceSql = """
        select p.point_id from collection_points p where p.point_id = @point and p.organisation_id = @organisation
        """;

    // A member whose role ended meanwhile is still told who it was: the record keeps the claim, the rule refuses the effect.
    private const string StoreSql = """
        insert into point_events (event_id, device_id, organisation_id, point_id, device_seq, previous_hash, event_hash, kind, person_id, device_at, body, outcome, reason)
        select @Id, @device, @organisation, @point, @Sequence, decode(@PreviousHash, 'hex'), decode(@hash, 'hex'), @kind, p.person_id, @deviceAt, @wrapped::jsonb,
               case when exists (select from point_events e where e.device_id = @device and e.device_seq = @Sequence and e.outcome <> 'Forked' and e.event_id <> @Id) then 'Forked' else 'Waiting' end, null
          from people p
         where p.person_id = @Person
        on conflict do nothing
        """;

    private const string AnswersSql = """
        select e.event_id as id, case when encode(e.event_hash, 'hex') = w.hash and e.device_id = @device then e.outcome else 'Refused' end as outcome,
               case when encode(e.event_hash, 'hex') = w.hash and e.device_id = @device then e.reason else 'IdTaken' end as reason,
               case when encode(e.event_hash, 'hex') = w.hash and e.device_id = @device then e.result_id end as result
          from unnest(@ids, @hashes) with ordinality as w(id, hash, place)
          join point_events e on e.event_id = w.id
         order by w.place
        """;

    /// <summary>One transaction at a time for each device, so the same batch sent twice at once is one batch and an answer.</summary>
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended(@device::text, 13))";

    /// <returns>An answer for each record, in their order; null when the point is not the device's organisation's.</returns>
    public async Task<IReadOnlyList<PointEventAnswer>?> TakeAsync(PointBatch batch, OfflineDevice device, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(device);
        if (await db.QuerySingleOrDefaultAsync<Guid?>(PlaceSql, new { point = batch.Point, organisation = device.Organisation }, ct) is null)
        {
            return null;
        }

        await StoreAsync(batch, device, ct);
        await ApplyWaitingAsync(device.DeviceId, actor, ct);
        var known = (await db.QueryAsync<PointEventAnswer>(
            AnswersSql, new { device = device.DeviceId, ids = batch.Events.Select(one => one.Id).ToArray(), hashes = batch.Events.Select(one => one.Hash).ToArray() }, ct)).ToDictionary(answer => answer.Id);
        // Not stored: nobody with that id of a person exists, so there is nobody to have done it.
        return [.. batch.Events.Select(one => known.GetValueOrDefault(one.Id) ?? new PointEventAnswer(one.Id, "Refused", "UnknownPerson", null))];
    }

    private Task<bool> StoreAsync(PointBatch batch, OfflineDevice device, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(LockSql, new { device = device.DeviceId }, ct);
            foreach (var one in batch.Events.OrderBy(one => one.Sequence))
            {
                await transaction.ExecuteAsync(StoreSql, new
                {
                    one.Id, device = device.DeviceId, organisation = device.Organisation, point = batch.Point, one.Sequence, one.PreviousHash, hash = one.Hash, kind = one.Kind.ToString(), one.Person,
                    deviceAt = ClaimedAt(one.At), wrapped = JsonSerializer.Serialize(new StoredBody(one.Body, one.At, batch.ScaleNo, batch.ScaleVerifiedUntil)),
                }, ct);
            }

            return true;
        }, ct);

    /// <summary>A clock may say anything; what is no time at all is kept in the body and counts as the beginning of time.</summary>
    private static DateTimeOffset ClaimedAt(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at.Year is > 1970 and < 9999 ? at : DateTimeOffset.UnixEpoch;

    private const string WaitingSql = "select event_id from point_events where device_id = @device and outcome = 'Waiting' order by device_seq, event_id limit 2000";

    private async Task ApplyWaitingAsync(Guid device, Actor actor, CancellationToken ct)
    {
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var id in await db.QueryAsync<Guid>(WaitingSql, new { device }, ct))
            {
                progress |= await ApplyAsync(id, device, actor, ct);
            }
        }
    }

    private const string DevicesSql = "select distinct device_id from point_events where outcome = 'Waiting' and received_at > app.now() - interval '30 days' order by device_id limit 1000";

    /// <summary>The sweep: what a killed node left stored and not applied.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        foreach (var device in await db.QueryAsync<Guid>(DevicesSql, null, ct))
        {
            await ApplyWaitingAsync(device, Actor.System("point-events"), ct);
        }
    }

    private const string ClaimSql = """
        select e.event_id, e.device_id, e.organisation_id, e.point_id, e.kind, e.person_id, e.body::text as body,
               exists (select from memberships m where m.organisation_id = e.organisation_id and m.person_id = e.person_id and 'point_staff' = any (m.roles)) as is_staff
          from point_events e
         where e.event_id = @id and e.outcome = 'Waiting'
           for update
        """;

    private const string DoneSql = "update point_events set outcome = @outcome, reason = @reason, result_id = @result, applied_at = app.now() where event_id = @id and outcome = 'Waiting'";

    /// <returns>True when the record is done with; false while it waits.</returns>
    private async Task<bool> ApplyAsync(Guid id, Guid device, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                await transaction.ExecuteAsync(LockSql, new { device }, ct);
                if (await transaction.QuerySingleOrDefaultAsync<StoredEvent>(ClaimSql, new { id }, ct) is not { } stored)
                {
                    return false;
                }

                var effect = stored.IsStaff ? await effects.ApplyAsync(transaction, stored, actor, ct) : EventEffect.Refused("NotStaff");
                return effect is { IsWaiting: false } && await transaction.ExecuteAsync(DoneSql, new { id, outcome = effect.Outcome, reason = effect.Reason, result = effect.Result }, ct) == 1;
            }, ct);
        }
        catch (DecisionRefusedException refused)
        {
            return await RefuseAsync(id, refused.Message, ct);
        }
        catch (PostgresException problem) when (ReasonOf(problem) is { } reason)
        {
            return await RefuseAsync(id, reason, ct);
        }
    }

    private async Task<bool> RefuseAsync(Guid id, string reason, CancellationToken ct) =>
        await db.ExecuteAsync(DoneSql, new { id, outcome = "Refused", reason, result = (Guid?)null }, ct) == 1;

    private static string? ReasonOf(PostgresException problem) =>
        problem.ConstraintName == "container_seal_once" ? "SealTaken" : IntakeService.ProblemOf(problem)?.ToString();
}

/// <summary>A paired device that is not revoked.</summary>
public sealed record OfflineDevice(Guid DeviceId, OrganisationId Organisation);

internal sealed record StoredEvent(Guid EventId, Guid DeviceId, OrganisationId OrganisationId, PointId PointId, string Kind, PersonId PersonId, string Body, bool IsStaff)
{
    public StoredBody Wrapped => JsonSerializer.Deserialize<StoredBody>(Body)!;
}

/// <summary>The device's own text inside an envelope, so that its hash can be computed again from what is stored.</summary>
internal sealed record StoredBody(string Text, string At, string? ScaleNo, DateOnly? ScaleVerifiedUntil);

internal sealed record EventEffect(string Outcome, string? Reason, Guid? Result)
{
    public bool IsWaiting => Outcome == "Waiting";

    public static EventEffect Applied(Guid result) => new("Applied", null, result);

    public static EventEffect Refused(string reason) => new("Refused", reason, null);

    public static EventEffect Waiting { get; } = new("Waiting", null, null);
}
