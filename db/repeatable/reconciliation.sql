-- How transfers and submitted versions become figures. One definition of each leg serves the folding, the tail and the opening of a cell.

create or replace function reconciliation.period_of(p_day date) returns integer
  language sql immutable parallel safe
  return extract(year from p_day)::integer * 10 + extract(quarter from p_day)::integer;

-- Where an account stands and what it counts for. Null for accounts that are no part of the picture.
create or replace function reconciliation.place_of(p_account_id uuid) returns table (measure text, sign smallint, region_kato text, since date)
  language plpgsql stable strict rows 1 security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  a ledger.accounts;
begin
  select * into a from ledger.accounts x where x.account_id = p_account_id;
  case a.purpose
    when 'mass_citizens' then return query select 'Collected', -1::smallint, null::text, null::date;
    when 'mass_opening_stock' then return query select 'OpeningStock', -1::smallint, null::text, null::date;
    when 'mass_stock_lot' then
      return query select 'AtPoints', 1::smallint, p.region_kato, (l.opened_at at time zone 'Asia/Almaty')::date
        from public.stock_lots l join public.containers c using (container_id) join public.collection_points p on p.point_id = c.point_id where l.lot_id = a.owner_id;
    when 'mass_in_transit' then
      return query select 'InTransit', 1::smallint, coalesce(p.region_kato, s.region_kato), null::date
        from public.consignments c left join public.collection_points p on p.point_id = c.from_point_id left join public.sites s on s.site_id = c.from_site_id where c.consignment_id = a.owner_id;
    when 'mass_site_lot' then
      return query select 'AtRecyclers', 1::smallint, s.region_kato, null::date from public.site_lots l join public.sites s using (site_id) where l.site_lot_id = a.owner_id;
    when 'mass_in_batch' then
      return query select 'InBatches', 1::smallint, s.region_kato, null::date from public.batches b join public.sites s using (site_id) where b.batch_id = a.owner_id;
    when 'mass_fraction' then
      return query select 'FractionsInStock', 1::smallint, s.region_kato, null::date
        from public.batch_outputs o join public.batches b using (batch_id) join public.sites s using (site_id) where o.output_id = a.owner_id or o.account_id = a.account_id limit 1;
    when 'mass_reused', 'mass_recycled', 'mass_recovered', 'mass_disposed', 'mass_process_loss', 'mass_measurement_difference', 'mass_weighing_difference' then
      return query select case a.purpose when 'mass_reused' then 'Reused' when 'mass_recycled' then 'Recycled' when 'mass_recovered' then 'Recovered' when 'mass_disposed' then 'Disposed'
          when 'mass_process_loss' then 'Lost' when 'mass_measurement_difference' then 'MeasurementDifference' else 'WeighingDifference' end,
        1::smallint, (select s.region_kato from public.sites s where s.site_id = a.owner_id), null::date;
    else null;
  end case;
  -- A place whose owner cannot be found still counts: mass never disappears, it stands under "region not known".
  if not found and a.purpose like 'mass\_%' then
    return query select case a.purpose when 'mass_stock_lot' then 'AtPoints' when 'mass_in_transit' then 'InTransit' when 'mass_site_lot' then 'AtRecyclers'
        when 'mass_in_batch' then 'InBatches' when 'mass_fraction' then 'FractionsInStock' else 'Elsewhere' end, 1::smallint, null::text, null::date;
  end if;
end $$;

-- Both ends of each transfer of mass. An account that was opened since the last folding is looked up; the others are known.
create or replace view reconciliation.mass_legs as
select t.transfer_id, t.transaction_id, t.posted_at, t.kind, t.source_type, t.source_id, s.account_id, s.measure, substr(t.unit, 6) as category,
       reconciliation.period_of(case when t.kind in ('estimate_replaced_up', 'estimate_replaced_down') then coalesce(c.since, cn.since, d.since, dn.since, (t.posted_at at time zone 'Asia/Almaty')::date)
                                     else (t.posted_at at time zone 'Asia/Almaty')::date end) as period,
       coalesce(s.region_kato, s.other_kato, '-') as region_kato, s.amount
  from ledger.transfers t
  left join reconciliation.places c on c.account_id = t.credit_account_id
  left join lateral reconciliation.place_of(case when c.account_id is null then t.credit_account_id end) cn on true
  left join reconciliation.places d on d.account_id = t.debit_account_id
  left join lateral reconciliation.place_of(case when d.account_id is null then t.debit_account_id end) dn on true
 cross join lateral (values
       (t.credit_account_id, coalesce(c.measure, cn.measure), coalesce(c.region_kato, cn.region_kato), coalesce(d.region_kato, dn.region_kato), t.amount * coalesce(c.sign, cn.sign)),
       (t.debit_account_id, coalesce(d.measure, dn.measure), coalesce(d.region_kato, dn.region_kato), coalesce(c.region_kato, cn.region_kato), -t.amount * coalesce(d.sign, dn.sign))
     ) as s(account_id, measure, region_kato, other_kato, amount)
 where t.unit <> 'KZT' and s.measure is not null;

-- Money: what was paid of invoices, by the payer's region; what vouchers gave and merchants took, by the region of the counter that issued them.
create or replace view reconciliation.money_legs as
select t.transfer_id, t.transaction_id, t.posted_at, t.kind, t.source_type, t.source_id, a.account_id, 'FeesPaid' as measure, '-' as category,
       reconciliation.period_of((t.posted_at at time zone 'Asia/Almaty')::date) as period, coalesce(o.region_kato, '-') as region_kato,
       case when t.kind in ('allocation', 'set_off') then t.amount else -t.amount end as amount
  from ledger.transfers t
  join ledger.accounts a on a.account_id = case when t.kind = 'allocation_taken_back' then t.debit_account_id else t.credit_account_id end
  left join public.organisations o on o.organisation_id = a.owner_id
 where t.kind in ('allocation', 'set_off', 'allocation_taken_back', 'payment_credited')
union all
select t.transfer_id, t.transaction_id, t.posted_at, t.kind, t.source_type, t.source_id, t.credit_account_id,
       case when w.kind = 'voucher_issued' then 'VouchersIssued' else 'VouchersRedeemed' end, '-',
       reconciliation.period_of((t.posted_at at time zone 'Asia/Almaty')::date), coalesce(p.region_kato, '-'),
       case when t.reverses_id is null then t.amount else -t.amount end
  from ledger.transfers t
  left join ledger.transfers r on r.transfer_id = t.reverses_id
 cross join lateral (select coalesce(r.kind, t.kind) as kind, coalesce(r.source_id, t.source_id) as source_id) w
  left join public.redemptions x on w.kind = 'voucher_redeemed' and x.redemption_id = w.source_id
  left join public.intakes i on i.voucher_id = case when w.kind = 'voucher_issued' then w.source_id else x.voucher_id end
  left join public.collection_points p on p.point_id = i.point_id
 where t.unit = 'KZT' and t.kind in ('voucher_issued', 'voucher_redeemed', 'reversal') and w.kind in ('voucher_issued', 'voucher_redeemed');

create or replace view reconciliation.legs as
select * from reconciliation.mass_legs
union all
select * from reconciliation.money_legs;

-- What the lines of one submitted version add up to.
create or replace function reconciliation.measure_version(p_declaration_id uuid, p_version integer) returns setof reconciliation.version_cells
  language sql stable strict rows 20 security definer set search_path = pg_catalog, pg_temp
  as $$
  select l.declaration_id, l.version, reconciliation.period_of(coalesce(l.obligation_date, d.period_from, (v.submitted_at at time zone 'Asia/Almaty')::date)), l.category,
         coalesce(l.unu_key, '-'), o.region_kato,
         sum(case when d.kind = 'ExportAdjustment' then -l.mass_grams else l.mass_grams end)::bigint,
         sum(case when d.kind = 'ExportAdjustment' then -coalesce(l.units, 0) else coalesce(l.units, 0) end)::bigint,
         sum(case when d.kind = 'ExportAdjustment' then 0 else coalesce(l.fee_tiyn, 0) end)::bigint, count(*)::integer
    from public.declaration_lines l
    join public.declarations d on d.declaration_id = l.declaration_id
    join public.declaration_versions v on v.declaration_id = l.declaration_id and v.version = l.version
    join public.organisations o on o.organisation_id = d.organisation_id
   where l.declaration_id = p_declaration_id and l.version = p_version and l.category in ('1', '2', '3', '4a', '4b', '5', '6') and l.mass_grams is not null
   group by l.declaration_id, l.version, 3, l.category, 5, o.region_kato
  $$;

-- The turns of versions as figures, like legs.
create or replace view reconciliation.turn_legs as
select t.transaction_id, t.declaration_id, t.version, m.measure, c.category, c.period, c.region_kato, t.sign * m.amount as amount, t.sign::integer as records
  from reconciliation.turns t
 cross join lateral (
       select v.* from reconciliation.version_cells v where v.declaration_id = t.declaration_id and v.version = t.version
       union all
       select v.* from reconciliation.measure_version(case when not t.is_measured
           and not exists (select from reconciliation.turns m where m.declaration_id = t.declaration_id and m.version = t.version and m.is_measured) then t.declaration_id end, t.version) v) c
 cross join lateral (values ('PlacedOnMarket', c.grams), ('FeesDue', c.fee_tiyn)) as m(measure, amount);

-- A cell counts in four places: its quarter and its year, its region and the country.
create or replace function reconciliation.spread(p_period integer, p_region_kato text) returns table (period integer, region_kato text)
  language sql immutable parallel safe rows 4
  as $$ values (p_period, p_region_kato), (p_period / 10 * 10, p_region_kato), (p_period, '*'), (p_period / 10 * 10, '*') $$;

-- Moves what finished transactions brought into the cells. One at a time; who comes second does nothing.
create or replace function reconciliation.fold() returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
  as $$
declare
  v_from xid8;
  v_until xid8;
  v_cells bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('reconciliation.fold', 0)) then
    return 0;
  end if;
  select through into v_from from reconciliation.folding for update;
  v_until := pg_snapshot_xmin(pg_current_snapshot()); -- everything below has ended
  if v_until <= v_from then
    return 0;
  end if;

  insert into reconciliation.places (account_id, measure, sign, region_kato, since)
  select a.account_id, p.measure, p.sign, p.region_kato, p.since
    from (select t.credit_account_id as account_id from ledger.transfers t where t.transaction_id >= v_from and t.transaction_id < v_until and t.unit <> 'KZT'
          union
          select t.debit_account_id from ledger.transfers t where t.transaction_id >= v_from and t.transaction_id < v_until and t.unit <> 'KZT') a
   cross join lateral reconciliation.place_of(a.account_id) p
   where not exists (select from reconciliation.places k where k.account_id = a.account_id)
  on conflict (account_id) do nothing;

  -- Lines of a submitted version are final, so a version is measured once, even while an old transaction holds the folding back.
  insert into reconciliation.version_cells
  select c.* from (select distinct n.declaration_id, n.version from reconciliation.turns n where not n.is_measured
                      and not exists (select from reconciliation.turns m where m.declaration_id = n.declaration_id and m.version = n.version and m.is_measured)) t
   cross join lateral reconciliation.measure_version(t.declaration_id, t.version) c;
  update reconciliation.turns set is_measured = true where not is_measured;

  insert into reconciliation.cells as known (region_kato, quarter, period, measure, category, amount, records)
  select s.region_kato, s.period % 10, s.period, g.measure, g.category, sum(g.amount)::bigint, sum(g.records)::bigint
    from (select measure, period, category, region_kato, sum(amount) as amount, count(*) as records
            from reconciliation.legs where transaction_id >= v_from and transaction_id < v_until group by 1, 2, 3, 4
          union all
          select measure, period, category, region_kato, sum(amount), sum(records)
            from reconciliation.turn_legs where transaction_id >= v_from and transaction_id < v_until group by 1, 2, 3, 4) g
   cross join lateral reconciliation.spread(g.period, g.region_kato) s
   group by s.region_kato, s.period, g.measure, g.category
  on conflict (region_kato, quarter, period, measure, category) do update set amount = known.amount + excluded.amount, records = known.records + excluded.records;
  get diagnostics v_cells = row_count;
  update reconciliation.folding set through = v_until, folded_at = app.now();
  return v_cells;
end $$;

-- What has not been folded yet. Few rows through indexes whatever the statistics say: planned once, never a scan of all transfers.
create or replace function reconciliation.tail(p_through xid8) returns table (region_kato text, period integer, measure text, category text, amount bigint, records bigint)
  language plpgsql stable security definer rows 100
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  as $$
begin
  return query
  select l.region_kato, l.period, l.measure, l.category, sum(l.amount)::bigint, sum(l.records)::bigint
    from (select x.region_kato, x.period, x.measure, x.category, x.amount, 1 as records from reconciliation.legs x where x.transaction_id >= p_through
          union all
          select x.region_kato, x.period, x.measure, x.category, x.amount, x.records from reconciliation.turn_legs x where x.transaction_id >= p_through) l
   group by l.region_kato, l.period, l.measure, l.category;
end $$;

-- The figures as they are now: all years up to p_year and, where asked for, the quarters of that year. What is folded and what is not yet are rows
-- of their own: whoever reads adds them up.
-- Of the country ('*'), of one region, or (null) of every region.
create or replace function reconciliation.figures(p_region_kato text, p_year integer, p_quarters boolean) returns table (region_kato text, period integer, measure text, category text, amount bigint, records bigint)
  language plpgsql stable security definer rows 500 set search_path = pg_catalog, pg_temp
  as $$
declare
  v_through xid8 := (select f.through from reconciliation.folding f);
  v_is_tail boolean := coalesce((select t.transaction_id >= v_through from ledger.transfers t order by t.transaction_id desc limit 1), false)
    or coalesce((select t.transaction_id >= v_through from reconciliation.turns t order by t.transaction_id desc limit 1), false);
begin
  return query
  select c.region_kato, c.period, c.measure, c.category, c.amount, c.records from reconciliation.cells c
   where c.region_kato = p_region_kato and c.quarter = 0 and c.period <= p_year * 10;
  if p_quarters then
    return query
    select c.region_kato, c.period, c.measure, c.category, c.amount, c.records from reconciliation.cells c
     where c.region_kato = p_region_kato and c.quarter in (1, 2, 3, 4) and c.period between p_year * 10 and p_year * 10 + 4;
  end if;
  if p_region_kato is null then
    return query
    select c.region_kato, c.period, c.measure, c.category, c.amount, c.records from reconciliation.cells c
     where c.region_kato <> '*' and (c.quarter = 0 and c.period <= p_year * 10 or p_quarters and c.period between p_year * 10 and p_year * 10 + 4);
  end if;
  if v_is_tail then
    return query
    select s.region_kato, s.period, t.measure, t.category, sum(t.amount)::bigint, sum(t.records)::bigint
      from reconciliation.tail(v_through) t cross join lateral reconciliation.spread(t.period, t.region_kato) s
     where (s.region_kato = p_region_kato or p_region_kato is null and s.region_kato <> '*')
       and s.period / 10 <= p_year and (s.period % 10 = 0 or p_quarters and s.period / 10 = p_year)
     group by s.region_kato, s.period, t.measure, t.category;
  end if;
end $$;

-- All of it again from the records, below the folding point: what the cells must be.
create or replace view reconciliation.recount as
select s.region_kato, s.period, g.measure, g.category, sum(g.amount)::bigint as amount, sum(g.records)::bigint as records
  from (select measure, period, category, region_kato, sum(amount) as amount, count(*) as records
          from reconciliation.legs where transaction_id < (select through from reconciliation.folding) group by 1, 2, 3, 4
        union all
        select measure, period, category, region_kato, sum(amount), sum(records)
          from reconciliation.turn_legs where transaction_id < (select through from reconciliation.folding) group by 1, 2, 3, 4) g
 cross join lateral reconciliation.spread(g.period, g.region_kato) s
 group by s.region_kato, s.period, g.measure, g.category;

-- From nothing: for the case that the comparison ever objects.
create or replace function reconciliation.rebuild() returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('reconciliation.fold', 0));
  delete from reconciliation.cells;
  update reconciliation.folding set through = '0';
  return reconciliation.fold();
end $$;

-- The thing behind an account, as people call it.
create or replace function reconciliation.account_name(p_account_id uuid) returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
  select case a.purpose
      when 'mass_stock_lot' then (select c.number from public.stock_lots l join public.containers c using (container_id) where l.lot_id = a.owner_id)
      when 'mass_in_transit' then (select c.number from public.consignments c where c.consignment_id = a.owner_id)
      when 'mass_site_lot' then (select s.number from public.site_lots l join public.sites s using (site_id) where l.site_lot_id = a.owner_id)
      when 'mass_in_batch' then (select b.number from public.batches b where b.batch_id = a.owner_id)
      when 'mass_fraction' then (select b.number || '/' || o.output_no from public.batch_outputs o join public.batches b using (batch_id) where o.output_id = a.owner_id)
      else (select s.number from public.sites s where s.site_id = a.owner_id) end
    from ledger.accounts a where a.account_id = p_account_id
  $$;

revoke execute on all functions in schema reconciliation from public;
grant execute on all functions in schema reconciliation to ewaste_app;
grant select on all tables in schema reconciliation to ewaste_app;
