using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Pickups;

/// <summary>Lists of assets to look at: by who hands in, and by who takes over. The organisation always stands in the query.</summary>
public sealed class PickupQueries(Db db)
{
    private const string Columns = """
        select h.pickup_id, h.number, h.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru, h.state, h.way, h.day, h.part, h.address, h.contact_name, h.contact_phone,
               h.point_id, p.slug as point_slug, p.name_kk as point_kk, p.name_ru as point_ru, p.settlement_kk || ', ' || p.address_kk as point_address_kk, p.settlement_ru || ', ' || p.address_ru as point_address_ru,
               r.organisation_id as receiver_id, r.name_kk as receiver_kk, r.name_ru as receiver_ru,
               coalesce(a.assets, 0)::int as assets, coalesce(a.units, 0)::int as units, coalesce(a.grams, 0)::bigint as grams, h.created_at, h.booked_at, b.name as booked_by, h.received_at, e.name as received_by
          from pickups h
          join organisations o on o.organisation_id = h.organisation_id
          left join collection_points p on p.point_id = h.point_id
          left join organisations r on r.organisation_id = p.organisation_id
          left join people b on b.person_id = h.booked_by
          left join people e on e.person_id = h.received_by
          left join lateral (select count(*) as assets, sum(x.units) as units, sum(x.grams) as grams from pickup_assets x where x.pickup_id = h.pickup_id) a on true
        """;

    private const string OwnSql = Columns + " where h.organisation_id = @organisation order by h.pickup_id desc limit 200";

    public Task<IReadOnlyList<PickupRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<PickupRow>(OwnSql, new { organisation }, ct);

    private const string IncomingSql = Columns + " where p.organisation_id = @organisation and h.state in ('Booked', 'Received') order by h.state = 'Received', case when h.state = 'Booked' then h.day end, h.pickup_id desc limit 200";

    /// <summary>What is on its way to the organisation's points, the next day first; then what has come.</summary>
    public Task<IReadOnlyList<PickupRow>> IncomingAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<PickupRow>(IncomingSql, new { organisation }, ct);

    private const string OneOwnSql = Columns + " where h.number = @number and h.organisation_id = @organisation";

    private const string OneIncomingSql = Columns + " where h.number = @number and p.organisation_id = @organisation and h.state in ('Booked', 'Received')";

    private const string AssetsSql = """
        select a.asset_id, a.asset_no, a.description, a.unu_key, n.name_kk, n.name_ru, n.name_en, k.category as key_category, a.inventory_no, a.serial, a.units, a.data_choice,
               a.received_units, a.category, a.grams, a.basis, a.scale_no, a.bag_no, c.number as container, a.data_method, a.data_done_at
          from pickup_assets a
          left join unu_keys k on k.unu_key = a.unu_key
          left join unu_key_names n on n.unu_key = a.unu_key
          left join stock_lots l on l.lot_id = a.lot_id
          left join containers c on c.container_id = l.container_id
         where a.pickup_id = @id
         order by a.asset_no
         limit 2000
        """;

    public Task<PickupDetails?> FindAsync(string number, OrganisationId organisation, CancellationToken ct) => DetailsAsync(OneOwnSql, number, organisation, ct);

    public Task<PickupDetails?> FindIncomingAsync(string number, OrganisationId receiver, CancellationToken ct) => DetailsAsync(OneIncomingSql, number, receiver, ct);

    private async Task<PickupDetails?> DetailsAsync(string sql, string number, OrganisationId organisation, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<PickupRow>(sql, new { number, organisation }, ct) is { } pickup
            ? new PickupDetails(pickup, await db.QueryAsync<AssetRow>(AssetsSql, new { id = pickup.PickupId }, ct))
            : null;
}
