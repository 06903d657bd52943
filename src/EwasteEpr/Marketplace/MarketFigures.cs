using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>What the public sees: results without names, and what a tonne of each category went for, month by month.</summary>
public sealed class MarketFigures(Db db)
{
    private const string ResultsSql = """
        select l.number, l.kind, l.state, l.category, l.for_reuse, g.name_kk as region_kk, g.name_ru as region_ru, l.declared_grams, s.weighed_grams, l.closed_at,
               (select count(*) from market_offers o where o.market_lot_id = l.market_lot_id and o.replaced_at is null) as offers, a.tiyn_per_tonne, s.tiyn
          from market_lots l
          join collection_points p on p.point_id = l.point_id
          join regions g on g.kato = p.region_kato
          left join market_awards a on a.market_lot_id = l.market_lot_id and a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled')
          left join market_settlements s on s.award_id = a.award_id and s.reversed_at is null
         where l.closed_at is not null and l.closed_at > app.now() - interval '24 months' and (@category::text is null or l.category = @category)
         order by l.closed_at desc, l.market_lot_id desc
         limit 500
        """;

    public Task<IReadOnlyList<ResultRow>> ResultsAsync(string? category, CancellationToken ct) => db.QueryAsync<ResultRow>(ResultsSql, new { category }, ct);

    // Weighted by the mass awarded, so that a small lot does not speak as loud as a large one.
    private const string PricesSql = """
        select to_char(a.awarded_at at time zone 'Asia/Almaty', 'YYYY-MM') as month, l.category, count(*) as lots, sum(a.reserved_grams)::bigint as grams,
               round(sum(a.tiyn_per_tonne::numeric * a.reserved_grams) / sum(a.reserved_grams))::bigint as mean_tiyn, min(a.tiyn_per_tonne) as least_tiyn, max(a.tiyn_per_tonne) as most_tiyn
          from market_awards a join market_lots l using (market_lot_id)
         where a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled') and not l.for_reuse
           and a.awarded_at >= ((date_trunc('month', app.today()) - interval '11 months')::date)::timestamp at time zone 'Asia/Almaty'
         group by 1, 2
         order by 1, 2
         limit 200
        """;

    /// <summary>Of twelve months, this one included.</summary>
    public Task<IReadOnlyList<PriceRow>> PricesAsync(CancellationToken ct) => db.QueryAsync<PriceRow>(PricesSql, null, ct);

    private const string TodaySql = "select app.today()";

    public Task<DateOnly> TodayAsync(CancellationToken ct) => db.QuerySingleAsync<DateOnly>(TodaySql, null, ct);
}

public sealed record ResultRow(
    string Number, LotKind Kind, LotState State, string Category, bool ForReuse, string RegionKk, string RegionRu, long DeclaredGrams, long? WeighedGrams, DateTimeOffset ClosedAt, long Offers, long? TiynPerTonne, long? Tiyn)
{
    public string Region(string language) => language == "ru" ? RegionRu : RegionKk;
}

/// <param name="Month"><c>2026-11</c>, in Asia/Almaty.</param>
/// <param name="MeanTiyn">Of a tonne, weighted by mass; positive: the recycler pays.</param>
public sealed record PriceRow(string Month, string Category, long Lots, long Grams, long MeanTiyn, long LeastTiyn, long MostTiyn);
