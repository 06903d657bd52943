-- The national register of e-waste: who holds it and where, what lies where now and since when, how it moved, and what treatment left behind.
-- Everything is read from the records of the chain; nothing is kept twice. Whether something is hazardous is what its waste code says, or what
-- somebody who saw it wrote down; a code that nobody gave is proposed from category and stream, as for a consignment.

-- Every generator, point, carrier, recycler and merchant with its places. A generator is who hands in as an organisation; citizens stand nowhere.
create or replace view waste_places as
select 'Point' as role, p.point_id as place_id, p.slug as number, o.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru, o.bin, p.name_kk, p.name_ru, p.region_kato, null::text as kato,
       p.address_kk as address, p.latitude, p.longitude, p.valid_from as since, p.valid_until as until
  from collection_points p join organisations o using (organisation_id)
union all
select s.kind, s.site_id, s.number, o.organisation_id, o.name_kk, o.name_ru, o.bin, s.name_kk, s.name_ru, s.region_kato, s.kato, s.address, s.latitude, s.longitude, s.opened_on, s.closed_on
  from sites s join organisations o using (organisation_id)
union all
select 'Merchant', h.shop_id, null, o.organisation_id, o.name_kk, o.name_ru, o.bin, h.name, h.name, h.region_kato, null, h.address, null, null, (h.opened_at at time zone 'Asia/Almaty')::date, (h.closed_at at time zone 'Asia/Almaty')::date
  from merchant_shops h join organisations o on o.organisation_id = h.merchant_id
union all
select 'Carrier', o.organisation_id, null, o.organisation_id, o.name_kk, o.name_ru, o.bin, o.name_kk, o.name_ru, o.region_kato, null, o.address, null, null, (o.created_at at time zone 'Asia/Almaty')::date, null
  from organisations o where 'carrier' = any (o.activities)
union all
select 'Generator', o.organisation_id, null, o.organisation_id, o.name_kk, o.name_ru, o.bin, o.name_kk, o.name_ru, o.region_kato, null, o.address, null, null, g.since, null
  from organisations o
  join (select p.organisation_id, min((coalesce(p.received_at, p.created_at) at time zone 'Asia/Almaty')::date) as since from pickups p where p.state = 'Received' group by 1) g using (organisation_id);

-- What lies where now: containers at points, consignments on the road, lots at sites, open batches, fractions that wait for their buyer's word.
create or replace view waste_inventory as
select x.*, coalesce(x.told_hazardous or w.hazardous, w.hazardous, x.told_hazardous) as is_hazardous, w.name_kk as waste_kk, w.name_ru as waste_ru
  from (select 'Container' as kind, l.lot_id as row_id, c.number, p.point_id as place_id, p.slug as place, p.name_kk as place_kk, p.name_ru as place_ru, c.organisation_id, p.region_kato, p.latitude, p.longitude, l.category,
               proposed_waste_code(l.category, l.stream, c.kind = 'Hazard') as waste_code, null::boolean as told_hazardous, a.balance as grams, (l.opened_at at time zone 'Asia/Almaty')::date as since
          from stock_lots l join ledger.accounts a using (account_id) join containers c using (container_id) join collection_points p on p.point_id = c.point_id
         where a.balance > 0
        union all
        select 'Consignment', c.consignment_id, c.number, null, null, null, null, coalesce(c.carrier_organisation_id, c.from_organisation_id), coalesce(p.region_kato, s.region_kato, '-'), null, null, substr(b.unit, 6),
               proposed_waste_code(substr(b.unit, 6), 'Household', false), null, b.balance, (c.despatched_at at time zone 'Asia/Almaty')::date
          from ledger.balances b join consignments c on c.consignment_id = b.owner_id
          left join collection_points p on p.point_id = c.from_point_id left join sites s on s.site_id = c.from_site_id
         where b.purpose = 'mass_in_transit' and b.balance > 0 and c.state in ('Despatched', 'Received', 'Discrepant')
        union all
        select 'SiteLot', l.site_lot_id, coalesce(c.number, s.number), s.site_id, s.number, s.name_kk, s.name_ru, l.organisation_id, s.region_kato, s.latitude, s.longitude, l.category,
               coalesce(x.waste_code, proposed_waste_code(l.category, l.stream, false)), l.is_hazardous, a.balance, l.weighed_in_on
          from site_lots l join ledger.accounts a using (account_id) join sites s on s.site_id = l.site_id
          left join containers c on c.container_id = l.container_id
          left join consignment_containers x on x.consignment_id = l.consignment_id and x.container_id = l.container_id
         where a.balance > 0
        union all
        select 'Batch', b.batch_id, b.number, s.site_id, s.number, s.name_kk, s.name_ru, b.organisation_id, s.region_kato, s.latitude, s.longitude, b.category, proposed_waste_code(b.category, 'Household', false), null, a.balance, b.started_on
          from batches b join ledger.accounts a on a.purpose = 'mass_in_batch' and a.owner_id = b.batch_id and a.unit = 'mass:' || b.category join sites s on s.site_id = b.site_id
         where a.balance > 0
        union all
        select 'Fraction', o.output_id, b.number || '/' || o.output_no, s.site_id, s.number, s.name_kk, s.name_ru, b.organisation_id, s.region_kato, s.latitude, s.longitude, b.category, o.waste_code, o.hazardous, a.balance,
               (o.made_at at time zone 'Asia/Almaty')::date
          from batch_outputs o join ledger.accounts a on a.account_id = o.account_id join batches b using (batch_id) join sites s on s.site_id = b.site_id
         where a.balance > 0) x
  left join waste_codes w on w.code = x.waste_code;

-- What treatment left and nobody wants as a product: hazardous components, what goes to disposal or is burnt, and where it went with which paper.
create or replace view waste_residues as
select o.output_id, b.number || '/' || o.output_no as number, s.site_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, b.organisation_id, s.region_kato, b.category, o.fraction, k.name_kk, k.name_ru, k.name_en,
       o.waste_code, o.hazardous as is_hazardous, o.operation, o.result, o.grams, coalesce(a.balance, 0) as held_grams,
       coalesce((select sum(f.grams) from fraction_shipments f where f.output_id = o.output_id and f.state = 'Shipped'), 0)::bigint as given_grams,
       (b.closed_at at time zone 'Asia/Almaty')::date as made_on,
       (select string_agg(f.number || ': ' || f.buyer_name || ', ' || f.country, '; ' order by f.shipped_on, f.number) from fraction_shipments f where f.output_id = o.output_id and f.state <> 'Cancelled') as passed_to
  from batch_outputs o
  join batches b using (batch_id)
  join sites s on s.site_id = b.site_id
  join fraction_kinds k using (fraction)
  left join ledger.accounts a on a.account_id = o.account_id
 where b.state = 'Closed' and o.state <> 'Cancelled' and (o.hazardous or o.kind = 'HazardousComponent' or o.result in ('Disposed', 'Recovered'));

-- An organisation's extract: what its sites held at the first moment of a year, and what came, was treated, left over and passed on in the year before.
create or replace function cadastre_rows(p_organisation_id uuid, p_year integer) returns table (site text, kind text, category text, waste_code text, is_hazardous boolean, grams bigint)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$
  with days as (
    select make_date(p_year - 1, 1, 1) as first_day, make_date(p_year, 1, 1) as last_day, make_date(p_year, 1, 1)::timestamp at time zone 'Asia/Almaty' as moment
  ), lots as (
    select l.site_lot_id, l.site_id, l.account_id, l.category, l.received_grams, l.weighed_in_on, coalesce(x.waste_code, proposed_waste_code(l.category, l.stream, false)) as code, l.is_hazardous
      from site_lots l left join consignment_containers x on x.consignment_id = l.consignment_id and x.container_id = l.container_id
     where l.organisation_id = p_organisation_id
  ), held as (
    select l.site_id, l.account_id, l.category, l.code, l.is_hazardous from lots l
    union all
    select b.site_id, a.account_id, b.category, proposed_waste_code(b.category, 'Household', false), false
      from batches b join ledger.accounts a on a.purpose = 'mass_in_batch' and a.owner_id = b.batch_id where b.organisation_id = p_organisation_id
    union all
    select b.site_id, o.account_id, b.category, o.waste_code, o.hazardous from batch_outputs o join batches b using (batch_id) where b.organisation_id = p_organisation_id and o.account_id is not null
  ), facts as (
    select h.site_id, 'Held' as kind, h.category, h.code, h.is_hazardous,
           (select coalesce(sum(t.amount), 0) from ledger.transfers t where t.credit_account_id = h.account_id and t.posted_at < d.moment)
             - (select coalesce(sum(t.amount), 0) from ledger.transfers t where t.debit_account_id = h.account_id and t.posted_at < d.moment) as grams
      from held h cross join days d
    union all
    select l.site_id, 'Received', l.category, l.code, l.is_hazardous, l.received_grams from lots l, days d where l.weighed_in_on >= d.first_day and l.weighed_in_on < d.last_day
    union all
    select b.site_id, 'Treated', l.category, l.code, l.is_hazardous, i.grams
      from batch_inputs i join batches b using (batch_id) join lots l using (site_lot_id), days d
     where b.organisation_id = p_organisation_id and b.state = 'Closed' and i.ended_at is null and (b.closed_at at time zone 'Asia/Almaty')::date >= d.first_day and (b.closed_at at time zone 'Asia/Almaty')::date < d.last_day
    union all
    select r.site_id, 'Residue', r.category, r.waste_code, r.is_hazardous, r.grams from waste_residues r, days d where r.organisation_id = p_organisation_id and r.made_on >= d.first_day and r.made_on < d.last_day
    union all
    select f.site_id, 'PassedOn', b.category, o.waste_code, o.hazardous, f.grams
      from fraction_shipments f join batch_outputs o using (output_id) join batches b using (batch_id), days d
     where f.organisation_id = p_organisation_id and f.state <> 'Cancelled' and f.shipped_on >= d.first_day and f.shipped_on < d.last_day
  )
  select s.number, f.kind, f.category, f.code, coalesce(bool_or(f.is_hazardous or coalesce(w.hazardous, false)), false), sum(f.grams)::bigint
    from facts f join sites s using (site_id) left join waste_codes w on w.code = f.code
   where f.grams <> 0
   group by s.number, f.kind, f.category, f.code
   order by s.number collate "C", f.kind collate "C", f.category collate "C", f.code collate "C" nulls first
  $$;
revoke execute on function cadastre_rows(uuid, integer) from public;
grant execute on function cadastre_rows(uuid, integer) to ewaste_app;
