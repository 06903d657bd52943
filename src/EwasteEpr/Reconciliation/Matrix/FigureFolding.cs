using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>The sweep that folds finished transactions into the cells of the matrix, so that reading it stays quick.</summary>
public sealed class FigureFolding(Db db)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <returns>Number of cells that moved; zero also when another node was at it.</returns>
    public Task<long> FoldAsync(CancellationToken ct) => db.QuerySingleAsync<long>("select reconciliation.fold()", null, Longest, ct);

    /// <summary>From nothing, where the nightly comparison objected.</summary>
    public Task<long> RebuildAsync(CancellationToken ct) => db.QuerySingleAsync<long>("select reconciliation.rebuild()", null, Longest, ct);
}
