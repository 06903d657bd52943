-- Who stands behind each public figure of a year: how many people, how many organisations, and how much the two largest of them brought.
-- Points work for the public and tell their stock on their own pages: behind what they hold stand those who handed it in. Behind what lies at
-- recyclers and what became of it stand the recyclers, behind what is on the road its senders, behind what was placed on the market the declarants.
-- All whom nobody can name count as one: they may be one.
create or replace function reconciliation.organisation_of(p_account_id uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
  select case a.purpose
      when 'mass_in_transit' then (select c.from_organisation_id from public.consignments c where c.consignment_id = a.owner_id)
      when 'mass_site_lot' then (select l.organisation_id from public.site_lots l where l.site_lot_id = a.owner_id)
      when 'mass_in_batch' then (select b.organisation_id from public.batches b where b.batch_id = a.owner_id)
      when 'mass_fraction' then (select b.organisation_id from public.batch_outputs o join public.batches b using (batch_id) where o.output_id = a.owner_id or o.account_id = a.account_id limit 1)
      else (select s.organisation_id from public.sites s where s.site_id = a.owner_id) end
    from ledger.accounts a where a.account_id = p_account_id
  $$;

-- Each acceptance from a last holder, with who gave: a visit stands for a person, because nobody asks for names.
create or replace view reconciliation.givers as
select i.transfer_id, i.lot_id, case when d.stream = 'Organisation' then 'Organisation' else 'Person' end as giver, d.drop_off_id as giver_id, i.grams
  from public.intake_items i join public.intakes n using (intake_id) join public.drop_offs d using (drop_off_id)
union all
select a.transfer_id, a.lot_id, 'Organisation', p.organisation_id, a.grams from public.pickup_assets a join public.pickups p using (pickup_id) where a.transfer_id is not null
union all
select c.transfer_id, c.lot_id, 'Person', c.source_id, c.grams from public.collector_loads c;

create or replace function reconciliation.public_contributors(p_year integer)
  returns table (region_kato text, category text, measure text, people bigint, organisations bigint, largest bigint, second bigint, total bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
  with moved as materialized (
    select l.measure, l.category, l.region_kato, l.account_id, case when l.measure = 'Collected' then l.transfer_id end as transfer_id, sum(l.amount)::bigint as amount
      from reconciliation.mass_legs l
     where l.measure not in ('OpeningStock', 'WeighingDifference')
       and (l.period / 10 = p_year or l.period / 10 < p_year and l.measure in ('AtPoints', 'InTransit', 'AtRecyclers', 'InBatches', 'FractionsInStock'))
     group by 1, 2, 3, 4, 5
    having sum(l.amount) <> 0
  ), parts as (
    select m.measure, m.category, m.region_kato, coalesce(g.giver, 'Organisation') as giver, coalesce(g.giver_id, l.organisation_id, '00000000-0000-0000-0000-000000000000') as giver_id, m.amount
      from moved m
      join ledger.transfers t on t.transfer_id = m.transfer_id
      left join reconciliation.givers g on g.transfer_id = coalesce(t.reverses_id, t.transfer_id)
      left join public.site_lots l on l.account_id = t.credit_account_id
     where m.measure = 'Collected' and t.kind not in ('estimate_replaced_up', 'estimate_replaced_down')
    union all
    select m.measure, m.category, m.region_kato, coalesce(g.giver, 'Organisation'), coalesce(g.giver_id, '00000000-0000-0000-0000-000000000000'), coalesce(g.grams, m.amount)
      from moved m
      join ledger.accounts a using (account_id)
      left join reconciliation.givers g on g.lot_id = a.owner_id
     where m.measure = 'AtPoints'
    union all
    select m.measure, m.category, m.region_kato, 'Organisation', coalesce(reconciliation.organisation_of(m.account_id), '00000000-0000-0000-0000-000000000000'), m.amount
      from moved m where m.measure not in ('Collected', 'AtPoints')
    union all
    select 'PlacedOnMarket', c.category, c.region_kato, 'Organisation', d.organisation_id, c.grams
      from reconciliation.version_cells c
      join public.declarations d on d.declaration_id = c.declaration_id and d.current_version = c.version and d.state in ('Submitted', 'Accepted')
     where c.period / 10 = p_year
  ), contributions as (
    select r.region_kato, c.category, p.measure, p.giver, p.giver_id, abs(sum(p.amount))::bigint as amount
      from parts p
     cross join lateral (values (p.region_kato), ('*')) as r(region_kato)
     cross join lateral (values (p.category), ('*')) as c(category)
     group by 1, 2, 3, 4, 5
    having sum(p.amount) <> 0
  )
  select region_kato, category, measure, count(*) filter (where giver = 'Person'), count(*) filter (where giver = 'Organisation'),
         max(amount), coalesce((array_agg(amount order by amount desc))[2], 0), sum(amount)::bigint
    from contributions
   group by region_kato, category, measure
  $$;

revoke execute on function reconciliation.organisation_of(uuid), reconciliation.public_contributors(integer) from public;
grant execute on function reconciliation.organisation_of(uuid), reconciliation.public_contributors(integer) to ewaste_app;
grant select on reconciliation.givers to ewaste_app;
