using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>What came out, as a form that may be saved as often as needed; nothing is posted until the batch is closed.</summary>
public sealed class BatchOutputs(Db db, TreatmentLists lists)
{
    public const int MostRows = 100;

    private const string CertifiedSql = "select operations from certified_now where site_id = @site and category = @category limit 20";

    /// <summary>The rules for a site and category as they stand now.</summary>
    public async Task<OutputRules> RulesAsync(Guid site, string category, CancellationToken ct)
    {
        var certified = await db.QueryAsync<string[]>(CertifiedSql, new { site, category }, ct);
        return new OutputRules(
            await lists.FractionsAsync(ct), await lists.OperationsAsync(ct), await lists.ForbiddenAsync(ct), await lists.WasteCodesAsync(ct), [.. certified.SelectMany(one => one).Distinct(StringComparer.Ordinal)]);
    }

    private const string WhereSql = "select site_id, category from batches where number = @number and organisation_id = @organisation";

    public async Task<SaveOutputsOutcome> SaveAsync(string number, OrganisationId organisation, OutputsDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<WhereRow>(WhereSql, new { number, organisation }, ct) is not { } where)
        {
            return new SaveOutputsOutcome.NotFound();
        }

        var rules = await RulesAsync(where.SiteId, where.Category, ct);
        var refusals = rules.Check(draft.Rows);
        return refusals.Count > 0 || draft.Rows.Count > MostRows ? new SaveOutputsOutcome.Refused(refusals)
            : draft.Loss.Grams < 0 || (draft.Loss.Grams > 0 && string.IsNullOrWhiteSpace(draft.LossReason)) ? new SaveOutputsOutcome.LossWithoutReason()
            : await db.InTransactionAsync(transaction => SaveAsync(transaction, number, organisation, draft, rules, actor, ct), ct);
    }

    private const string SaveSql = """
        insert into batch_outputs as known (batch_id, output_no, kind, fraction, waste_code, operation, result, hazardous, grams, destination_name, destination_country, is_final)
        select @BatchId, r.no::smallint, r.kind, r.fraction, nullif(r.waste_code, ''), r.operation, r.result, r.hazardous, r.grams, nullif(r.destination, ''), nullif(r.country, ''), r.is_final
          from unnest(@kinds, @fractions, @wasteCodes, @operations, @results, @hazardous, @grams, @destinations, @countries, @finals)
               with ordinality as r(kind, fraction, waste_code, operation, result, hazardous, grams, destination, country, is_final, no)
        on conflict on constraint batch_output_once do update
           set kind = excluded.kind, fraction = excluded.fraction, waste_code = excluded.waste_code, operation = excluded.operation, result = excluded.result, hazardous = excluded.hazardous, grams = excluded.grams,
               destination_name = excluded.destination_name, destination_country = excluded.destination_country, is_final = excluded.is_final, state = 'InStock'
        """;

    private const string DropSql = "update batch_outputs set state = 'Cancelled' where batch_id = @BatchId and output_no > @count and state = 'InStock'";

    private const string TotalSql = """
        update batches set loss_grams = @loss, loss_reason = nullif(@reason, ''), output_grams = @output where batch_id = @BatchId
        """;

    private static async Task<SaveOutputsOutcome> SaveAsync(DbTransaction transaction, string number, OrganisationId organisation, OutputsDraft draft, OutputRules rules, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct) is not { } batch)
        {
            return new SaveOutputsOutcome.NotFound();
        }

        if (!batch.IsOpen)
        {
            return new SaveOutputsOutcome.NotOpen();
        }

        var rows = draft.Rows;
        await transaction.ExecuteAsync(
            SaveSql,
            new
            {
                batch.BatchId,
                kinds = rows.Select(row => rules.KindOf(row.Fraction).Kind).ToArray(), fractions = rows.Select(row => row.Fraction).ToArray(), wasteCodes = rows.Select(row => row.WasteCode ?? "").ToArray(),
                operations = rows.Select(row => row.Operation).ToArray(), results = rows.Select(row => rules.ResultOf(row.Operation)).ToArray(), hazardous = rows.Select(row => rules.KindOf(row.Fraction).Hazardous).ToArray(),
                grams = rows.Select(row => row.Mass.Grams).ToArray(), destinations = rows.Select(row => row.Destination?.Trim() ?? "").ToArray(), countries = rows.Select(row => row.Country ?? "").ToArray(),
                finals = rows.Select(row => row.IsFinal || row.Operation == "Reuse").ToArray(),
            },
            ct);
        var output = rows.Sum(row => row.Mass.Grams);
        await transaction.ExecuteAsync(DropSql, new { batch.BatchId, count = rows.Count }, ct);
        await transaction.ExecuteAsync(TotalSql, new { batch.BatchId, loss = draft.Loss.Grams, reason = draft.LossReason?.Trim() ?? "", output }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.outputs_saved", "batch", number).With(new { rows = rows.Count, output, loss = draft.Loss.Grams }), actor, ct);
        return new SaveOutputsOutcome.Saved(Weight.FromGrams(batch.InputGrams - output - draft.Loss.Grams));
    }

    private sealed record WhereRow(Guid SiteId, string Category);
}
