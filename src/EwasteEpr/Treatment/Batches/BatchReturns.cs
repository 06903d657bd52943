using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>Grams go back from a batch into the lots they came from: a reverse transfer for each, and the capacity with them.</summary>
internal static class BatchReturns
{
    private const string LockSql = """
        select ledger.lock_accounts(array(
            select x.account_id from batch_inputs i join site_lots l using (site_lot_id), unnest(array[l.account_id, @AccountId]) as x(account_id)
             where i.batch_input_id = any (@inputs)))
        """;

    private const string ReverseSql = """
        with reversed as materialized (
            select i.batch_input_id, i.transfer_id, ledger.reverse(i.transfer_id, 'batch_input', i.batch_input_id, 2) as back
              from batch_inputs i
             where i.batch_input_id = any (@inputs) and i.batch_id = @BatchId and i.ended_at is null
        ), unlinked as (
            update trace_links x set ended_at = app.now() from reversed r where x.transfer_id = r.transfer_id and x.from_type = 'site_lot' and x.ended_at is null
        )
        update batch_inputs i set ended_at = app.now(), return_transfer_id = r.back
          from reversed r where i.batch_input_id = r.batch_input_id
        """;

    // Given back for the day on which it was taken.
    private const string CapacitySql = """
        select take_capacity(@SiteId, @Category, 'Treated', @StartedOn, -i.grams, 'batch_input_end', i.batch_input_id)
          from batch_inputs i where i.batch_input_id = any (@inputs)
        """;

    /// <param name="batch">Under its lock.</param>
    /// <param name="keepsCapacity">A new version takes the same grams at once: what was taken stays taken.</param>
    public static async Task<int> ReturnAsync(DbTransaction transaction, LockedBatch batch, Guid[] inputs, bool keepsCapacity, CancellationToken ct)
    {
        if (inputs.Length == 0)
        {
            return 0;
        }

        await transaction.ExecuteAsync(LockSql, new { inputs, batch.AccountId }, ct);
        var returned = await transaction.ExecuteAsync(ReverseSql, new { inputs, batch.BatchId }, ct);
        if (!keepsCapacity)
        {
            await transaction.QueryAsync<bool>(CapacitySql, new { inputs, batch.SiteId, batch.Category, batch.StartedOn }, ct);
        }

        return returned;
    }
}
