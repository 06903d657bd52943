using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers.Issuing;

namespace EwasteEpr.TakeBack.Offline;

/// <summary>When the value of records made without network follows: the scale has confirmed the containers, or somebody looked at a sample again.</summary>
/// <remarks>
/// The device's records must also form an unbroken chain up to the one in question: a gap means that something is not told yet,
/// or that two people have decided that it never will be (<see cref="LostRecords"/>).
/// The tolerance is domain.md section 9's: the larger of 3 per cent and 50 grams, at most 5 kg.
/// </remarks>
public sealed class OfflineReleases(Db db)
{
    private const string DueSql = """
        select a.intake_id
          from intakes a
          join point_events e on e.event_id = a.event_id
         where a.event_id is not null and a.voucher_id is not null and a.released_at is null and a.undone_at is null
           and (not exists (
                 select from intake_items i join stock_lots l using (lot_id) join containers c using (container_id)
                  where i.intake_id = a.intake_id
                    and (c.net_grams is null
                         or abs(c.net_grams - (select sum(x.grams) from stock_lots s join intake_items x on x.lot_id = s.lot_id and x.undone_at is null where s.container_id = c.container_id)
                                            - (select coalesce(sum(d.delta_grams), 0) from lot_adjustments d where d.container_id = c.container_id))
                            > greatest(50, least(c.net_grams * 3 / 100, 5000))))
                or exists (
                 select from sample_rescans r join intake_items i on i.intake_id = a.intake_id join stock_lots l using (lot_id)
                  where r.container_id = l.container_id and r.device_id = e.device_id and r.found = r.looked_at and r.done_at >= e.received_at))
           and not exists (
                 select from point_events b
                  where b.device_id = e.device_id and b.device_seq <= e.device_seq and b.outcome <> 'Forked'
                    and b.previous_hash is distinct from (select p.event_hash from point_events p where p.device_id = b.device_id and p.device_seq = b.device_seq - 1 and p.outcome <> 'Forked')
                    and not exists (
                         select from point_event_losses l
                          where l.device_id = b.device_id and l.state = 'Applied' and l.records @> b.device_seq - 1
                            and not exists (select from point_events p where p.device_id = b.device_id and p.device_seq = b.device_seq - 1 and p.outcome <> 'Forked')))
         order by a.accepted_at, a.intake_id
         limit 200
           for update of a skip locked
        """;

    private const string MarkSql = "update intakes set released_at = app.now() where intake_id = any (@due)";

    /// <returns>How many acceptances were confirmed.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var (all, done) = (0, 0);
        do
        {
            done = await db.InTransactionAsync(async transaction =>
            {
                var due = (await transaction.QueryAsync<Guid>(DueSql, null, ct)).ToArray();
                if (due.Length > 0)
                {
                    await VoucherHolds.ReleaseWeighedAsync(transaction, due, Actor.System("offline-releases"), ct);
                    await transaction.ExecuteAsync(MarkSql, new { due }, ct);
                }

                return due.Length;
            }, ct);
            all += done;
        }
        while (done > 0);
        return all;
    }

    private const string RescanSql = """
        insert into sample_rescans (device_id, container_id, looked_at, found, done_by)
        select e.device_id, c.container_id, @LookedAt, @Found, @person
          from containers c
          join lateral (
               select v.device_id from stock_lots l join intake_items i on i.lot_id = l.lot_id join intakes a on a.intake_id = i.intake_id join point_events v on v.event_id = a.event_id
                where l.container_id = c.container_id order by v.received_at desc, v.event_id limit 1) e on true
         where c.container_id = @ContainerId and c.organisation_id = @organisation and c.point_id = @point
        returning sample_rescan_id
        """;

    /// <summary>Somebody other than the one who accepted looks at a sample of a container's things.</summary>
    /// <returns>False when the container is not there or holds nothing that was accepted without network.</returns>
    public Task<bool> RescanAsync(SampleRescan request, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        return db.InTransactionAsync(async transaction =>
        {
            var parameters = new { request.ContainerId, request.LookedAt, request.Found, person = place.Person, organisation = place.Organisation, point = place.Point };
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(RescanSql, parameters, ct) is not { } rescan)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("container.sampled", "sample_rescan", rescan.ToString("D")).With(new { request.ContainerId, request.LookedAt, request.Found }), actor, ct);
            return true;
        }, ct);
    }
}

public sealed record SampleRescan(Guid ContainerId, int LookedAt, int Found);
