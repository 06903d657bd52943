using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>A mistake in a closed batch: a new version takes over its input, the old one stays readable, and every transfer of it is taken back by its mirror.</summary>
public sealed class BatchCorrecting(Db db)
{
    // Whoever ships of an output waits here, and afterwards finds it gone.
    private const string LockOutputsSql = "select from batch_outputs where batch_id = @BatchId order by output_id for update";

    private const string LookSql = """
        select batch_is_held(@BatchId) as is_held, hold_certification(@SiteId, @Category) is not null as is_certified,
               exists (select from fraction_shipments s join batch_outputs o using (output_id) where o.batch_id = @BatchId and s.state <> 'Cancelled') as is_shipped
        """;

    public async Task<CorrectOutcome> CorrectAsync(string number, OrganisationId organisation, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(reason))
        {
            return new CorrectOutcome.Refused(EndProblem.NoReason);
        }

        return await db.InTransactionAsync<CorrectOutcome>(async transaction =>
        {
            var batch = await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct);
            if (batch is not { State: "Closed" })
            {
                return new CorrectOutcome.Refused(batch is null ? EndProblem.NotFound : EndProblem.WrongState);
            }

            await transaction.ExecuteAsync(LockOutputsSql, batch, ct);
            var look = await transaction.QuerySingleAsync<LookRow>(LookSql, batch, ct);
            if (look is not { IsHeld: false, IsCertified: true, IsShipped: false })
            {
                return new CorrectOutcome.Refused(look.IsHeld ? EndProblem.Held : look.IsShipped ? EndProblem.Shipped : EndProblem.NotCertified);
            }

            var made = await ReplaceAsync(transaction, batch, reason.Trim(), actor, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.corrected", "batch", number).With(new { by = made, reason = reason.Trim() }), actor, ct);
            return new CorrectOutcome.Corrected(made);
        }, ct);
    }

    private const string LiveSql = """
        select i.batch_input_id, i.site_lot_id, i.grams, l.account_id from batch_inputs i join site_lots l using (site_lot_id)
         where i.batch_id = @BatchId and i.ended_at is null order by i.batch_input_id limit 100000
        """;

    private const string MadeSql = """
        with made as (
            select uuidv7() as id
        ), account as materialized (
            select id, ledger.open_account('mass_in_batch', id, @Unit) as account_id from made
        )
        insert into batches (batch_id, number, site_id, organisation_id, category, technology, started_on, opened_by, account_id, corrects_batch_id, version, correction_reason, loss_grams, loss_reason, output_grams)
        select a.id, format('B-%s-%s', extract(year from b.started_on), lpad(nextval('batch_numbers')::text, 4, '0')), b.site_id, b.organisation_id, b.category, b.technology, b.started_on, @person, a.account_id,
               b.batch_id, b.version + 1, @reason, b.loss_grams, b.loss_reason, b.output_grams
          from account a, batches b where b.batch_id = @BatchId
        returning number
        """;

    private const string CopySql = """
        insert into batch_outputs (batch_id, output_no, kind, fraction, waste_code, operation, result, hazardous, grams, destination_name, destination_country, is_final)
        select @made, output_no, kind, fraction, waste_code, operation, result, hazardous, grams, destination_name, destination_country, is_final
          from batch_outputs where batch_id = @BatchId and state <> 'Cancelled'
        """;

    private static async Task<string> ReplaceAsync(DbTransaction transaction, LockedBatch batch, string reason, Actor actor, CancellationToken ct)
    {
        var made = await transaction.QuerySingleAsync<string>(MadeSql, new { batch.BatchId, batch.Unit, person = actor.UserId, reason }, ct);
        var next = await transaction.QuerySingleAsync<LockedBatch>(LockedBatch.Sql, new { number = made, organisation = batch.OrganisationId }, ct);
        await transaction.ExecuteAsync(CopySql, new { batch.BatchId, made = next.BatchId }, ct);
        await UndoAsync(transaction, batch, ct);
        var inputs = await transaction.QueryAsync<InputRow>(LiveSql, batch, ct);
        await BatchReturns.ReturnAsync(transaction, batch, [.. inputs.Select(input => input.BatchInputId)], keepsCapacity: true, ct);
        await BatchCharging.WriteAsync(transaction, next, [.. inputs.Select(input => new BatchCharging.LotRow(input.SiteLotId, input.Grams, input.AccountId))], ct);
        return made;
    }

    private const string LockSql = """
        select ledger.lock_accounts(array(
            select unnest(array[t.debit_account_id, t.credit_account_id]) from ledger.transfers t
             where (t.source_type = 'batch' and t.source_id = @BatchId) or (t.source_type = 'batch_output' and t.source_id in (select output_id from batch_outputs where batch_id = @BatchId))))
        """;

    // What came out goes back in before what was never there is taken away again: the batch's account never goes below zero.
    private const string OutputsBackSql = """
        with reversed as materialized (
            select o.output_id, o.transfer_id, ledger.reverse(o.transfer_id, 'batch_output', o.output_id, 2) as back
              from batch_outputs o where o.batch_id = @BatchId and o.state <> 'Cancelled'
        ), unlinked as (
            update trace_links x set ended_at = app.now() from reversed r where x.transfer_id = r.transfer_id and x.from_type = 'batch' and x.ended_at is null
        )
        update batch_outputs o set state = 'Cancelled', confirmed_on = null, confirmed_grams = 0
          from reversed r where o.output_id = r.output_id
        """;

    private const string RestBackSql = """
        select ledger.reverse(t.transfer_id, 'batch', @BatchId, (10 + t.leg)::integer)
          from (select * from ledger.transfers where source_type = 'batch' and source_id = @BatchId and kind <> 'reversal' order by leg desc limit 10) t
        """;

    private const string DoneSql = """
        with ended as (
            update treatment_discrepancies set ended_at = app.now() where batch_id = @BatchId and ended_at is null
        )
        update batches set state = 'Corrected' where batch_id = @BatchId
        """;

    private static async Task UndoAsync(DbTransaction transaction, LockedBatch batch, CancellationToken ct)
    {
        await transaction.ExecuteAsync(LockSql, batch, ct);
        await transaction.ExecuteAsync(OutputsBackSql, batch, ct);
        await transaction.QueryAsync<Guid>(RestBackSql, batch, ct);
        await transaction.ExecuteAsync(DoneSql, batch, ct);
    }

    private sealed record LookRow(bool IsHeld, bool IsCertified, bool IsShipped);

    private sealed record InputRow(Guid BatchInputId, Guid SiteLotId, long Grams, Guid AccountId);
}
