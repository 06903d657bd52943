using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>The matrix: what was folded plus what has come since, in one statement and one snapshot; what was imported stands beside it.</summary>
public sealed class Figures(Db db)
{
    private const string FiguresSql = """
        select region_kato, period, measure, category, amount, records from reconciliation.figures(@region, @year, @quarters)
        union all
        select region_kato, period, measure, category, amount, records from reconciliation.evidence_figures(@region, @year)
        """;

    private const string HistorySql = """
        select region_kato, period, measure, category, amount, records
          from reconciliation.history_figures
         where period / 10 <= @year and (region_kato = @region or @region::text is null and region_kato <> '*')
        """;

    private const string RegionsSql = "select kato, name_kk, name_ru, name_en from regions order by kato limit 200";

    /// <summary>The country, or one region.</summary>
    public async Task<FigureSet> ReadAsync(Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var country = await FiguresAsync("*", at, ct);
        var own = at.Region is null ? country : await FiguresAsync(at.Region, at, ct);
        return new FigureSet(own, await HistoryAsync(at.Region ?? "*", at, ct), HasOwn(country));
    }

    /// <summary>Every region of its own.</summary>
    public async Task<IReadOnlyDictionary<string, FigureSet>> ReadRegionsAsync(Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var country = HasOwn(await FiguresAsync("*", at, ct));
        var own = (await FiguresAsync(null, at, ct)).ToLookup(row => row.RegionKato, StringComparer.Ordinal);
        var history = (await HistoryAsync(null, at, ct)).ToLookup(row => row.RegionKato, StringComparer.Ordinal);
        return own.Select(rows => rows.Key).Union(history.Select(rows => rows.Key), StringComparer.Ordinal).ToDictionary(kato => kato, kato => new FigureSet(own[kato], history[kato], country), StringComparer.Ordinal);
    }

    public Task<IReadOnlyList<RegionName>> RegionsAsync(CancellationToken ct) => db.QueryAsync<RegionName>(RegionsSql, null, ct);

    /// <summary>Rows as they stand, for what freezes and compares. '*': the country; none: every region.</summary>
    public Task<IReadOnlyList<FigureRow>> FiguresAsync(string? region, Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        return db.QueryAsync<FigureRow>(FiguresSql, new { region, year = at.Year, quarters = at.Quarter != 0 }, ct);
    }

    private Task<IReadOnlyList<FigureRow>> HistoryAsync(string? region, Selection at, CancellationToken ct) => db.QueryAsync<FigureRow>(HistorySql, new { region, year = at.Year }, ct);

    private static HashSet<(Measure, string, int)> HasOwn(IEnumerable<FigureRow> country) =>
        [.. country.Where(row => row.Records != 0).Select(row => (Enum.Parse<Measure>(row.Measure), row.Category, row.Period / 10))];
}

public sealed record RegionName(string Kato, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
