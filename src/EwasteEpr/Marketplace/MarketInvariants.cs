using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>What always holds of lots, offers, awards and what they come to.</summary>
public static class MarketInvariants
{
    private const string BestSql = """
        with ranked as (
            select a.award_id, a.offer_id, a.is_best, a.reason, l.number,
                   exists (select from market_offers o where o.market_lot_id = a.market_lot_id and o.offer_id <> a.offer_id and o.replaced_at is null and o.problem is null and o.opened_at is not null
                            and (o.tiyn_per_tonne, -o.offer_no) > (w.tiyn_per_tonne, -w.offer_no)
                            and (l.deposit_tiyn = 0 or exists (select from market_deposits d where d.market_lot_id = o.market_lot_id and d.organisation_id = o.organisation_id and (d.ended_at is null or d.ended_at > a.awarded_at)))
                            and not exists (select from market_awards x where x.offer_id = o.offer_id and x.state in ('Defaulted', 'Cancelled') and x.awarded_at is not null)) as has_better,
                   w.problem, w.replaced_at, w.tiyn_per_tonne as offered, a.tiyn_per_tonne
              from market_awards a join market_offers w on w.offer_id = a.offer_id join market_lots l on l.market_lot_id = a.market_lot_id
             where a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled')
        )
        select count(*) as rows_checked,
               (select format('lot %s is awarded to an offer that %s', number,
                          case when problem is not null then 'is ' || problem when replaced_at is not null then 'was replaced' when offered is distinct from tiyn_per_tonne then 'has another price'
                               else 'is called the best and is not' end)
                  from ranked where problem is not null or replaced_at is not null or offered is distinct from tiyn_per_tonne or (is_best and has_better) order by number limit 1) as first_broken
          from ranked
        """;

    private const string CapacitySql = """
        with compared as (
            select coalesce(a.award_id, u.source_id) as award_id, l.number, case when a.state in ('Awarded', 'Contracted', 'HandedOver') then a.reserved_grams else 0 end as alive, coalesce(u.grams, 0) as taken
              from market_awards a join market_lots l using (market_lot_id)
              full join (select source_id, sum(grams)::bigint as grams from capacity_uses where source_type = 'market_award' group by source_id) u on u.source_id = a.award_id
        )
        select count(*) as rows_checked,
               (select format('award %s of lot %s holds %s g of capacity and should hold %s', award_id, number, taken, alive) from compared where taken <> alive order by award_id limit 1) as first_broken
          from compared
        """;

    private const string MassSql = """
        select count(*) as rows_checked,
               (select format('settlement %s says %s g and %s tiyn, the scales say %s g and the price makes %s tiyn', s.number, s.weighed_grams, s.tiyn, w.grams, p.tiyn)
                  from market_settlements s
                 cross join lateral (select sum(x.net_grams)::bigint as grams from consignment_containers x where x.consignment_id = s.consignment_id) w
                 cross join lateral (select round(case when s.tiyn_per_tonne < 0 then s.qualifying_grams else w.grams end::numeric * s.tiyn_per_tonne / 1000000) as tiyn) p
                 where s.reversed_at is null and (s.weighed_grams, s.tiyn::numeric) is distinct from (w.grams, p.tiyn)
                 order by s.number limit 1) as first_broken
          from market_settlements
        """;

    private const string PostedSql = """
        with posted as (
            select t.source_id, sum(case when t.kind = 'market_sale' then t.amount else -t.amount end)::bigint as tiyn, bool_or(r.transfer_id is not null) as is_reversed
              from ledger.transfers t left join ledger.transfers r on r.reverses_id = t.transfer_id
             where t.kind in ('market_sale', 'market_treatment') group by t.source_id
        ), paid as (
            select source_id, sum(case when kind = 'market_sale_paid' then amount else -amount end)::bigint as tiyn from ledger.transfers where kind in ('market_sale_paid', 'market_treatment_paid') group by source_id
        )
        select count(*) as rows_checked,
               (select format('settlement %s of %s tiyn is posted as %s and paid as %s', s.number, s.tiyn, coalesce(p.tiyn, 0), coalesce(m.tiyn, 0))
                  from market_settlements s left join posted p on p.source_id = s.settlement_id left join paid m on m.source_id = s.settlement_id
                 where coalesce(p.tiyn, 0) <> s.tiyn or coalesce(p.is_reversed, s.reversed_at is not null) <> (s.reversed_at is not null)
                    or coalesce(m.tiyn, 0) <> case when s.paid_at is null then 0 else s.tiyn end
                 order by s.number limit 1) as first_broken
          from market_settlements s
        """;

    private const string DepositsSql = """
        with compared as (
            select d.deposit_id, l.number, d.state, case when d.state = 'Held' then d.tiyn else 0 end as should, coalesce(a.balance, 0) as holds
              from market_deposits d join market_lots l using (market_lot_id) left join ledger.accounts a on a.purpose = 'market_deposit' and a.owner_id = d.deposit_id
        )
        select count(*) as rows_checked,
               (select format('a deposit for lot %s is %s and its account holds %s tiyn instead of %s', number, state, holds, should) from compared where holds <> should order by number, deposit_id limit 1) as first_broken
          from compared
        """;

    private const string OpenedSql = """
        select count(*) as rows_checked,
               (select format('offer %s of lot %s %s', o.offer_no, l.number,
                          case when o.placed_at >= l.closes_at then 'came at or after the closing' when o.price_sealed is null then 'was never sealed' else 'can be read before the closing' end)
                  from market_offers o join market_lots l using (market_lot_id)
                 where (l.kind = 'Sealed' and (o.price_sealed is null or (l.closed_at is null and (o.tiyn_per_tonne is not null or o.nonce is not null or o.opened_at is not null)) or o.opened_at < l.closed_at))
                    or o.placed_at >= l.closes_at
                 order by l.number, o.offer_no limit 1) as first_broken
          from market_offers
        """;

    private const string CommitmentSql = """
        select count(*) as rows_checked,
               (select format('offer %s of lot %s is not what its bidder committed to', o.offer_no, l.number)
                  from market_offers o join market_lots l using (market_lot_id)
                 where o.nonce is not null and o.problem is distinct from 'Unreadable'
                   and o.commitment <> sha256(convert_to(concat_ws('|', l.number, to_char(o.tiyn_per_tonne / 100.0, 'FM999999999999990.00'), encode(o.nonce, 'hex')), 'UTF8'))
                 order by l.number, o.offer_no limit 1) as first_broken
          from market_offers where nonce is not null
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each award is of an admissible offer, and the best where it says so", BestSql),
        new("Reserved capacity is that of awards alive", CapacitySql),
        new("Each settlement of a lot is weighed mass by price, to the tiyn", MassSql),
        new("Each settlement of a lot is posted once, and paid as it says", PostedSql),
        new("Each deposit's account holds what is held", DepositsSql),
        new("No sealed offer is readable before its lot is closed, and none came after", OpenedSql),
        new("Each opened offer is what its bidder committed to", CommitmentSql),
    ];
}
