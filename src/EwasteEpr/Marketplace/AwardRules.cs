using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>Which offers are admissible and in which order, and what stands in the way of one: related parties, an abnormally low price.</summary>
public static class AwardRules
{
    /// <summary>Best first: the highest price, ties by the order in which the lot took them.</summary>
    public const string RankedSql = """
        select o.offer_id, o.site_id, o.organisation_id, o.tiyn_per_tonne,
               row_number() over (order by case when x.problem is null then 0 else 1 end, o.tiyn_per_tonne desc, o.offer_no) as place, x.problem, o.explanation is not null as is_explained
          from market_offers o
          join market_lots l using (market_lot_id)
         cross join lateral (
               select coalesce(o.problem,
                        case when exists (select from market_awards a where a.offer_id = o.offer_id and a.state in ('Defaulted', 'Cancelled') and a.awarded_at is not null) then 'Fallen'
                             when l.deposit_tiyn > 0 and not exists (select from market_deposits d where d.market_lot_id = o.market_lot_id and d.organisation_id = o.organisation_id and d.state = 'Held') then 'NoDeposit' end) as problem) x
         where o.market_lot_id = @lot and o.replaced_at is null and o.opened_at is not null
         order by place
         limit 10000
        """;

    public static async Task<JudgedOffer> JudgeAsync(DbTransaction transaction, Guid lot, Guid chosen, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var ranked = await transaction.QueryAsync<RankedOffer>(RankedSql, new { lot }, ct);
        if (ranked.FirstOrDefault(offer => offer.OfferId == chosen) is not { } offer)
        {
            return JudgedOffer.Refused(new AwardOutcome.NotAdmissible(null));
        }

        if (offer.Problem is { } problem)
        {
            return JudgedOffer.Refused(new AwardOutcome.NotAdmissible(problem));
        }

        if (await SharesAsync(transaction, lot, offer.OrganisationId, ct) is { IsTooMuch: true } shares)
        {
            return JudgedOffer.Refused(new AwardOutcome.RelatedParties(shares.GroupGrams, shares.TotalGrams));
        }

        var low = await LowAsync(transaction, lot, offer.TiynPerTonne!.Value, ct);
        return low is not null && !offer.IsExplained
            ? JudgedOffer.Refused(new AwardOutcome.NeedsExplanation(low))
            : new JudgedOffer(offer.SiteId, offer.Place == 1, ranked.Count == 1, low is not null, null);
    }

    // The mass of a category in a month is that of all its lots that close in it. One organisation without relations is no group.
    private const string SharesSql = """
        with lot as (
            select category, declared_grams, date_trunc('month', closes_at at time zone 'Asia/Almaty') as month from market_lots where market_lot_id = @lot
        ), grouped as materialized (
            select market_group(@organisation) as organisation_id
        )
        select (select count(*) from grouped) as members,
               (select coalesce(sum(a.reserved_grams), 0) from market_awards a join market_lots l using (market_lot_id) cross join lot
                 where a.organisation_id in (select organisation_id from grouped) and a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled')
                   and l.category = lot.category and date_trunc('month', l.closes_at at time zone 'Asia/Almaty') = lot.month)::bigint + (select declared_grams from lot) as group_grams,
               (select coalesce(sum(l.declared_grams), 0) from market_lots l cross join lot
                 where l.category = lot.category and l.state not in ('Draft', 'Cancelled') and date_trunc('month', l.closes_at at time zone 'Asia/Almaty') = lot.month)::bigint as total_grams
        """;

    public static Task<GroupShare> SharesAsync(DbTransaction transaction, Guid lot, Guid organisation, CancellationToken ct) =>
        transaction.QuerySingleAsync<GroupShare>(SharesSql, new { lot, organisation }, ct);

    private const string MedianSql = """
        select (percentile_disc(0.5) within group (order by -a.tiyn_per_tonne))::bigint as median
          from market_awards a join market_lots l using (market_lot_id) join market_lots now_lot on now_lot.market_lot_id = @lot
         where l.category = now_lot.category and l.for_reuse = now_lot.for_reuse and l.market_lot_id <> @lot
           and a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled') and a.awarded_at > app.now() - interval '12 months'
        """;

    private static async Task<LowPrice?> LowAsync(DbTransaction transaction, Guid lot, long tiynPerTonne, CancellationToken ct)
    {
        var median = await transaction.QuerySingleAsync<long?>(MedianSql, new { lot }, ct);
        var (percent, floor) = await MarketSettings.LowPriceAsync(transaction, ct);
        return FindLow(tiynPerTonne, median, percent, floor);
    }

    /// <summary>
    /// Treatment that is to be paid is abnormally cheap where the price asked lies below the setting's floor, or so many percent below the median of 12 months.
    /// Where recyclers usually pay (median not above zero), no price is abnormally low by the median.
    /// </summary>
    /// <param name="tiynPerTonne">The offer: negative is paid.</param>
    /// <param name="medianAsked">What recyclers were paid, positive; none: nothing to compare with.</param>
    /// <param name="percent">None: not set.</param>
    /// <param name="floorAsked">Tiyn; none: not set.</param>
    public static LowPrice? FindLow(long tiynPerTonne, long? medianAsked, decimal? percent, long? floorAsked)
    {
        var asked = -tiynPerTonne;
        var byMedian = medianAsked > 0 && percent is { } share ? (long)decimal.Round(medianAsked.Value * (100 - share) / 100) : (long?)null;
        var floors = new[] { byMedian, asked > 0 ? floorAsked : null }.OfType<long>().ToList();
        return floors.Count > 0 && asked < floors.Max() ? new LowPrice(asked, medianAsked, floors.Max()) : null;
    }
}

public sealed record RankedOffer(Guid OfferId, Guid SiteId, Guid OrganisationId, long? TiynPerTonne, long Place, OfferProblem? Problem, bool IsExplained);

/// <param name="Members">Of the group, the organisation included.</param>
public sealed record GroupShare(long Members, long GroupGrams, long TotalGrams)
{
    public bool IsTooMuch => Members > 1 && GroupGrams * 2 > TotalGrams;
}

/// <param name="Refusal">None: nothing stands in its way but certification and capacity, which are asked last.</param>
public sealed record JudgedOffer(Guid Site, bool IsBest, bool IsSingle, bool IsLow, AwardOutcome? Refusal)
{
    public static JudgedOffer Refused(AwardOutcome why) => new(Guid.Empty, IsBest: false, IsSingle: false, IsLow: false, why);
}
