-- The database's clock at this moment, not at the begin of the transaction: who waited for a lot past its closing is late.
create or replace function market_clock() returns timestamptz
  language sql volatile
  return app.now() + (clock_timestamp() - now());

-- Organisations that are told to be one hand: the same director, telephone (digits alone), account or contact. Both ways, and an organisation with itself.
create or replace view market_related as
with told as (
    select o.organisation_id, lower(btrim(o.contact_name)) as contact, nullif(right(regexp_replace(o.contact_phone, '\D', '', 'g'), 10), '') as phone,
           lower(btrim(b.director)) as director, b.iban
      from organisations o left join market_bidders b using (organisation_id)
     where o.activities && array['recycler', 'refurbisher'] or b.organisation_id is not null
)
select a.organisation_id, z.organisation_id as other_id,
       case when a.director = z.director then 'Director' when a.iban = z.iban then 'Iban' when a.phone = z.phone then 'Phone' else 'Contact' end as shared
  from told a join told z on a.organisation_id <> z.organisation_id and (a.director = z.director or a.iban = z.iban or a.phone = z.phone or a.contact = z.contact)
union all
select organisation_id, organisation_id, 'Itself' from told;
grant select on market_related to ewaste_app;

-- Everybody reached from an organisation over shared directors, telephones, accounts and contacts, itself included.
create or replace function market_group(p_organisation_id uuid) returns setof uuid
  language sql stable
  as $$
  with recursive reached as (
    select p_organisation_id as organisation_id
    union
    select r.other_id from reached x join market_related r on r.organisation_id = x.organisation_id
  )
  select organisation_id from reached
  $$;

-- Who may take a lot now: certified for its category, a refurbisher where it is for reuse, with room for the declared mass.
create or replace view market_eligible as
select l.market_lot_id, c.site_id, c.organisation_id, c.certification_id, capacity_left(c.site_id, c.category, app.today()) as left_grams
  from market_lots l
  join certified_now c on c.category = l.category and c.kind = case when l.for_reuse then 'Refurbisher' else 'Recycler' end
 where capacity_left(c.site_id, c.category, app.today()) >= l.declared_grams;
grant select on market_eligible to ewaste_app;

-- What was weighed in of a lot's consignment, whole or not at all; and how much of it the fund pays for.
create or replace view market_weighed as
select c.market_lot_id, c.consignment_id, c.state, sum(x.net_grams)::bigint as weighed_grams,
       least(sum(x.net_grams), case when exists (select from site_lots s where s.consignment_id = c.consignment_id)
            then (select coalesce(sum(s.received_grams), 0) from site_lots s where s.consignment_id = c.consignment_id and s.payer = 'FeeFund' and s.channel <> 'Opening' and s.basis in ('Verified', 'Weighed'))
            when c.payer = 'FeeFund' then sum(x.net_grams) else 0 end)::bigint as qualifying_grams
  from consignments c join consignment_containers x using (consignment_id)
 where c.market_lot_id is not null and c.state in ('Received', 'Agreed', 'Resolved')
 group by c.consignment_id
having bool_and(x.net_grams is not null);
grant select on market_weighed to ewaste_app;
