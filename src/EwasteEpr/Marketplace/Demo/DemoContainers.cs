using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace.Demo;

/// <summary>Sealed containers that invented offices filled: each a list of assets that was weighed in, gram by gram.</summary>
internal sealed class DemoContainers(Db db)
{
    private const string FillSql = """
        with place as materialized (
            select p.point_id, p.organisation_id from collection_points p join organisations o using (organisation_id)
             where p.demo_code is not null and p.kind = 'CollectionPoint' and o.demo_code <> 'point-1' and p.categories @> array['1', '5']
             order by p.demo_code offset @no % 9 limit 1
        ), giver as materialized (
            select organisation_id, address, contact_name, contact_phone from organisations where demo_code = 'importer-' || (4 + @no % 8)
        ), person as materialized (
            select (select person_id from people where demo_code = 'importer-preparer') as giver, (select person_id from people where demo_code = 'point-staff') as staff
        ), opened as materialized (
            select ledger.open_account('mass_stock_lot', @lot, 'mass:' || @category) as account_id
        ), box as (
            insert into containers (container_id, number, organisation_id, point_id, kind, category, for_reuse, state, tare_grams, gross_grams, net_grams, net_basis, scale_no, seal_no, opened_at, sealed_by, sealed_at)
            select @box, 'C-' || lpad(nextval('container_numbers')::text, 4, '0'), p.organisation_id, p.point_id, 'Cage', @category, @reuse, 'Sealed', 45000, 45000 + @grams, @grams, 'Verified', '20-1187', (770000 + @no)::text,
                   app.now() - interval '9 days', x.staff, app.now() - interval '2 days' from place p, person x
        ), lot as (
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id) select @lot, @box, @category, 'Organisation', 'Pickup', account_id from opened
        ), list as (
            insert into pickups (pickup_id, number, organisation_id, point_id, state, way, day, part, address, contact_name, contact_phone, owner_declared_at, created_by, booked_by, booked_at, received_by, received_at)
            select @list, format('H-%s-%s', extract(year from app.today()), lpad(nextval('pickup_numbers')::text, 4, '0')), g.organisation_id, p.point_id, 'Received', 'Fetched', app.today() - 3, 'Morning', g.address, g.contact_name,
                   g.contact_phone, app.now(), x.giver, x.giver, app.now(), x.staff, app.now() from giver g, place p, person x
        ), assets as materialized (
            select uuidv7() as asset_id, n as asset_no, case n when 1 then @grams - @grams / 3 else @grams / 3 end as grams from generate_series(1, 2) n
        ), posted as materialized (
            select a.*, ledger.post('pickup_weighed_in', 'pickup_asset', a.asset_id, 1, 'mass:' || @category, ledger.open_account('mass_citizens', null, 'mass:' || @category), o.account_id, a.grams) as transfer_id
              from assets a cross join opened o
        ), written as (
            insert into pickup_assets (asset_id, pickup_id, asset_no, description, unu_key, units, received_units, category, grams, basis, scale_no, lot_id, transfer_id)
            select asset_id, @list, asset_no, @what, @key, 40, 40, @category, grams, 'Verified', '20-1187', @lot, transfer_id from posted
        )
        insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
        select 'pickup_asset', asset_id, 'stock_lot', @lot, @category, grams, transfer_id from posted
        """;

    private static readonly Dictionary<string, (string Key, string What)> Things = new(StringComparer.Ordinal)
    {
        ["1"] = ("0108", "Тоңазытқыш / Холодильник"), ["4a"] = ("0104", "Кір жуғыш машина / Стиральная машина"), ["5"] = ("0205", "Шаңсорғыш / Пылесос"), ["6"] = ("0302", "Жүйелік блок / Системный блок"),
    };

    public async Task<Guid> FillAsync(int no, DemoLot plan, CancellationToken ct)
    {
        var box = Guid.CreateVersion7();
        var (key, what) = Things[plan.Category];
        await db.ExecuteAsync(FillSql, new { no, box, lot = Guid.CreateVersion7(), list = Guid.CreateVersion7(), category = plan.Category, reuse = plan.Reuse, grams = plan.Grams, key, what }, ct);
        return box;
    }
}
