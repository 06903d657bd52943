using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>The matrix: what was folded plus what has come since, in one statement and one snapshot; what was imported stands beside it.</summary>
public sealed class Figures(Db db)
{
    private const string FiguresSql = """
        select region_kato, period, measure, category, amount, records, false as is_imported from reconciliation.figures(@region, @year, @quarters)
        union all
        select region_kato, period, measure, category, amount, records, false from reconciliation.evidence_figures(@region, @year)
        union all
        select region_kato, period, measure, category, amount, records, true
          from reconciliation.history_figures
         where period / 10 <= @year and (region_kato = @region or @region::text is null and region_kato <> '*')
        """;

    private const string RegionsSql = "select kato, name_kk, name_ru, name_en from regions order by kato limit 200";

    /// <summary>The country, or one region.</summary>
    public async Task<FigureSet> ReadAsync(Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var country = await FiguresAsync("*", at, ct);
        return new FigureSet(at.Region is null ? country : await FiguresAsync(at.Region, at, ct), HasOwn(country));
    }

    /// <summary>Every region of its own.</summary>
    public async Task<IReadOnlyDictionary<string, FigureSet>> ReadRegionsAsync(Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var country = HasOwn(await FiguresAsync("*", at, ct));
        return (await FiguresAsync(null, at, ct)).GroupBy(row => row.RegionKato, StringComparer.Ordinal).ToDictionary(rows => rows.Key, rows => new FigureSet(rows, country), StringComparer.Ordinal);
    }

    public Task<IReadOnlyList<RegionName>> RegionsAsync(CancellationToken ct) => db.QueryAsync<RegionName>(RegionsSql, null, ct);

    /// <summary>Rows as they stand, for what freezes and compares. '*': the country; none: every region.</summary>
    public Task<IReadOnlyList<FigureRow>> FiguresAsync(string? region, Selection at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        return db.QueryAsync<FigureRow>(FiguresSql, new { region, year = at.Year, quarters = at.Quarter != 0 }, ct);
    }

    private static HashSet<(Measure, string, int)> HasOwn(IEnumerable<FigureRow> country) =>
        [.. country.Where(row => !row.IsImported).GroupBy(row => (row.Measure, row.Category, row.Period)).Where(same => same.Sum(row => row.Records) != 0).Select(same => (Enum.Parse<Measure>(same.Key.Measure), same.Key.Category, same.Key.Period / 10))];
}

public sealed record RegionName(string Kato, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
