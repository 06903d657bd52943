using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister;

/// <summary>The last hash of each day: whoever keeps a copy can show later that nothing before it was rewritten.</summary>
public sealed class AuditRoots(Db db)
{
    public const int PageSize = 50;

    private const string ListSql = """
        select day, seal_no, encode(hash, 'hex') as sha256, published_at from audit.daily_roots
         where @before::date is null or day < @before
         order by day desc limit @limit
        """;

    /// <param name="before">The last day of the page before.</param>
    public Task<IReadOnlyList<AuditRoot>> ListAsync(DateOnly? before, int limit, CancellationToken ct) => db.QueryAsync<AuditRoot>(ListSql, new { before, limit }, ct);

    private const string HeadSql = "select seal_no, last_leaf, encode(hash, 'hex') as sha256, sealed_at from audit.seals order by seal_no desc limit 1";

    /// <summary>The newest seal; none before the first write.</summary>
    public Task<AuditHead?> HeadAsync(CancellationToken ct) => db.QuerySingleOrDefaultAsync<AuditHead>(HeadSql, null, ct);
}

public sealed record AuditRoot(DateOnly Day, long SealNo, string Sha256, DateTimeOffset PublishedAt);

public sealed record AuditHead(long SealNo, long LastLeaf, string Sha256, DateTimeOffset SealedAt);
