using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.TakeBack.Offline;

/// <summary>Records of a device that never came: what stands behind the gap waits until two people of the operator say that they will not come.</summary>
/// <remarks>
/// The decision frees nothing by itself: containers must still be weighed or sampled (<see cref="OfflineReleases"/>). What was built on a lost record
/// (an acceptance into a container nobody heard of) is refused and has to be done again at the counter. A record that comes after all is taken as ever.
/// </remarks>
public sealed class LostRecords(Db db)
{
    // A gap is the numbers between two records that did come, or before the first one.
    private const string GapsCte = """
        known as (
            select device_id, point_id, device_seq, received_at, coalesce(lag(device_seq) over (partition by device_id order by device_seq), 0) as before
              from point_events where outcome <> 'Forked'
        ), gaps as (
            select k.device_id, k.point_id, k.before + 1 as first_missing, k.device_seq - 1 as last_missing, k.received_at as since from known k where k.device_seq > k.before + 1
        )
        """;

    private const string ListSql = $"""
        with {GapsCte}
        select g.device_id, d.name as device, d.revoked_at, o.name_kk as organisation_kk, o.name_ru as organisation_ru, p.name_kk as point_kk, p.name_ru as point_ru,
               g.first_missing, g.last_missing, g.since, w.vouchers, w.tiyn,
               (select count(*) from point_events e where e.device_id = g.device_id and e.device_seq > g.last_missing and e.outcome = 'Waiting') as records_waiting,
               l.point_event_loss_id as loss_id, l.reason, l.state, l.proposed_by, a.name as proposer, l.proposed_at, b.name as decider, l.decided_at
          from gaps g
          join devices d on d.device_id = g.device_id
          join organisations o on o.organisation_id = d.organisation_id
          join collection_points p on p.point_id = g.point_id
         cross join lateral (
               select count(*) as vouchers, coalesce(sum(v.amount_tiyn), 0)::bigint as tiyn
                 from point_events e join intakes i on i.event_id = e.event_id join vouchers v on v.voucher_id = i.voucher_id
                where e.device_id = g.device_id and e.device_seq > g.last_missing and i.released_at is null and i.undone_at is null) w
          left join point_event_losses l on l.device_id = g.device_id and l.state <> 'Withdrawn' and l.records @> int8range(g.first_missing, g.last_missing + 1)
          left join people a on a.person_id = l.proposed_by
          left join people b on b.person_id = l.decided_by
         order by case l.state when 'Proposed' then 1 when 'Applied' then 3 else 2 end, g.since desc, g.device_id, g.first_missing
         limit 200
        """;

    /// <summary>Gaps that wait for a decision first; decided ones stay to be read.</summary>
    public Task<IReadOnlyList<RecordGap>> ListAsync(CancellationToken ct) => db.QueryAsync<RecordGap>(ListSql, null, ct);

    private const string ProposeSql = $"""
        with {GapsCte}
        insert into point_event_losses (device_id, records, reason, proposed_by)
        select g.device_id, int8range(g.first_missing, g.last_missing + 1), @reason, @person
          from gaps g where g.device_id = @device and g.first_missing = @first
        returning point_event_loss_id
        """;

    /// <summary>The first person: these records will not come, because ...</summary>
    public async Task<LossDecision> ProposeAsync(Guid device, long firstMissing, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(
                async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(ProposeSql, new { device, first = firstMissing, reason, person = actor.UserId }, ct) is { } id
                    && await AuditTrail.WriteAsync(transaction, new AuditEntry("point_events.loss_proposed", "point_event_loss", id.ToString("D")).With(new { device, firstMissing, reason }), actor, ct) != Guid.Empty,
                ct) ? LossDecision.Done : LossDecision.NotFound;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "point_event_loss_once")
        {
            return LossDecision.WrongState; // somebody else was first
        }
    }

    private const string DecideSql = """
        update point_event_losses set state = @to, decided_by = @person, decided_at = app.now()
         where point_event_loss_id = @loss and state = 'Proposed' and (@to = 'Withdrawn' or proposed_by <> @person)
        returning device_id, upper(records) as behind
        """;

    // What still waits although no gap before it is undecided will wait for ever: it was built on what was lost.
    private const string RefuseOrphansSql = $"""
        with {GapsCte}, orphans as (
            select e.event_id from point_events e
             where e.device_id = @device and e.outcome = 'Waiting' and e.device_seq >= @behind
               and not exists (select from gaps g where g.device_id = e.device_id and g.last_missing < e.device_seq
                                  and not exists (select from point_event_losses l where l.device_id = g.device_id and l.state = 'Applied' and l.records @> int8range(g.first_missing, g.last_missing + 1)))
        )
        update point_events e set outcome = 'Refused', reason = 'ForerunnerLost', applied_at = app.now() from orphans o where e.event_id = o.event_id
        returning e.event_id
        """;

    private const string WhySql = "select state from point_event_losses where point_event_loss_id = @loss";

    /// <summary>The second person agrees, or either takes it back.</summary>
    public async Task<LossDecision> DecideAsync(Guid loss, bool apply, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var done = await db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<DecidedRow>(DecideSql, new { loss, to = apply ? "Applied" : "Withdrawn", person = actor.UserId }, ct) is not { } decided)
            {
                return false;
            }

            var refused = apply ? (await transaction.QueryAsync<Guid>(RefuseOrphansSql, new { device = decided.DeviceId, decided.Behind }, ct)).Count : 0;
            await AuditTrail.WriteAsync(transaction, new AuditEntry(apply ? "point_events.loss_accepted" : "point_events.loss_withdrawn", "point_event_loss", loss.ToString("D")).With(new { refused }), actor, ct);
            return true;
        }, ct);
        return done ? LossDecision.Done : await db.QuerySingleOrDefaultAsync<string>(WhySql, new { loss }, ct) switch
        {
            null => LossDecision.NotFound,
            "Proposed" => LossDecision.SamePerson,
            _ => LossDecision.WrongState,
        };
    }

    private sealed record DecidedRow(Guid DeviceId, long Behind);
}

public enum LossDecision
{
    Done,
    NotFound,
    SamePerson,
    WrongState,
}

/// <param name="Vouchers">Behind the gap and not released yet.</param>
/// <param name="RecordsWaiting">Behind the gap, stored, and without effect until now.</param>
/// <param name="State">Of the decision; none while nobody has proposed one.</param>
public sealed record RecordGap(
    Guid DeviceId, string Device, DateTimeOffset? RevokedAt, string OrganisationKk, string OrganisationRu, string PointKk, string PointRu, long FirstMissing, long LastMissing, DateTimeOffset Since, long Vouchers, long Tiyn,
    long RecordsWaiting, Guid? LossId, string? Reason, string? State, Guid? ProposedBy, string? Proposer, DateTimeOffset? ProposedAt, string? Decider, DateTimeOffset? DecidedAt)
{
    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public string Point(string language) => language == "kk" ? PointKk : PointRu;
}
