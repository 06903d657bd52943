using EwasteEpr.Kernel;

namespace EwasteEpr.Audit;

/// <summary>The sweep that seals finished rows into the chain, and publishes the last hash of each day.</summary>
public sealed class AuditSealer(Db db)
{
    /// <returns>Number of rows sealed; zero also when another node was at it.</returns>
    public Task<long> SealAsync(CancellationToken ct) => db.QuerySingleAsync<long>("select audit.seal()", null, ct);

    /// <returns>Number of days whose root is now public.</returns>
    public Task<long> PublishDailyRootsAsync(CancellationToken ct) => db.QuerySingleAsync<long>("select audit.publish_daily_roots()", null, ct);

    private const string TailSql = "select rows, coalesce(extract(epoch from app.now() - oldest_at), 0)::double precision as oldest_seconds from audit.unsealed_tail()";

    /// <summary>What the chain does not cover yet: normally less than five seconds old.</summary>
    public Task<UnsealedTail> UnsealedTailAsync(CancellationToken ct) => db.QuerySingleAsync<UnsealedTail>(TailSql, null, ct);
}

public sealed record UnsealedTail(long Rows, double OldestSeconds);
