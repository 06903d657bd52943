using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>Closes a batch: every gram that went in comes out as a fraction, as reuse, as declared loss or as a signed difference, in one transaction.</summary>
public sealed class BatchClosing(Db db, BatchOutputs outputs)
{
    private const string DraftsSql = """
        select fraction, waste_code, operation, grams, destination_name, destination_country, is_final from batch_outputs
         where batch_id = @BatchId and state = 'InStock' order by output_no limit 500
        """;

    private const string WhereSql = "select site_id, category from batches where number = @number and organisation_id = @organisation";

    public async Task<CloseOutcome> CloseAsync(string number, OrganisationId organisation, CloseBatch close, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(close);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<WhereRow>(WhereSql, new { number, organisation }, ct) is not { } where)
        {
            return new CloseOutcome.NotFound();
        }

        var rules = await outputs.RulesAsync(where.SiteId, where.Category, ct);
        return await db.InTransactionAsync(transaction => CloseAsync(transaction, number, organisation, close, rules, actor, ct), ct);
    }

    private const string HoldSql = "select hold_certification(@SiteId, @Category)";

    private static async Task<CloseOutcome> CloseAsync(DbTransaction transaction, string number, OrganisationId organisation, CloseBatch close, OutputRules rules, Actor actor, CancellationToken ct)
    {
        var batch = await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct);
        if (batch is not { IsOpen: true })
        {
            return batch is null ? new CloseOutcome.NotFound() : new CloseOutcome.NotOpen();
        }

        var drafts = (await transaction.QueryAsync<DraftRow>(DraftsSql, batch, ct)).Select(row => row.ToDraft()).ToList();
        var limits = await transaction.QuerySingleAsync<LimitsRow>(BatchLimits.Sql, batch, ct);
        if (await RefusalAsync(transaction, batch, close, drafts, rules, limits, ct) is { } refused)
        {
            return refused;
        }

        var day = close.ClosedOn ?? batch.Today;
        await PostAsync(transaction, batch, close, day, actor, ct);
        var discrepancies = await BatchLimits.RecordAsync(transaction, batch, close, day, limits, ct);
        await AuditTrail.WriteAsync(
            transaction, new AuditEntry("batch.closed", "batch", number).With(new { input = batch.InputGrams, outputs = drafts.Sum(row => row.Mass.Grams), loss = batch.LossGrams, difference = close.Difference.Grams, signed_by = actor.UserId }), actor, ct);
        return new CloseOutcome.Closed(discrepancies);
    }

    private static async Task<CloseOutcome?> RefusalAsync(DbTransaction transaction, LockedBatch batch, CloseBatch close, List<OutputDraft> drafts, OutputRules rules, LimitsRow limits, CancellationToken ct)
    {
        if (await transaction.QuerySingleAsync<Guid?>(HoldSql, batch, ct) is null)
        {
            return new CloseOutcome.NotCertified();
        }

        if (batch.InputGrams == 0)
        {
            return new CloseOutcome.NoInput();
        }

        if (close.ClosedOn is { } day && (day > batch.Today || day < batch.StartedOn))
        {
            return new CloseOutcome.DayOutOfReach();
        }

        IReadOnlyList<OutputRefusal> wrong = [.. rules.Check(drafts), .. OutputRules.Open(drafts)];
        if (wrong.Count > 0)
        {
            return new CloseOutcome.Refused(wrong);
        }

        var missing = batch.InputGrams - drafts.Sum(row => row.Mass.Grams) - batch.LossGrams - close.Difference.Grams;
        return missing != 0 ? new CloseOutcome.DoesNotAddUp(Weight.FromGrams(missing))
            : LimitsRow.IsAbove(close.Difference.Grams, batch.InputGrams, limits.DifferencePermille) && string.IsNullOrWhiteSpace(close.Note) ? new CloseOutcome.NeedsNote(Weight.FromGrams(batch.InputGrams * limits.DifferencePermille / 1000))
            : null;
    }

    // First what makes the batch heavier: its account never goes below zero.
    private const string MoreSql = """
        select ledger.post('batch_difference_more', 'batch', @BatchId, 1, @Unit, ledger.open_account('mass_measurement_difference', @SiteId, @Unit), @AccountId, @grams)
        """;

    private const string OutputsSql = """
        with opened as materialized (
            select output_id, output_no, grams, result, is_final, case when not is_final then ledger.open_account('mass_fraction', output_id, @Unit) end as account_id,
                   case when is_final then ledger.open_account('mass_' || lower(result), @SiteId, @Unit) end as final_account_id
              from batch_outputs where batch_id = @BatchId and state = 'InStock'
        ), posted as materialized (
            select o.*, ledger.post('batch_output', 'batch_output', output_id, 1, @Unit, @AccountId, coalesce(account_id, final_account_id), grams) as transfer_id
              from (select * from opened order by output_no) o
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'batch', @BatchId, 'batch_output', output_id, @Category, grams, transfer_id from posted
        )
        update batch_outputs o
           set transfer_id = p.transfer_id, account_id = p.account_id, confirmed_grams = case when p.is_final then p.grams else 0 end,
               state = case when p.is_final then 'Confirmed' else 'InStock' end, confirmed_on = case when p.is_final then @day::date end
          from posted p where o.output_id = p.output_id
        """;

    private const string LossSql = """
        select ledger.post('batch_loss', 'batch', @BatchId, 2, @Unit, @AccountId, ledger.open_account('mass_process_loss', @SiteId, @Unit), @grams)
        """;

    private const string LessSql = """
        select ledger.post('batch_difference_less', 'batch', @BatchId, 3, @Unit, @AccountId, ledger.open_account('mass_measurement_difference', @SiteId, @Unit), @grams)
        """;

    private const string CloseSql = """
        update batches
           set state = 'Closed', closed_by = @person, closed_at = app.now(), closed_on = @day, difference_grams = @difference, difference_note = nullif(@note, ''),
               output_grams = (select coalesce(sum(grams), 0) from batch_outputs where batch_id = @BatchId and state <> 'Cancelled')
         where batch_id = @BatchId
        """;

    private static async Task PostAsync(DbTransaction transaction, LockedBatch batch, CloseBatch close, DateOnly day, Actor actor, CancellationToken ct)
    {
        var difference = close.Difference.Grams;
        object Of(long grams) => new { batch.BatchId, batch.SiteId, batch.AccountId, batch.Unit, batch.Category, grams, day };
        if (difference < 0)
        {
            await transaction.ExecuteAsync(MoreSql, Of(-difference), ct);
        }

        await transaction.ExecuteAsync(OutputsSql, Of(0), ct);
        if (batch.LossGrams > 0)
        {
            await transaction.ExecuteAsync(LossSql, Of(batch.LossGrams), ct);
        }

        if (difference > 0)
        {
            await transaction.ExecuteAsync(LessSql, Of(difference), ct);
        }

        await transaction.ExecuteAsync(CloseSql, new { batch.BatchId, person = actor.UserId, day, difference, note = close.Note?.Trim() ?? "" }, ct);
    }

    private sealed record WhereRow(Guid SiteId, string Category);

    private sealed record DraftRow(string Fraction, string? WasteCode, string Operation, long Grams, string? DestinationName, string? DestinationCountry, bool IsFinal)
    {
        public OutputDraft ToDraft() => new(Fraction, WasteCode, Operation, Weight.FromGrams(Grams), DestinationName, DestinationCountry, IsFinal);
    }
}
