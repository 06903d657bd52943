using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Issuing;

/// <summary>Undo at the counter, and what time does to vouchers: released after ten minutes, expired after their last day.</summary>
public sealed class VoucherEndings(Db db)
{
    private const int Batch = 500;

    // Claim, give back, remember: value returns to the campaign it came from.
    private const string ReturnSql = """
        with ended as (
            update vouchers v set state = @state, held_from = null, held_at = null
              from campaigns c
             where v.voucher_id = any (@ids) and c.campaign_id = v.campaign_id and v.state = any (@from)
            returning v.voucher_id, v.amount_tiyn, v.liability_account_id, c.budget_account_id
        )
        select e.voucher_id,
               ledger.post('voucher_returned', 'voucher', e.voucher_id, 1, 'KZT', e.liability_account_id, e.budget_account_id, e.amount_tiyn),
               audit.write(@actor::jsonb, @action, 'voucher', e.voucher_id::text)
          from ended e
         order by e.voucher_id
        """;

    private const string LockSql = """
        select ledger.lock_accounts(array(
            select c.budget_account_id from campaigns c where c.campaign_id in (select v.campaign_id from vouchers v where v.voucher_id = any (@ids))))
        """;

    internal static async Task<int> ReturnAsync(DbTransaction transaction, IReadOnlyList<Guid> ids, VoucherReturn how, Actor actor, CancellationToken ct)
    {
        var parameters = new { ids = ids.ToArray(), state = how.To.ToString(), from = how.From.Select(state => state.ToString()).ToArray(), action = how.Action, actor = actor.ToJson() };
        await transaction.ExecuteAsync(LockSql, parameters, ct);
        return (await transaction.QueryAsync<ReturnedRow>(ReturnSql, parameters, ct)).Count;
    }

    private const string UndoableSql = """
        select voucher_id, (state = 'Pending' or (state = 'Held' and held_from = 'Pending')) and releases_at > app.now() as may
          from vouchers
         where intake_id = @intakeId
           for update
        """;

    private const string CloseHoldsSql = """
        update voucher_holds set outcome = 'Cancelled', decided_at = app.now(), decided_by = @person where voucher_id = @voucherId and outcome is null
        """;

    /// <summary>The counter undoes an intake within ten minutes, in the transaction that undoes it.</summary>
    public static async Task<UndoOutcome> CancelPendingAsync(DbTransaction transaction, Guid intakeId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(actor);
        if (await transaction.QuerySingleOrDefaultAsync<UndoableRow>(UndoableSql, new { intakeId }, ct) is not { } voucher)
        {
            return UndoOutcome.NoVoucher;
        }

        if (!voucher.May)
        {
            return UndoOutcome.TooLate;
        }

        await transaction.ExecuteAsync(CloseHoldsSql, new { voucher.VoucherId, person = actor.UserId }, ct);
        await ReturnAsync(transaction, [voucher.VoucherId], VoucherReturn.Undone, actor, ct);
        return UndoOutcome.Cancelled;
    }

    private const string ReleaseSql = """
        with due as (
            select voucher_id from vouchers where state = 'Pending' and releases_at <= app.now()
             order by releases_at, voucher_id limit @batch for update skip locked
        ), issued as (
            update vouchers v set state = 'Issued' from due where v.voucher_id = due.voucher_id returning v.voucher_id
        )
        select i.voucher_id, audit.write(@actor::jsonb, 'voucher.issued', 'voucher', i.voucher_id::text) from issued i
        """;

    private const string ExpiredSql = """
        select voucher_id from vouchers where state = 'Issued' and expires_at <= app.now()
         order by expires_at, voucher_id limit @batch for update skip locked
        """;

    /// <summary>The sweep: the ten minutes are over.</summary>
    public async Task<int> ReleaseSweepAsync(CancellationToken ct)
    {
        var (all, done) = (0, 0);
        do
        {
            done = (await db.QueryAsync<ReleasedRow>(ReleaseSql, new { batch = Batch, actor = Actor.System("voucher-release").ToJson() }, ct)).Count;
            all += done;
        }
        while (done == Batch);
        return all;
    }

    /// <summary>The sweep: 24:00 of the printed day has come.</summary>
    public async Task<int> ExpirySweepAsync(CancellationToken ct)
    {
        var (all, done) = (0, 0);
        do
        {
            done = await db.InTransactionAsync(
                async transaction => await transaction.QueryAsync<Guid>(ExpiredSql, new { batch = Batch }, ct) is { Count: > 0 } ids
                    ? await ReturnAsync(transaction, ids, VoucherReturn.Expired, Actor.System("voucher-expiry"), ct)
                    : 0,
                ct);
            all += done;
        }
        while (done == Batch);
        return all;
    }

    private sealed record ReturnedRow(Guid VoucherId, Guid Post, Guid Write);

    private sealed record ReleasedRow(Guid VoucherId, Guid Write);

    private sealed record UndoableRow(Guid VoucherId, bool May);
}

/// <summary>The ways in which a voucher's value goes back to its campaign.</summary>
internal sealed record VoucherReturn(VoucherState To, VoucherState[] From, string Action)
{
    public static VoucherReturn Undone { get; } = new(VoucherState.Cancelled, [VoucherState.Pending, VoucherState.Held], "voucher.undone");

    public static VoucherReturn Expired { get; } = new(VoucherState.Expired, [VoucherState.Issued], "voucher.expired");

    public static VoucherReturn Cancelled { get; } = new(VoucherState.Cancelled, [VoucherState.Pending, VoucherState.Issued, VoucherState.Held], "voucher.cancelled");
}
