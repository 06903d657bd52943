namespace EwasteEpr.Marketplace;

/// <summary>The queries behind a lot's page: offers, awards, protests, settlements.</summary>
internal static class OfferSql
{
    private const string Offers = """
        select o.offer_id, l.number as lot, l.kind, l.state as lot_state, l.category, l.declared_grams, l.closes_at, o.offer_no, o.organisation_id, r.slug, r.name_kk, r.name_ru, s.number as site, o.tiyn_per_tonne,
               encode(o.commitment, 'hex') as commitment, encode(o.nonce, 'hex') as nonce, o.placed_at, o.replaced_at, o.opened_at,
               coalesce(o.problem, case when o.opened_at is null then null when a.state in ('Defaulted', 'Cancelled') and a.awarded_at is not null then 'Fallen'
                                        when l.deposit_tiyn > 0 and d.state is null and l.state in ('Closed', 'Defaulted') then 'NoDeposit' end) as problem,
               o.explanation, d.state as deposit_state, d.deposit_id, d.held_by as deposit_by, a.state as award_state,
               exists (select from market_notices n where n.market_lot_id = o.market_lot_id and n.organisation_id = o.organisation_id and n.event = 'Explain') as is_asked_why,
               case when o.replaced_at is null and o.opened_at is not null and o.problem is null
                    then row_number() over (partition by o.market_lot_id, o.replaced_at is null and o.opened_at is not null and o.problem is null order by o.tiyn_per_tonne desc, o.offer_no) end as place
          from market_offers o
          join market_lots l using (market_lot_id)
          join organisations r on r.organisation_id = o.organisation_id
          join sites s on s.site_id = o.site_id
          left join market_deposits d on d.market_lot_id = o.market_lot_id and d.organisation_id = o.organisation_id
          left join lateral (select x.state, x.awarded_at from market_awards x where x.offer_id = o.offer_id order by x.proposed_at desc, x.award_id desc limit 1) a on true
        """;

    public const string OfLot = Offers + " where o.market_lot_id = @MarketLotId order by o.replaced_at is not null, o.tiyn_per_tonne desc nulls last, o.offer_no limit 1000";

    public const string OfOrganisation = "select * from (" + Offers + " where o.market_lot_id in (select market_lot_id from market_offers where organisation_id = @organisation)) all_of_them where organisation_id = @organisation order by placed_at desc, offer_id desc limit 200";

    public const string Awards = """
        select a.award_id, a.offer_id, a.organisation_id, r.name_kk, r.name_ru, r.bin, b.director, b.iban, r.address, s.number as site, s.address as site_address, a.state, a.tiyn_per_tonne, a.reserved_grams, a.is_best,
               a.is_single, a.is_low, a.reason, a.first_approver, f.name as first_name, z.name as second_name, a.awarded_at, a.protest_until, coalesce(app.now() < a.protest_until, false) as is_protestable, a.contract_no,
               a.contract_on, c.number as consignment, c.state as consignment_state, exists (select from market_weighed w where w.consignment_id = a.consignment_id) as is_weighed, a.title_passed_at,
               t.name as title_signed_by, a.ended_at, a.end_reason
          from market_awards a
          join organisations r on r.organisation_id = a.organisation_id
          join sites s on s.site_id = a.site_id
          join people f on f.person_id = a.first_approver
          left join people z on z.person_id = a.second_approver
          left join people t on t.person_id = a.title_signed_by
          left join market_bidders b on b.organisation_id = a.organisation_id
          left join consignments c on c.consignment_id = a.consignment_id
         where a.market_lot_id = @MarketLotId
         order by a.proposed_at desc, a.award_id desc limit 100
        """;

    public const string Protests = """
        select p.protest_id, p.award_id, p.organisation_id, r.name_kk, r.name_ru, p.text, p.made_at, p.answer, p.is_upheld, p.answered_at
          from market_protests p join market_awards a using (award_id) join organisations r on r.organisation_id = p.organisation_id
         where a.market_lot_id = @MarketLotId
         order by p.made_at, p.protest_id limit 200
        """;

    public const string Settlements = """
        select s.settlement_id, s.number, s.organisation_id, c.number as consignment, s.declared_grams, s.weighed_grams, s.qualifying_grams, s.tiyn_per_tonne, s.tiyn, s.settled_by, s.settled_at, s.paid_document,
               s.paid_on, s.paid_at, s.reversed_at, s.reverse_reason
          from market_settlements s join consignments c using (consignment_id)
         where s.market_lot_id = @MarketLotId
         order by s.settled_at desc, s.settlement_id desc limit 100
        """;
}
