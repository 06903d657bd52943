using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Issuing;

/// <summary>Vouchers that a rule stopped: appealed by their owner, released by one person of the operator, cancelled by two.</summary>
public sealed class VoucherHolds(Db db)
{
    private const string HoldSql = """
        with claimed as (
            update vouchers set state = 'Held', held_from = state, held_at = app.now() where voucher_no = @voucherNo and state in ('Pending', 'Issued') returning voucher_id
        ), held as (
            insert into voucher_holds (voucher_id, reason, held_by, decide_by, note)
            select voucher_id, 'ByOperator', @person, app.add_working_days(app.today(), 3), @note from claimed
        )
        select c.voucher_id, audit.write(@actor::jsonb, 'voucher.held', 'voucher', c.voucher_id::text, jsonb_build_object('reason', 'ByOperator', 'note', @note)) from claimed c
        """;

    /// <summary>False: it is not there, or in a state that cannot be held.</summary>
    public async Task<bool> HoldAsync(long voucherNo, string note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<DoneRow>(HoldSql, new { voucherNo, note, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string AppealSql = """
        with appealed as (
            update voucher_holds set appeal = @text, appealed_at = app.now()
             where voucher_id = @voucherId and outcome is null and appeal is null
            returning voucher_id
        )
        select a.voucher_id, audit.write(@actor::jsonb, 'voucher.appealed', 'voucher', a.voucher_id::text) from appealed a limit 1
        """;

    /// <summary>The owner's word; one for each hold.</summary>
    public async Task<bool> AppealAsync(Guid voucherId, string text, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<DoneRow>(AppealSql, new { voucherId, text, actor = actor.ToJson() }, ct) is not null;
    }

    // The time on hold is added to the printed day, whole days, rounded up.
    private const string ReleaseSql = """
        with decided as (
            update voucher_holds h set outcome = 'Released', decided_by = @person, decided_at = app.now(), note = coalesce(@note, note)
             where h.voucher_id = any (@ids) and h.outcome is null and (h.reason = 'AwaitsWeighing') = @weighed
            returning h.voucher_hold_id, h.voucher_id
        ), free as (
            select distinct d.voucher_id from decided d
             where not exists (select from voucher_holds h
                                where h.voucher_id = d.voucher_id and h.outcome is null and h.voucher_hold_id not in (select voucher_hold_id from decided))
        ), released as (
            update vouchers v
               set state = v.held_from, held_from = null, held_at = null,
                   expires_on = v.expires_on + ceil(extract(epoch from app.now() - v.held_at) / 86400)::int,
                   expires_at = (v.expires_on + ceil(extract(epoch from app.now() - v.held_at) / 86400)::int + 1)::timestamp at time zone 'Asia/Almaty'
              from free where v.voucher_id = free.voucher_id and v.state = 'Held'
            returning v.voucher_id
        )
        select r.voucher_id, audit.write(@actor::jsonb, 'voucher.released', 'voucher', r.voucher_id::text, jsonb_build_object('note', @note::text)) from released r
        """;

    private const string LockSql = "select voucher_id from vouchers where state = 'Held' and (voucher_no = @voucherNo or intake_id = any (@intakes)) order by voucher_id for update";

    /// <summary>One person of the operator has looked. A voucher that also awaits its weighing stays held for that alone.</summary>
    public Task<bool> ReleaseAsync(long voucherNo, string note, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var ids = await transaction.QueryAsync<Guid>(LockSql, new { voucherNo, intakes = Array.Empty<Guid>() }, ct);
            return ids.Count > 0 && await ReleaseAsync(transaction, ids, weighed: false, note, actor, ct) >= 0;
        },
        ct);

    /// <summary>The container of these offline intakes was weighed, or a sample scanned again: what waited for that alone is released.</summary>
    /// <returns>How many vouchers are free now.</returns>
    public static async Task<int> ReleaseWeighedAsync(DbTransaction transaction, IReadOnlyCollection<Guid> intakes, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(intakes);
        var ids = await transaction.QueryAsync<Guid>(LockSql, new { voucherNo = 0L, intakes = intakes.ToArray() }, ct);
        return ids.Count == 0 ? 0 : await ReleaseAsync(transaction, ids, weighed: true, note: null, actor, ct);
    }

    private static async Task<int> ReleaseAsync(DbTransaction transaction, IReadOnlyList<Guid> ids, bool weighed, string? note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await transaction.QueryAsync<DoneRow>(ReleaseSql, new { ids = ids.ToArray(), weighed, note, person = actor.UserId, actor = actor.ToJson() }, ct)).Count;
    }

    private const string ProposeSql = """
        with proposed as (
            insert into voucher_cancellations (voucher_id, reason, proposed_by)
            select voucher_id, @reason, @person from vouchers where voucher_no = @voucherNo and state in ('Pending', 'Issued', 'Held')
            on conflict do nothing
            returning voucher_id
        )
        select p.voucher_id, audit.write(@actor::jsonb, 'voucher.cancellation_proposed', 'voucher', p.voucher_id::text, jsonb_build_object('reason', @reason)) from proposed p
        """;

    /// <summary>The first of two people. False: nothing to cancel, or a proposal is open.</summary>
    public async Task<bool> ProposeCancelAsync(long voucherNo, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<DoneRow>(ProposeSql, new { voucherNo, reason, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string CancelLockSql = """
        select c.voucher_cancellation_id, v.voucher_id, c.proposed_by, v.state in ('Pending', 'Issued', 'Held') as may
          from vouchers v
          join voucher_cancellations c on c.voucher_id = v.voucher_id and c.state = 'Proposed'
         where v.voucher_no = @voucherNo
           for update of v, c
        """;

    private const string DecideSql = """
        with closed as (
            update voucher_holds set outcome = 'Cancelled', decided_by = @person, decided_at = app.now() where voucher_id = @voucherId and outcome is null and @apply
        )
        update voucher_cancellations set state = case when @apply then 'Applied' else 'Withdrawn' end, decided_by = @person, decided_at = app.now()
         where voucher_cancellation_id = @id
        """;

    /// <summary>The second person applies or withdraws what the first proposed; the value goes back to the campaign.</summary>
    public Task<CancelDecision> DecideCancelAsync(long voucherNo, bool apply, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(actor);
            if (await transaction.QuerySingleOrDefaultAsync<ProposedRow>(CancelLockSql, new { voucherNo }, ct) is not { } proposed)
            {
                return CancelDecision.NotFound;
            }

            if (apply && (proposed.ProposedBy == actor.UserId || actor.UserId is null))
            {
                return CancelDecision.SamePerson;
            }

            var applies = apply && proposed.May;
            await transaction.ExecuteAsync(DecideSql, new { id = proposed.VoucherCancellationId, proposed.VoucherId, apply = applies, person = actor.UserId }, ct);
            if (applies)
            {
                await VoucherEndings.ReturnAsync(transaction, [proposed.VoucherId], VoucherReturn.Cancelled, actor, ct);
                return CancelDecision.Cancelled;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("voucher.cancellation_withdrawn", "voucher", proposed.VoucherId.ToString("D")), actor, ct);
            return apply ? CancelDecision.TooLate : CancelDecision.Withdrawn;
        },
        ct);

    private sealed record DoneRow(Guid VoucherId, Guid Write);

    private sealed record ProposedRow(Guid VoucherCancellationId, Guid VoucherId, Guid ProposedBy, bool May);
}

public enum CancelDecision
{
    Cancelled,
    Withdrawn,
    NotFound,
    SamePerson,

    /// <summary>It was spent or had expired meanwhile; the proposal is closed.</summary>
    TooLate,
}
