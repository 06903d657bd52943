using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Reconciliation.Rates;

/// <summary>WEEE generated from what was placed on the market, by kind of equipment, up to 2050 under stated assumptions. A model: never booked.</summary>
public sealed class GenerationService(Db db)
{
    public const int LastForecastYear = 2050;

    // The running year is not whole: it is forecast like those after it.
    // Of each year and category either the records of this system or what was imported, never both: the country decides, as in the matrix.
    private const string PlacedSql = """
        with own as (
            select c.unu_key, c.category, c.period / 10 as year, c.region_kato, sum(c.grams)::bigint as grams
              from reconciliation.version_cells c
              join declarations d on d.declaration_id = c.declaration_id and d.current_version = c.version and d.state in ('Submitted', 'Accepted')
             group by 1, 2, 3, 4
        ), brought as (
            select coalesce(x.unu_key, '-') as unu_key, x.category, x.year, x.region_kato, sum(x.value)::bigint as grams
              from reconciliation.sheet_rows x
             where x.kind = 'History' and x.is_applied and x.flow = 'PlacedOnMarket'
               and not exists (select from own o where o.category = x.category and o.year = x.year)
             group by 1, 2, 3, 4
        )
        select unu_key, category, year, sum(grams)::bigint as grams
          from (select * from own union all select * from brought) p
         where (@region::text is null or p.region_kato = @region) and p.year < extract(year from app.today())
         group by unu_key, category, year
         order by unu_key, category, year
         limit 100000
        """;

    private const string LifetimesSql = "select unu_key, category, shape, scale_years, source, version from reconciliation.lifetimes_now where shape is not null order by unu_key limit 200";

    private const string GrowthSql = "select category, percent, source, version, is_illustrative from reconciliation.growth_now order by category limit 20";

    public async Task<GenerationInput> ReadAsync(string? region, CancellationToken ct) => new(
        await db.QueryAsync<PlacedRow>(PlacedSql, new { region }, ct), await db.QueryAsync<LifetimeRow>(LifetimesSql, null, ct), await db.QueryAsync<GrowthRow>(GrowthSql, null, ct));
}

/// <param name="UnuKey">'-': told by category only; then the mean lifetime of the category's keys is taken, and the page says so.</param>
public sealed record PlacedRow(string UnuKey, string Category, int Year, long Grams);

public sealed record LifetimeRow(string UnuKey, string Category, double Shape, double ScaleYears, string Source, string Version);

/// <param name="Category">'*': every category that has no row of its own.</param>
public sealed record GrowthRow(string Category, decimal Percent, string Source, string Version, bool IsIllustrative);

/// <summary>Everything the model needs, so that variants and sensitivities are computed without asking again.</summary>
public sealed record GenerationInput(IReadOnlyList<PlacedRow> Placed, IReadOnlyList<LifetimeRow> Lifetimes, IReadOnlyList<GrowthRow> Growth)
{
    public bool IsEmpty => Placed.Count == 0;

    public int FirstYear => Placed.Min(row => row.Year);

    public int LastYear => Placed.Max(row => row.Year);

    /// <summary>Years between the first and the last of which nothing was told: they count as no inflow, and are named.</summary>
    public IReadOnlyList<int> AbsentYears => IsEmpty ? [] : [.. Enumerable.Range(FirstYear, LastYear - FirstYear + 1).Except(Placed.Select(row => row.Year))];

    /// <summary>Tonnes that are told by category only.</summary>
    public bool HasRowsWithoutKey => Placed.Any(row => row.UnuKey == "-");

    /// <param name="question">Which variant, which stretch of lifetimes, and up to which year.</param>
    /// <returns>By year and category, in tonnes.</returns>
    public IReadOnlyList<GeneratedRow> Estimate(GenerationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (IsEmpty)
        {
            return [];
        }

        var years = Math.Max(question.UntilYear, LastYear) - FirstYear + 1;
        var shares = new double[years];
        var results = new Dictionary<string, (double[] Placed, double[] Generated, double[] Stock)>(StringComparer.Ordinal);
        foreach (var series in Placed.GroupBy(row => (row.UnuKey, row.Category)))
        {
            var (placed, generated, stock) = (new double[years], new double[years], new double[years]);
            foreach (var row in series)
            {
                placed[row.Year - FirstYear] += row.Grams / 1e6;
            }

            Grow(placed, LastYear - FirstYear, series.Key.Category);
            LifetimeShares.Fill(question.Stretch(LifetimeOf(series.Key.UnuKey, series.Key.Category)), question.Variant, shares);
            WeeeModel.Generate(placed, 1, shares, generated);
            WeeeModel.Stock(placed, generated, 1, stock);
            var sums = results.TryGetValue(series.Key.Category, out var known) ? known : results[series.Key.Category] = (new double[years], new double[years], new double[years]);
            for (var i = 0; i < years; i++)
            {
                sums.Placed[i] += placed[i];
                sums.Generated[i] += generated[i];
                sums.Stock[i] += stock[i];
            }
        }

        return [.. from result in results.OrderBy(result => result.Key, StringComparer.Ordinal)
                   from year in Enumerable.Range(0, years)
                   select new GeneratedRow(result.Key, FirstYear + year, result.Value.Placed[year], result.Value.Generated[year], result.Value.Stock[year], FirstYear + year > LastYear)];
    }

    public decimal GrowthOf(string category) => (Growth.FirstOrDefault(row => row.Category == category) ?? Growth.FirstOrDefault(row => row.Category == "*"))?.Percent ?? 0;

    /// <summary>After the last year that is known, every year grows from the one before by the assumption; without one nothing grows.</summary>
    private void Grow(double[] placed, int last, string category)
    {
        var factor = 1 + ((double)GrowthOf(category) / 100);
        for (var i = last + 1; i < placed.Length; i++)
        {
            placed[i] = placed[i - 1] * factor;
        }
    }

    private WeibullLifetime LifetimeOf(string unuKey, string category)
    {
        var one = Lifetimes.FirstOrDefault(row => row.UnuKey == unuKey);
        if (one is not null)
        {
            return new WeibullLifetime(one.Shape, one.ScaleYears);
        }

        var all = Lifetimes.Where(row => row.Category == category).ToList();
        return all.Count == 0 ? new WeibullLifetime(2, 10) : new WeibullLifetime(all.Average(row => row.Shape), all.Average(row => row.ScaleYears));
    }
}

/// <param name="ShapeFactor">1, or 0.9 and 1.1 for the sensitivity.</param>
public sealed record GenerationQuestion(WeeeVariant Variant, int UntilYear, double ShapeFactor = 1, double ScaleFactor = 1)
{
    public WeibullLifetime Stretch(WeibullLifetime lifetime) => new(lifetime.Shape * ShapeFactor, lifetime.ScaleYears * ScaleFactor);
}

/// <param name="IsForecast">After the last year that was told.</param>
public sealed record GeneratedRow(string Category, int Year, double PlacedTonnes, double GeneratedTonnes, double StockTonnes, bool IsForecast);
