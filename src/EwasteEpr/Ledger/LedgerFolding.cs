using EwasteEpr.Kernel;

namespace EwasteEpr.Ledger;

/// <summary>The sweep that folds finished transfers into derived balances, so that reading one stays quick.</summary>
public sealed class LedgerFolding(Db db)
{
    /// <returns>Number of accounts whose balance moved; zero also when another node was at it.</returns>
    public Task<long> FoldAsync(CancellationToken ct) => db.QuerySingleAsync<long>("select ledger.fold()", null, ct);
}
