using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;

namespace EwasteEpr.Treatment.Rates;

/// <summary>The rates of one batch: a preview, because only what buyers have confirmed counts.</summary>
/// <remarks>Above the line reuse and confirmed recycling, below it the input without what waits for a buyer's word. Grams in, a share out; nothing is rounded here.</remarks>
public sealed record BatchRates(long InputGrams, long ReusedGrams, long RecycledGrams, long RecoveredGrams, long DisposedGrams, long WaitingGrams, long WaitingRecyclingGrams, long WaitingRecoveryGrams)
{
    public static BatchRates Of(BatchDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        long Confirmed(string result) => details.Outputs.Where(output => output.Result == result).Sum(output => output.ConfirmedGrams);
        long Waiting(string? result) => details.Outputs.Where(output => result is null || output.Result == result).Sum(output => output.UnconfirmedGrams);
        return new BatchRates(
            details.Batch.InputGrams, Confirmed("Reused"), Confirmed("Recycled"), Confirmed("Recovered"), Confirmed("Disposed"), Waiting(null), Waiting("Recycled") + Waiting("Reused"), Waiting("Recovered"));
    }

    public long Denominator => InputGrams - WaitingGrams;

    public decimal? Recycling => Denominator > 0 ? (decimal)(ReusedGrams + RecycledGrams) / Denominator : null;

    public decimal? Recovery => Denominator > 0 ? (decimal)(ReusedGrams + RecycledGrams + RecoveredGrams) / Denominator : null;

    /// <summary>When every buyer has confirmed everything.</summary>
    public decimal? RecyclingAtLast => InputGrams > 0 ? (decimal)(ReusedGrams + RecycledGrams + WaitingRecyclingGrams) / InputGrams : null;

    public decimal? RecoveryAtLast => InputGrams > 0 ? (decimal)(ReusedGrams + RecycledGrams + RecoveredGrams + WaitingRecyclingGrams + WaitingRecoveryGrams) / InputGrams : null;
}

/// <summary>What the European Union asks of a category: a benchmark and no duty here.</summary>
public sealed class RateBenchmarks(Db db)
{
    private const string Sql = "select code as category, recycling_target_pct as recycling_pct, recovery_target_pct as recovery_pct, source from equipment_categories order by code limit 20";

    public Task<IReadOnlyList<RateBenchmark>> ListAsync(CancellationToken ct) => db.QueryAsync<RateBenchmark>(Sql, null, ct);
}

public sealed record RateBenchmark(string Category, decimal? RecyclingPct, decimal? RecoveryPct, string Source);
