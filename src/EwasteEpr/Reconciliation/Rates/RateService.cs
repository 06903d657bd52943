using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Rates;

/// <summary>Rates of a year with everything they are made of, what others publish, and what is assumed.</summary>
public sealed class RateService(Db db, Figures figures, GenerationService generation)
{
    private const string TargetsSql = """
        select aim, category, from_year, until_year, percent, act, programme, source
          from reconciliation.targets_now
         where from_year <= @year and (until_year is null or until_year >= @year)
         order by aim, programme desc, category, from_year desc
         limit 200
        """;

    private const string PopulationSql = "select region_kato, year, persons, source, version from reconciliation.population_now where year = @year and (@region::text is null and region_kato = '*' or region_kato = @region) limit 1";

    // Without a row of the country the regions make it, if all of them are there.
    private const string PopulationOfRegionsSql = """
        select '*' as region_kato, @year as year, sum(persons)::bigint as persons, min(source) as source, min(version) as version
          from reconciliation.population_now where year = @year and region_kato <> '*'
        having count(*) = (select count(*) from regions)
        """;

    private const string OthersSql = "select country, year, indicator, value, unit, source_url, confidence from reconciliation.national_figures order by country <> 'KAZ', country, year, row_no limit 200";

    public async Task<RatesOfYear> OfAsync(int year, string? region, CancellationToken ct)
    {
        var at = new Selection(year, 0, null, region);
        var input = await generation.ReadAsync(region, ct);
        return new RatesOfYear(
            at, await figures.ReadAsync(at, ct), input, await db.QueryAsync<TargetRow>(TargetsSql, new { year }, ct),
            await db.QuerySingleOrDefaultAsync<PopulationRow>(PopulationSql, new { year, region }, ct) ?? (region is null ? await db.QuerySingleOrDefaultAsync<PopulationRow>(PopulationOfRegionsSql, new { year }, ct) : null),
            await db.QueryAsync<NationalFigure>(OthersSql, null, ct));
    }
}

public sealed record RatesOfYear(Selection At, FigureSet Set, GenerationInput Input, IReadOnlyList<TargetRow> Targets, PopulationRow? Population, IReadOnlyList<NationalFigure> Others)
{
    /// <summary>Tonnes of the year by the model; none where nothing was told of any year up to it.</summary>
    public double? Generated(WeeeVariant variant, double shape = 1, double scale = 1) =>
        Input.IsEmpty || Input.FirstYear > At.Year ? null : Input.Estimate(new GenerationQuestion(variant, At.Year, shape, scale)).Where(row => row.Year == At.Year).Sum(row => row.GeneratedTonnes);

    public double? InUse(WeeeVariant variant) =>
        Input.IsEmpty || Input.FirstYear > At.Year ? null : Input.Estimate(new GenerationQuestion(variant, At.Year)).Where(row => row.Year == At.Year).Sum(row => row.StockTonnes);

    /// <summary>Collected against generated, in percent.</summary>
    public decimal? RateOfGenerated(WeeeVariant variant) =>
        Set.Total(Measure.Collected, At.Year) is { Amount: { } collected } && Generated(variant) is > 0 and var tonnes ? (decimal)(collected / 1e6 / tonnes * 100) : null;

    public decimal? CollectedKgPerPerson =>
        Population is { Persons: > 0 } people && Set.Total(Measure.Collected, At.Year) is { Amount: { } collected } ? collected / 1000m / people.Persons : null;

    /// <summary>The official target where there is one, else the benchmark; none where neither is known.</summary>
    public TargetRow? Target(string aim, string category) =>
        Targets.Where(row => row.Aim == aim && (row.Category == category || row.Category == "*")).OrderByDescending(row => row.Programme == "official").ThenByDescending(row => row.Category == category).FirstOrDefault();
}

/// <param name="Programme">official: a law of this country. benchmark: somebody else's, to compare with.</param>
public sealed record TargetRow(string Aim, string Category, int FromYear, int? UntilYear, decimal Percent, string Act, string Programme, string Source);

public sealed record PopulationRow(string RegionKato, int Year, long Persons, string Source, string Version);

public sealed record NationalFigure(string Country, int Year, string Indicator, decimal Value, string Unit, string SourceUrl, string Confidence);
