using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Evidence;

/// <summary>Closed batches become waste balance, and corrected ones take it back. Effects go forward by rows: this reads them and nobody calls it.</summary>
public sealed class BatchCredits(Db db)
{
    private const string WaitingSql = """
        select b.batch_id, b.state = 'Closed' as is_credit
          from batches b
          left join evidence_batches e using (batch_id)
         where (b.state = 'Closed' and e.batch_id is null) or (b.state in ('Corrected', 'Cancelled') and e.batch_id is not null and e.debited_at is null)
         order by b.closed_at, b.batch_id
         limit 500
        """;

    /// <summary>Every batch in a transaction of its own: one that is refused stops no other, and the job says which it was.</summary>
    /// <returns>How many batches changed a balance.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var done = 0;
        var stuck = new List<Guid>();
        foreach (var batch in await db.QueryAsync<WaitingRow>(WaitingSql, null, ct))
        {
            try
            {
                done += await db.InTransactionAsync(transaction => batch.IsCredit ? CreditAsync(transaction, batch.BatchId, ct) : DebitAsync(transaction, batch.BatchId, ct), ct) ? 1 : 0;
            }
            catch (PostgresException problem) when (problem.ConstraintName is "gram_claimed_once" or "guarded_balance_not_below_floor")
            {
                stuck.Add(batch.BatchId);
            }
        }

        return stuck.Count == 0 ? done : throw new InvalidOperationException($"Evidence stands on batches that were corrected: {string.Join(", ", stuck)}.");
    }

    // The row of the batch is the claim: a second sweep at the same moment waits and then finds it there.
    private const string ClaimSql = """
        insert into evidence_batches (batch_id, without_grams)
        select b.batch_id, coalesce((select sum(i.grams) from batch_inputs i join site_lots l using (site_lot_id)
                                      where i.batch_id = b.batch_id and i.ended_at is null and (l.basis <> 'Verified' or l.channel = 'Opening')), 0)
          from (select batch_id from batches where batch_id = @batch and state = 'Closed' for share) b
        on conflict (batch_id) do nothing
        returning batch_id
        """;

    private const string BalancesSql = """
        with wanted as (
            select distinct l.site_id, l.organisation_id, l.category, extract(year from l.weighed_in_on)::int as year, l.payer, l.own_system_id
              from batch_inputs i join site_lots l using (site_lot_id)
             where i.batch_id = @batch and i.ended_at is null and l.basis = 'Verified' and l.channel <> 'Opening'
        ), missing as (
            select w.*, uuidv7() as balance_id from wanted w
             where not exists (select from waste_balances b where (b.site_id, b.category, b.year, b.payer) = (w.site_id, w.category, w.year, w.payer) and b.own_system_id is not distinct from w.own_system_id)
        )
        insert into waste_balances (balance_id, site_id, organisation_id, category, year, payer, own_system_id, total_account_id, available_account_id, claimed_account_id)
        select balance_id, site_id, organisation_id, category, year, payer, own_system_id, ledger.open_account('evidence_total', balance_id, 'evidence:' || category),
               ledger.open_account('evidence_available', balance_id, 'evidence:' || category), ledger.open_account('evidence_claimed', balance_id, 'evidence:' || category)
          from missing
        on conflict on constraint balance_once do nothing
        """;

    private const string GramsSql = """
        insert into evidence_grams (batch_input_id, balance_id, batch_id, credited_grams)
        select i.batch_input_id, b.balance_id, i.batch_id, i.grams
          from batch_inputs i
          join site_lots l using (site_lot_id)
          join waste_balances b on (b.site_id, b.category, b.year, b.payer) = (l.site_id, l.category, extract(year from l.weighed_in_on)::int, l.payer) and b.own_system_id is not distinct from l.own_system_id
         where i.batch_id = @batch and i.ended_at is null and l.basis = 'Verified' and l.channel <> 'Opening'
        """;

    private const string CreditSql = """
        with made as (
            insert into evidence_credits (balance_id, batch_id, kind, grams)
            select balance_id, batch_id, 'Closed', sum(credited_grams) from evidence_grams where batch_id = @batch group by balance_id, batch_id
            returning credit_id, balance_id, grams
        ), counted as (
            update evidence_batches set credited_grams = (select coalesce(sum(grams), 0) from made) where batch_id = @batch
        )
        select count(x.*)
          from (select ledger.post('evidence_credited', 'evidence_credit', m.credit_id, leg.no, 'evidence:' || b.category, ledger.open_account('evidence_treated', null, 'evidence:' || b.category),
                       case leg.no when 1 then b.total_account_id else b.available_account_id end, m.grams)
                  from made m join waste_balances b using (balance_id) cross join (values (1), (2)) as leg(no)
                 order by b.balance_id, leg.no) x
        """;

    private static async Task<bool> CreditAsync(DbTransaction transaction, Guid batch, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<Guid?>(ClaimSql, new { batch }, ct) is null)
        {
            return false;
        }

        await transaction.ExecuteAsync(BalancesSql, new { batch }, ct);
        await transaction.ExecuteAsync(GramsSql, new { batch }, ct);
        return await transaction.QuerySingleAsync<long>(CreditSql, new { batch }, ct) > 0;
    }

    // Claimed grams cannot be taken back: gram_claimed_once refuses, the batch stays waiting and the job shows why.
    private const string DebitSql = """
        with claimed as (
            update evidence_batches set debited_at = app.now() where batch_id = @batch and debited_at is null returning batch_id
        ), emptied as (
            update evidence_grams g set credited_grams = 0
              from claimed c
             where g.batch_id = c.batch_id and g.credited_grams > 0
            returning g.balance_id, g.batch_id, old.credited_grams as grams
        ), made as (
            insert into evidence_credits (balance_id, batch_id, kind, grams)
            select balance_id, batch_id, 'Corrected', -sum(grams) from emptied group by balance_id, batch_id
            returning credit_id, balance_id, grams
        )
        select count(x.*)
          from (select ledger.post('evidence_debited', 'evidence_credit', m.credit_id, leg.no, 'evidence:' || b.category,
                       case leg.no when 1 then b.total_account_id else b.available_account_id end, ledger.open_account('evidence_treated', null, 'evidence:' || b.category), -m.grams)
                  from made m join waste_balances b using (balance_id) cross join (values (1), (2)) as leg(no)
                 order by b.balance_id, leg.no) x
        """;

    private static async Task<bool> DebitAsync(DbTransaction transaction, Guid batch, CancellationToken ct) => await transaction.QuerySingleAsync<long>(DebitSql, new { batch }, ct) > 0;

    private sealed record WaitingRow(Guid BatchId, bool IsCredit);
}
