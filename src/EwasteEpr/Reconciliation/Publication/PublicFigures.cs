using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Publication;

/// <summary>The reconciliation as the public sees it: masses of the country and by region; no money, no organisation. One edition a day.</summary>
public sealed class PublicFigures(Db db, Figures figures, FigureFolding folding)
{
    /// <summary>What the public table has as columns, fixed in advance.</summary>
    public static IReadOnlyList<Measure> Shown { get; } =
    [
        Measure.PlacedOnMarket, Measure.Collected, Measure.AtPoints, Measure.InTransit, Measure.AtRecyclers, Measure.InBatches, Measure.FractionsInStock,
        Measure.Reused, Measure.Recycled, Measure.Recovered, Measure.Disposed, Measure.Lost, Measure.MeasurementDifference,
    ];

    private const string EditionSql = "select year, day, made_at from reconciliation.public_editions where year = @year";

    private const string CellsSql = """
        select year, region_kato as region, category, measure, grams, basis, is_suppressed from reconciliation.public_cells
         where year = @year order by region_kato, category, measure limit 10000
        """;

    /// <summary>Of one year: today's edition; who asks first makes it.</summary>
    public async Task<PublicYear> OfYearAsync(int year, CancellationToken ct)
    {
        var edition = await db.QuerySingleOrDefaultAsync<EditionRow>(EditionSql, new { year }, ct);
        if (edition?.Day != await db.QuerySingleAsync<DateOnly>("select app.today()", null, ct) && (edition is not null || (await YearsAsync(ct)).Contains(year)))
        {
            await PublishAsync(year, ct);
            edition = await db.QuerySingleOrDefaultAsync<EditionRow>(EditionSql, new { year }, ct);
        }

        return new PublicYear(year, edition?.MadeAt, edition is null ? [] : await StoredAsync(year, ct));
    }

    private const string YearsSql = """
        select period / 10 from reconciliation.cells
        union select period / 10 from reconciliation.history_figures
        union select extract(year from app.today())::int
        order by 1 desc limit 200
        """;

    /// <summary>Years of which anything is known, the newest first.</summary>
    public Task<IReadOnlyList<int>> YearsAsync(CancellationToken ct) => db.QueryAsync<int>(YearsSql, null, ct);

    /// <summary>The nightly sweep: every year, because a late correction changes a past one.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        foreach (var year in (await YearsAsync(ct)).Where(year => year is >= Selection.FirstYear and <= Selection.LastYear))
        {
            await PublishAsync(year, ct);
        }
    }

    private const string BehindSql = "select region_kato, category, measure, people, organisations, largest, second, total from reconciliation.public_contributors(@year)";

    private const string EditSql = """
        insert into reconciliation.public_editions (year, day) values (@year, app.today())
        on conflict (year) do update set day = excluded.day, made_at = app.now() where public_editions.day <> excluded.day
        """;

    private const string ClearSql = "delete from reconciliation.public_cells where year = @year";

    private const string StoreSql = """
        insert into reconciliation.public_cells (year, region_kato, category, measure, grams, basis, is_suppressed)
        select @year, r, c, m, g, b, s from unnest(@regions, @categories, @measures, @grams, @bases, @suppressed) as x(r, c, m, g, b, s)
        """;

    /// <summary>Makes the edition of today, once.</summary>
    public async Task PublishAsync(int year, CancellationToken ct)
    {
        await folding.FoldAsync(ct);
        var cells = await CountAsync(year, ct);
        var behind = (await db.QueryAsync<Contributors>(BehindSql, new { year }, ct)).Where(row => Measures.Parse(row.Measure) is not null)
            .ToDictionary(row => (row.RegionKato, row.Category, Measures.Parse(row.Measure)!.Value));
        var before = (await StoredAsync(year, ct)).Where(cell => cell.IsSuppressed).Select(cell => cell.Place()).ToHashSet();
        var passed = PublicCells.Pass(cells, behind, before, SuppressionRules.Standard);
        await db.InTransactionAsync(
            async transaction =>
            {
                // Who comes second on a day finds the row taken and leaves what is there.
                if (await transaction.ExecuteAsync(EditSql, new { year }, ct) == 1)
                {
                    await transaction.ExecuteAsync(ClearSql, new { year }, ct);
                    await transaction.ExecuteAsync(StoreSql, Columns(year, passed), ct);
                }

                return true;
            },
            ct);
    }

    /// <summary>The figures with all their sums, before anything is hidden. Never shown.</summary>
    internal async Task<IReadOnlyList<PublicCell>> CountAsync(int year, CancellationToken ct)
    {
        var at = new Selection(year);
        var sets = new Dictionary<string, FigureSet>(await figures.ReadRegionsAsync(at, ct), StringComparer.Ordinal) { [PublicCell.All] = await figures.ReadAsync(at, ct) };
        var cells = (from set in sets.OrderBy(set => set.Key, StringComparer.Ordinal)
                     from category in Selection.Categories
                     from measure in Shown
                     let figure = set.Value.Of(measure, category, at)
                     where !figure.IsMissing
                     select new PublicCell(year, set.Key, category, measure, figure.Amount, figure.Basis, IsSuppressed: false)).ToList();
        var sums = cells.GroupBy(cell => (cell.Region, cell.Measure)).Select(row => new PublicCell(
            year, row.Key.Region, PublicCell.All, row.Key.Measure, row.Sum(cell => cell.Grams), row.Any(cell => cell.Basis == FigureBasis.Imported) ? FigureBasis.Imported : FigureBasis.Recorded, IsSuppressed: false));
        return [.. cells, .. sums];
    }

    private async Task<IReadOnlyList<PublicCell>> StoredAsync(int year, CancellationToken ct) =>
        [.. (await db.QueryAsync<StoredCell>(CellsSql, new { year }, ct)).Select(row => new PublicCell(row.Year, row.Region, row.Category, Measures.Parse(row.Measure)!.Value, row.Grams, Enum.Parse<FigureBasis>(row.Basis), row.IsSuppressed))];

    private static object Columns(int year, IReadOnlyList<PublicCell> cells) => new
    {
        year,
        regions = cells.Select(cell => cell.Region).ToArray(),
        categories = cells.Select(cell => cell.Category).ToArray(),
        measures = cells.Select(cell => cell.Measure.ToString()).ToArray(),
        grams = cells.Select(cell => cell.Grams).ToArray(),
        bases = cells.Select(cell => cell.Basis.ToString()).ToArray(),
        suppressed = cells.Select(cell => cell.IsSuppressed).ToArray(),
    };

    private sealed record EditionRow(int Year, DateOnly Day, DateTimeOffset MadeAt);

    private sealed record StoredCell(int Year, string Region, string Category, string Measure, long? Grams, string Basis, bool IsSuppressed);
}

/// <param name="MadeAt">None where nothing is known of the year.</param>
public sealed record PublicYear(int Year, DateTimeOffset? MadeAt, IReadOnlyList<PublicCell> Cells)
{
    public PublicCell? Cell(string region, string category, Measure measure) => Cells.FirstOrDefault(cell => cell.Region == region && cell.Category == category && cell.Measure == measure);
}
