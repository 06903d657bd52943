using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments;

/// <summary>What always holds between a point's scale and a site's.</summary>
public static class ConsignmentInvariants
{
    private const string TransitSql = """
        with roads as (
            select c.consignment_id, c.number, c.state, b.unit, b.balance,
                   case when c.state in ('Prepared', 'Cancelled', 'Returned', 'Agreed', 'Resolved') then 0
                        else coalesce((select sum(l.sent_grams) from consignment_lots l join consignment_containers x using (consignment_id, container_id)
                                        where l.consignment_id = c.consignment_id and 'mass:' || l.category = b.unit and x.weighed_at is null), 0) end as expected
              from ledger.balances b join consignments c on c.consignment_id = b.owner_id
             where b.purpose = 'mass_in_transit'
        )
        select count(*) as rows_checked,
               (select format('%s is %s with %s g of %s on the road instead of %s', number, state, balance, unit, expected) from roads where balance <> expected order by number, unit limit 1) as first_broken
          from roads
        """;

    private const string SentSql = """
        select count(*) as rows_checked,
               (select format('a lot of %s left with %s g of category %s, its transfer %s', c.number, l.sent_grams, l.category,
                              case when t.transfer_id is null then 'is not there' else format('moves %s in %s', t.amount, t.unit) end)
                  from consignment_lots l
                  join consignments c using (consignment_id)
                  join stock_lots s on s.lot_id = l.lot_id
                  left join ledger.transfers t on t.transfer_id = l.despatch_transfer_id
                 where (t.amount, t.unit, t.debit_account_id, t.kind, t.source_id) is distinct from (l.sent_grams, 'mass:' || l.category, s.account_id, 'consignment_despatched'::text, l.consignment_lot_id)
                    or l.sent_grams > (select x.sent_grams from consignment_containers x where x.consignment_id = l.consignment_id and x.container_id = l.container_id)
                 order by c.number, l.consignment_lot_id limit 1) as first_broken
          from consignment_lots
        """;

    // What was sent of a container, plus what the scale found more, less what it found less, is what the site has of it.
    private const string ReceivedSql = """
        with sides as (
            select x.consignment_id, x.container_id, x.sent_grams, coalesce(x.net_grams, 0) as net_grams,
                   coalesce((select sum(s.received_grams) from site_lots s where s.consignment_id = x.consignment_id and s.container_id = x.container_id), 0) as received,
                   coalesce((select sum(l.sent_grams) from consignment_lots l where l.consignment_id = x.consignment_id and l.container_id = x.container_id), 0) as sent,
                   coalesce((select sum(case t.kind when 'weigh_in_more' then t.amount else -t.amount end)
                               from ledger.transfers t
                              where t.kind in ('weigh_in_more', 'weigh_in_less')
                                and (t.source_id in (select l.consignment_lot_id from consignment_lots l where l.consignment_id = x.consignment_id and l.container_id = x.container_id)
                                     or t.source_id in (select s.site_lot_id from site_lots s where s.consignment_id = x.consignment_id and s.container_id = x.container_id))), 0) as difference
              from consignment_containers x
             where x.weighed_at is not null
        )
        select count(*) as rows_checked,
               (select format('%s of %s: sent %s g, differences %s g, weighed in %s g, in lots %s g', b.number, c.number, s.sent, s.difference, s.net_grams, s.received)
                  from sides s join consignments c using (consignment_id) join containers b on b.container_id = s.container_id
                 where s.sent <> s.sent_grams or s.received <> s.net_grams or s.sent + s.difference <> s.received
                 order by c.number, b.number limit 1) as first_broken
          from sides
        """;

    // Later steps take grams out of a lot and may give them back: what came in is what the lot says it received.
    private const string LotsSql = """
        with lots as (
            select l.site_lot_id, l.received_grams, a.balance, a.owner_id,
                   coalesce((select sum(t.amount) from ledger.transfers t
                              where t.credit_account_id = l.account_id and t.kind in ('consignment_received', 'weigh_in_more', 'direct_weighed_in', 'opening_stock_entered')), 0) as came,
                   coalesce((select sum(t.amount) from ledger.transfers t where t.credit_account_id = l.account_id), 0)
                   - coalesce((select sum(t.amount) from ledger.transfers t where t.debit_account_id = l.account_id), 0) as moved
              from site_lots l join ledger.accounts a on a.account_id = l.account_id
        )
        select count(*) as rows_checked,
               (select format('site lot %s received %s g, its transfers brought %s g and left %s g where the account has %s g', site_lot_id, received_grams, came, moved, balance)
                  from lots where came <> received_grams or balance <> moved or balance not between 0 and received_grams or owner_id <> site_lot_id order by site_lot_id limit 1) as first_broken
          from lots
        """;

    private const string LinksSql = """
        select count(*) as rows_checked,
               (select format('site lot %s of %s g is linked to its stock lots by %s g', l.site_lot_id, l.received_grams, coalesce(x.grams, 0))
                  from site_lots l
                  left join lateral (
                       select sum(t.grams)::bigint as grams from trace_links t join stock_lots s on s.lot_id = t.from_id
                        where t.to_type = 'site_lot' and t.to_id = l.site_lot_id and t.from_type = 'stock_lot' and t.category = l.category and s.container_id = l.container_id and t.ended_at is null) x on true
                 where l.consignment_id is not null and x.grams is distinct from l.received_grams
                 order by l.site_lot_id limit 1) as first_broken
          from site_lots where consignment_id is not null
        """;

    private const string StatesSql = """
        with roads as (
            select b.number, b.state, c.number as consignment, c.state as consignment_state, x.weighed_at, x.is_missing,
                   case when c.consignment_id is null or c.state = 'Prepared' then 'Sealed' when x.weighed_at is not null and not x.is_missing then 'Emptied' when c.state = 'Despatched' or x.is_missing then 'Despatched'
                        else 'Received' end as expected
              from containers b
              left join consignment_containers x on x.container_id = b.container_id and x.released_at is null
              left join consignments c on c.consignment_id = x.consignment_id
             where b.state <> 'Open'
        )
        select count(*) as rows_checked,
               (select format('%s is %s, its consignment %s says %s', number, state, coalesce(consignment, '-'), expected) from roads
                 where case when is_missing then state not in ('Despatched', 'Received') else state <> expected end order by number limit 1) as first_broken
          from roads
        """;

    private const string EndsSql = """
        with facts as (
            select c.number, c.state, (select count(*) from consignment_containers x where x.consignment_id = c.consignment_id and x.weighed_at is null) as waiting,
                   exists (select from consignment_discrepancies d where d.consignment_id = c.consignment_id and d.kind <> 'Route') as is_discrepant,
                   exists (select from consignment_discrepancies d where d.consignment_id = c.consignment_id and d.kind <> 'Route' and d.state = 'Open') as is_open
              from consignments c
             where c.state in ('Received', 'Agreed', 'Discrepant', 'Resolved')
        )
        select count(*) as rows_checked,
               (select format('%s is %s with %s containers to weigh and %s', number, state, waiting, case when is_open then 'an open disagreement' when is_discrepant then 'a decided disagreement' else 'no disagreement' end)
                  from facts
                 where state <> case when not is_discrepant then case when waiting = 0 then 'Agreed' else 'Received' end when waiting = 0 and not is_open then 'Resolved' else 'Discrepant' end
                 order by number limit 1) as first_broken
          from facts
        """;

    private const string EntriesSql = """
        select count(*) as rows_checked,
               (select format('entry %s of %s g, its lot has %s g by channel %s', e.number, e.net_grams, l.received_grams, l.channel)
                  from site_entries e left join site_lots l on l.site_lot_id = e.site_lot_id
                  left join ledger.transfers t on t.credit_account_id = l.account_id and t.source_type = 'site_entry' and t.source_id = e.entry_id
                 where (l.received_grams, l.channel, l.site_id, t.amount) is distinct from (e.net_grams, e.kind, e.site_id, e.net_grams)
                 order by e.number limit 1) as first_broken
          from site_entries
        """;

    // A gap outside what was allowed on the day always has its row: the setting may have changed since, so the row's own figure is not asked.
    private const string GapsSql = """
        select count(*) as rows_checked,
               (select format('%s of %s lost or won more than 10 %% and nobody is asked', b.number, c.number)
                  from consignment_containers x join consignments c using (consignment_id) join containers b on b.container_id = x.container_id
                 where x.weighed_at is not null and abs(coalesce(x.net_grams, 0) - x.sent_grams) * 10 > x.sent_grams
                   and abs(coalesce(x.net_grams, 0) - x.sent_grams) > coalesce((select value::numeric from app.settings where key = 'custody.scale_error_grams'), 0)
                   and not exists (select from consignment_discrepancies d where d.consignment_id = x.consignment_id and d.container_id = x.container_id)
                 order by c.number, b.number limit 1) as first_broken
          from consignment_containers where weighed_at is not null
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("On the road is what left and was not weighed in, and nothing of consignments that ended", TransitSql),
        new("Each lot that left is one transfer of its grams out of its point", SentSql),
        new("What was sent and what scales disagreed about is what sites received", ReceivedSql),
        new("Each site lot has what it received less what was used", LotsSql),
        new("Each gram of a site lot is linked to the stock lots it came from", LinksSql),
        new("Each container stands where its consignment says", StatesSql),
        new("Each consignment ends as its weighings and decisions say", EndsSql),
        new("Each entry without a consignment is one lot of its grams", EntriesSql),
        new("Each weighing far from what was sent has somebody asked", GapsSql),
    ];
}
