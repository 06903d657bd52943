using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Pickups;

/// <summary>What always holds of organisations' lists and the grams that came of them.</summary>
public static class PickupInvariants
{
    private const string MassSql = """
        select count(*) as rows_checked,
               (select format('asset %s of %s has %s g of category %s, its transfer %s', a.asset_no, h.number, a.grams, a.category,
                              case when t.transfer_id is null then 'is not there' else format('moves %s in %s', t.amount, t.unit) end)
                  from pickup_assets a
                  join pickups h on h.pickup_id = a.pickup_id
                  join stock_lots l on l.lot_id = a.lot_id
                  left join ledger.transfers t on t.transfer_id = a.transfer_id
                 where (t.amount, t.unit, t.credit_account_id, t.kind, t.source_id) is distinct from (a.grams, 'mass:' || a.category, l.account_id, 'pickup_weighed_in'::text, a.asset_id)
                 order by h.number, a.asset_no limit 1) as first_broken
          from pickup_assets where grams is not null
        """;

    private const string TransfersSql = """
        select count(*) as rows_checked,
               (select format('transfer %s is a weighing without an asset', t.transfer_id) from ledger.transfers t
                 where t.kind = 'pickup_weighed_in' and not exists (select from pickup_assets a where a.transfer_id = t.transfer_id)
                 order by t.transfer_id limit 1) as first_broken
          from ledger.transfers where kind = 'pickup_weighed_in'
        """;

    private const string StreamSql = """
        select count(*) as rows_checked,
               (select format('asset %s of %s lies in a lot of stream %s', a.asset_no, h.number, l.stream)
                  from pickup_assets a join pickups h on h.pickup_id = a.pickup_id join stock_lots l on l.lot_id = a.lot_id
                 where l.stream <> 'Organisation' or l.channel <> 'Pickup'
                 order by h.number, a.asset_no limit 1) as first_broken
          from pickup_assets where lot_id is not null
        """;

    private const string StateSql = """
        select count(*) as rows_checked,
               (select format('%s is %s and asset %s %s', h.number, h.state, a.asset_no, case when a.received_units is null then 'was not counted' else 'was counted' end)
                  from pickups h join pickup_assets a on a.pickup_id = h.pickup_id
                 where (h.state = 'Received') <> (a.received_units is not null)
                 order by h.number, a.asset_no limit 1) as first_broken
          from pickups
        """;

    private const string DaySql = """
        select count(*) as rows_checked,
               (select format('%s has %s lists on %s', p.slug, count(*), h.day)
                  from pickups h join collection_points p on p.point_id = h.point_id
                 where h.state = 'Booked'
                 group by p.slug, h.day having count(*) > 6
                 order by p.slug, h.day limit 1) as first_broken
          from pickups where state = 'Booked'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each weighed asset is one transfer of its grams into its lot", MassSql),
        new("Each weighing of an asset in the ledger is an asset", TransfersSql),
        new("What an organisation handed in lies in lots of organisations", StreamSql),
        new("A list is counted whole when it was received, and not before", StateSql),
        new("No point has more lists on a day than it manages", DaySql),
    ];
}
