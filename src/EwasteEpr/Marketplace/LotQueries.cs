using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>Lots and offers to look at. Where an organisation asks, its id stands in the query.</summary>
public sealed class LotQueries(Db db)
{
    private const string LotColumns = """
        select l.market_lot_id, l.number, l.kind, l.state, l.category, l.for_reuse, p.settlement_kk || ', ' || p.name_kk as place_kk, p.settlement_ru || ', ' || p.name_ru as place_ru, g.name_kk as region_kk, g.name_ru as region_ru,
               l.declared_grams, (select count(*) from market_lot_containers c where c.market_lot_id = l.market_lot_id) as container_count, l.reserve_tiyn_per_tonne as reserve_tiyn, l.step_tiyn, l.deposit_tiyn,
               l.keeps_deposit, l.deposit_basis, l.owner_name, l.procedure_basis, l.note, l.closes_at, l.extensions, l.created_by, m.name as created_by_name, l.opened_at, l.closed_at, l.end_reason,
               coalesce(o.standing, 0) as offers, case when l.kind = 'Open' then o.best end as best_tiyn, a.state as award_state, a.tiyn_per_tonne as award_tiyn, a.awarded_at,
               (select s.weighed_grams from market_settlements s where s.award_id = a.award_id and s.reversed_at is null) as weighed_grams
          from market_lots l
          join collection_points p on p.point_id = l.point_id
          join regions g on g.kato = p.region_kato
          join people m on m.person_id = l.created_by
          left join lateral (select count(*) as standing, max(x.tiyn_per_tonne) as best from market_offers x where x.market_lot_id = l.market_lot_id and x.replaced_at is null) o on true
          left join market_awards a on a.market_lot_id = l.market_lot_id and a.state in ('Proposed', 'Awarded', 'Contracted', 'HandedOver', 'Settled')
        """;

    // Keyset: behind the lot that the page before ended with.
    private const string ListSql = LotColumns + """
         where (@states::text[] is null or l.state = any (@states)) and (@category::text is null or l.category = @category)
           and (@after::text is null or (l.created_at, l.market_lot_id) < (select x.created_at, x.market_lot_id from market_lots x where x.number = @after))
         order by l.created_at desc, l.market_lot_id desc
         limit @limit
        """;

    /// <param name="states">None: all.</param>
    /// <param name="after">The number that the page before ended with.</param>
    public Task<IReadOnlyList<LotRow>> ListAsync(IReadOnlyList<LotState>? states, string? category, string? after, int limit, CancellationToken ct) =>
        db.QueryAsync<LotRow>(ListSql, new { states = states?.Select(state => state.ToString()).ToArray(), category, after, limit }, ct);

    private const string PublicSql = LotColumns + " where l.state = 'Open' and (@category::text is null or l.category = @category) order by l.closes_at, l.market_lot_id limit 200";

    /// <summary>Lots that take offers now, the next to close first.</summary>
    public Task<IReadOnlyList<LotRow>> OpenAsync(string? category, CancellationToken ct) => db.QueryAsync<LotRow>(PublicSql, new { category }, ct);

    private const string EligibleSql = LotColumns + """
         where l.state = 'Open' and exists (select from market_eligible e where e.market_lot_id = l.market_lot_id and e.organisation_id = @organisation)
         order by l.closes_at, l.market_lot_id limit 200
        """;

    public Task<IReadOnlyList<LotRow>> EligibleAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<LotRow>(EligibleSql, new { organisation }, ct);

    private const string WonSql = LotColumns + " where a.organisation_id = @organisation and a.state <> 'Proposed' order by a.awarded_at desc, l.market_lot_id desc limit 200";

    public Task<IReadOnlyList<LotRow>> WonAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<LotRow>(WonSql, new { organisation }, ct);

    private const string OneSql = LotColumns + " where l.number = @number";

    private const string OneOfficialSql = LotColumns + " where l.number = @number and l.opened_at is not null";

    /// <summary>Once it was opened; a draft is the operator's.</summary>
    public Task<LotRow?> FindAsync(string number, CancellationToken ct) => db.QuerySingleOrDefaultAsync<LotRow>(OneOfficialSql, new { number }, ct);

    private const string FreeSql = """
        select c.container_id, c.number, c.kind, c.category, c.for_reuse, p.settlement_kk || ', ' || p.name_kk as point_kk, p.settlement_ru || ', ' || p.name_ru as point_ru, c.net_grams, c.net_basis, c.sealed_at
          from containers c join collection_points p on p.point_id = c.point_id
         where c.state = 'Sealed' and c.category <> 'mixed'
           and not exists (select from market_lot_containers l where l.container_id = c.container_id and l.is_live)
           and not exists (select from consignment_containers x where x.container_id = c.container_id and x.released_at is null)
         order by p.region_kato, p.point_id, c.category, c.sealed_at, c.container_id
         limit 500
        """;

    /// <summary>Sealed, of one category, in no lot and on no road.</summary>
    public Task<IReadOnlyList<FreeContainer>> FreeContainersAsync(CancellationToken ct) => db.QueryAsync<FreeContainer>(FreeSql, null, ct);

    private const string ContainersSql = """
        select c.container_id, c.number, c.kind, c.seal_no, l.declared_grams, c.net_basis, c.scale_no, x.net_grams as weighed_grams
          from market_lot_containers l join containers c using (container_id)
          left join consignments s on s.market_lot_id = l.market_lot_id and s.state not in ('Cancelled', 'Returned')
          left join consignment_containers x on x.consignment_id = s.consignment_id and x.container_id = c.container_id
         where l.market_lot_id = @MarketLotId
         order by c.number limit 500
        """;

    private const string PhotosSql = "select photo_id from market_lot_photos where market_lot_id = @MarketLotId order by photo_id limit 20";

    public Task<IReadOnlyList<LotContainer>> ContainersAsync(LotRow lot, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lot);
        return db.QueryAsync<LotContainer>(ContainersSql, new { lot.MarketLotId }, ct);
    }

    public Task<IReadOnlyList<Guid>> PhotosAsync(LotRow lot, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lot);
        return db.QueryAsync<Guid>(PhotosSql, new { lot.MarketLotId }, ct);
    }

    private const string PhotoSql = "select p.media_type, p.content from market_lot_photos p join market_lots l using (market_lot_id) where l.number = @number and p.photo_id = @photo and l.opened_at is not null";

    public Task<LotPhoto?> PhotoAsync(string number, Guid photo, CancellationToken ct) => db.QuerySingleOrDefaultAsync<LotPhoto>(PhotoSql, new { number, photo }, ct);

    /// <summary>All of it, for the operator.</summary>
    public async Task<LotDetails?> DetailsAsync(string number, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<LotRow>(OneSql, new { number }, ct) is not { } lot)
        {
            return null;
        }

        var id = new { lot.MarketLotId };
        return new LotDetails(
            lot, await ContainersAsync(lot, ct), await PhotosAsync(lot, ct), await db.QueryAsync<OfferRow>(OfferSql.OfLot, id, ct), await db.QueryAsync<AwardRow>(OfferSql.Awards, id, ct),
            await db.QueryAsync<ProtestRow>(OfferSql.Protests, id, ct), await db.QueryAsync<LotSettlementRow>(OfferSql.Settlements, id, ct));
    }

    /// <summary>What one bidder may see: its own offers, and of an award only its own.</summary>
    public async Task<LotDetails?> DetailsAsync(string number, OrganisationId organisation, CancellationToken ct) =>
        await DetailsAsync(number, ct) is { Lot.OpenedAt: not null } all
            ? all with
            {
                Offers = [.. all.Offers.Where(offer => offer.OrganisationId == organisation.Value)], Awards = [.. all.Awards.Where(award => award.OrganisationId == organisation.Value)],
                Protests = [.. all.Protests.Where(protest => protest.OrganisationId == organisation.Value)], Settlements = [.. all.Settlements.Where(settlement => settlement.OrganisationId == organisation.Value)],
            }
            : null;

    public Task<IReadOnlyList<OfferRow>> OffersAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<OfferRow>(OfferSql.OfOrganisation, new { organisation }, ct);
}

public sealed record LotPhoto(string MediaType, byte[] Content);
