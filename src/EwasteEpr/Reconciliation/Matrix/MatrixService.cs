using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>Puts the lines of a view together: categories of a place, or the regions of a category.</summary>
public sealed class MatrixService(Db db, Figures figures)
{
    private const string BenchmarksSql = "select code, recovery_target_pct as recovery_percent, recycling_target_pct as recycling_percent from equipment_categories order by code limit 20";

    // The official target where there is one, else the benchmark.
    private const string TargetSql = """
        select percent, act, programme from reconciliation.targets_now
         where aim = 'Collection' and category = '*' and from_year <= @year and (until_year is null or until_year >= @year)
         order by programme = 'official' desc, from_year desc limit 1
        """;

    /// <param name="regions">The regions that the reader may see; null: all of them.</param>
    public async Task<MatrixView> ViewAsync(Selection at, IReadOnlyList<string>? regions, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var benchmarks = (await db.QueryAsync<CategoryBenchmark>(BenchmarksSql, null, ct)).ToDictionary(row => row.Code, StringComparer.Ordinal);
        var place = await figures.ReadAsync(at, ct);
        var target = await db.QuerySingleOrDefaultAsync<CollectionTarget>(TargetSql, new { year = at.Year }, ct);
        var total = new MatrixLine("", at, place, at.Category is null ? null : benchmarks.GetValueOrDefault(at.Category));
        if (at.Category is null)
        {
            return new MatrixView(at, [.. Selection.Categories.Select(code => new MatrixLine(code, at with { Category = code }, place, benchmarks.GetValueOrDefault(code)))], total, IsByRegion: false, target);
        }

        if (at.Region is not null)
        {
            return new MatrixView(at, [total with { Key = at.Category }], total, IsByRegion: false, target);
        }

        var sets = await figures.ReadRegionsAsync(at, ct);
        var lines = sets.OrderBy(set => set.Key, StringComparer.Ordinal)
            .Where(set => regions is null || regions.Contains(set.Key, StringComparer.Ordinal))
            .Select(set => new MatrixLine(set.Key, at with { Region = set.Key }, set.Value, null))
            .Where(line => Measures.All.Any(measure => !line.Of(measure).IsMissing));
        return new MatrixView(at, [.. lines], total, IsByRegion: true, target);
    }
}
