using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>How much may be lost or measured wrong; what is above becomes a discrepancy, and compliance opens a case for it.</summary>
/// <remarks>The limits are a proposal of the product: the setting <c>treatment.difference_limit</c> says so. A technology's limit of loss is unknown until somebody names its basis.</remarks>
internal static class BatchLimits
{
    public const string Sql = """
        select t.loss_limit_permille, 20 as difference_permille, 10 as quarter_permille
          from batches b left join treatment_technologies t on t.technology = b.technology where b.batch_id = @BatchId
        """;

    private const string BatchSql = """
        insert into treatment_discrepancies (kind, site_id, organisation_id, batch_id, category, input_grams, grams, limit_permille, note)
        values (@kind, @SiteId, @OrganisationId, @BatchId, @Category, @InputGrams, @grams, @permille, nullif(@note, ''))
        """;

    // Over the batches of the site and quarter that count; one row a quarter, the latest figures in it.
    private const string QuarterSql = """
        with summed as (
            select sum(input_grams) as input, sum(difference_grams) as difference from batches
             where site_id = @SiteId and category = @Category and state = 'Closed' and closed_on >= date_trunc('quarter', @day::date)::date and closed_on < (date_trunc('quarter', @day::date) + interval '3 months')::date
        )
        insert into treatment_discrepancies as known (kind, site_id, organisation_id, category, quarter_from, input_grams, grams, limit_permille)
        select 'SiteQuarterDifference', @SiteId, @OrganisationId, @Category, date_trunc('quarter', @day::date)::date, input, difference, @permille
          from summed where abs(difference) * 1000 > input * @permille
        on conflict (site_id, category, quarter_from) where batch_id is null and ended_at is null do update set input_grams = excluded.input_grams, grams = excluded.grams
        returning discrepancy_id
        """;

    /// <returns>The kinds of what was written.</returns>
    public static async Task<IReadOnlyList<string>> RecordAsync(DbTransaction transaction, LockedBatch batch, CloseBatch close, DateOnly day, LimitsRow limits, CancellationToken ct)
    {
        var kinds = new List<string>();
        async Task WriteAsync(string kind, long grams, int permille, string? note)
        {
            await transaction.ExecuteAsync(BatchSql, new { kind, batch.SiteId, batch.OrganisationId, batch.BatchId, batch.Category, batch.InputGrams, grams, permille, note = note?.Trim() ?? "" }, ct);
            kinds.Add(kind);
        }

        if (LimitsRow.IsAbove(close.Difference.Grams, batch.InputGrams, limits.DifferencePermille))
        {
            await WriteAsync("BatchDifference", close.Difference.Grams, limits.DifferencePermille, close.Note);
        }

        if (limits.LossLimitPermille is { } most && LimitsRow.IsAbove(batch.LossGrams, batch.InputGrams, most))
        {
            await WriteAsync("ProcessLoss", batch.LossGrams, most, batch.LossReason);
        }

        var quarter = await transaction.QueryAsync<Guid>(QuarterSql, new { batch.SiteId, batch.OrganisationId, batch.Category, day, permille = limits.QuarterPermille }, ct);
        return quarter.Count > 0 ? [.. kinds, "SiteQuarterDifference"] : kinds;
    }
}

internal sealed record LimitsRow(int? LossLimitPermille, int DifferencePermille, int QuarterPermille)
{
    /// <summary>In whole grams and without division: 2 % of 1 006 200 g is 20 124 g, and 20 125 g is above it.</summary>
    public static bool IsAbove(long grams, long inputGrams, int permille) => checked(Math.Abs(grams) * 1000) > checked(inputGrams * permille);
}
