using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;

namespace EwasteEpr.Treatment.Rates;

/// <summary>Metals as three numbers that are never mixed: what is in the input, what share reaches a recoverable output, what was recovered; each with its source.</summary>
public sealed class RecoveredMetals(Db db)
{
    // Share of each metal by product, and its mean over the products of the category that studies took apart; fewer than three are no picture of a category.
    private const string SharesSql = """
        with products as (
            select k.category, m.product, m.subtype, m.source,
                   sum(m.ferrous) / nullif(sum(m.total), 0) as ferrous, sum(m.aluminium) / nullif(sum(m.total), 0) as aluminium, sum(m.copper) / nullif(sum(m.total), 0) as copper
              from material_compositions m join unu_keys k on k.unu_key = m.unu_key
             where m.basis = 'grams_per_unit'
             group by k.category, m.product, m.subtype, m.source
        )
        select m.metal, case when count(x.share) >= 3 then avg(x.share) end as share, min(x.share) as least, max(x.share) as most, count(x.share)::integer as products, coalesce(string_agg(distinct x.source, '; '), '') as source
          from unnest(array['iron', 'aluminium', 'copper']) with ordinality as m(metal, place)
          left join lateral (
               select y.share, p.source from products p, unnest(array['iron', 'aluminium', 'copper'], array[p.ferrous, p.aluminium, p.copper]) as y(metal, share)
                where p.category = @category and y.metal = m.metal and y.share between 0 and 1) x on true
         group by m.metal, m.place order by m.place
         limit 10
        """;

    private const string PreciousSql = """
        select substance as metal, avg(value)::numeric as grams_per_tonne, min(value)::numeric as least, max(value)::numeric as most, string_agg(distinct source, '; ') as source
          from treatment_factors where topic = 'metal content' and unit = 'g/t' and item in ('personal computer', 'mobile phone without battery')
         group by substance order by substance limit 10
        """;

    private const string YieldsSql = """
        select substance as metal, value / 100 as share, source from treatment_factors where topic = 'preprocessing yield' order by factor_no limit 20
        """;

    public async Task<IReadOnlyList<MetalRow>> OfAsync(BatchDetails details, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(details);
        var category = details.Batch.Category;
        var yields = (await db.QueryAsync<YieldRow>(YieldsSql, null, ct)).ToDictionary(row => row.Metal, StringComparer.Ordinal);
        var input = details.Batch.InputGrams;
        long? Recovered(string material) => details.Outputs.Where(output => output.Material == material && output.Result == "Recycled").Sum(output => output.ConfirmedGrams);
        var rows = (await db.QueryAsync<ShareRow>(SharesSql, new { category }, ct))
            .Select(row => new MetalRow(
                row.Metal, row.Share * input, row.Share is null ? null : row.Least * input, row.Share is null ? null : row.Most * input, row.Source, row.Products, yields.GetValueOrDefault(row.Metal)?.Share, yields.GetValueOrDefault(row.Metal)?.Source,
                Recovered(row.Metal switch { "iron" => "Ferrous", "aluminium" => "Aluminium", _ => "Copper" }), IsMeasured: true))
            .ToList();
        if (category == "6")
        {
            // Gold and palladium are never weighed at a dismantler: content times the yield of a study, and labelled so.
            rows.AddRange((await db.QueryAsync<PreciousRow>(PreciousSql, null, ct)).Select(row => new MetalRow(
                row.Metal, row.GramsPerTonne * input / 1_000_000m, row.Least * input / 1_000_000m, row.Most * input / 1_000_000m, row.Source, 0, yields.GetValueOrDefault(row.Metal)?.Share,
                yields.GetValueOrDefault(row.Metal)?.Source, yields.GetValueOrDefault(row.Metal) is { } share ? row.GramsPerTonne * input / 1_000_000m * share.Share : null, IsMeasured: false)));
        }

        return rows;
    }

    private sealed record ShareRow(string Metal, decimal? Share, decimal? Least, decimal? Most, int Products, string Source);

    private sealed record PreciousRow(string Metal, decimal GramsPerTonne, decimal Least, decimal Most, string Source);

    private sealed record YieldRow(string Metal, decimal Share, string Source);
}

/// <param name="ContentGrams">Of the input, by what studies found in such products, with the range they found; none where too few products were studied.</param>
/// <param name="Products">How many products stand behind it.</param>
/// <param name="YieldShare">What reaches a recoverable output, by a study; none where no study is known.</param>
/// <param name="RecoveredGrams">Measured: the confirmed mass of the metal's fractions. Else content times yield. None: not known.</param>
public sealed record MetalRow(
    string Metal, decimal? ContentGrams, decimal? LeastGrams, decimal? MostGrams, string ContentSource, int Products, decimal? YieldShare, string? YieldSource, decimal? RecoveredGrams, bool IsMeasured);
