-- What the figures are held against: evidence, the closing of a period, obligations.

-- Evidence belongs to its own feature, which may not be there yet: asked for when it is, and missing, never 0, while it is not.
create or replace function reconciliation.evidence_known() returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  return to_regclass('public.evidence_notes') is not null and to_regclass('public.waste_balances') is not null;

-- Approved notes by recipient: of the same year and category they discharge an obligation.
create or replace function reconciliation.evidence_received(p_year integer) returns table (organisation_id uuid, category text, grams bigint, notes bigint)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  as $$
begin
  if reconciliation.evidence_known() then
    return query execute
      'select n.recipient_id, b.category, sum(n.grams)::bigint, count(*) from public.evidence_notes n join public.waste_balances b using (balance_id)
        where n.state = ''Approved'' and n.recipient_id is not null and b.year = $1 group by 1, 2' using p_year;
  end if;
end $$;

-- Approved notes as figures of the matrix: the year of the verified weigh-in, the region of the site; the country is '*'.
create or replace function reconciliation.evidence_figures(p_region_kato text, p_year integer) returns table (region_kato text, period integer, measure text, category text, amount bigint, records bigint)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  as $$
begin
  if reconciliation.evidence_known() then
    return query execute
      'select r.kato, b.year * 10, ''Evidence'', b.category, sum(n.grams)::bigint, count(*)
         from public.evidence_notes n join public.waste_balances b using (balance_id) join public.sites s on s.site_id = b.site_id
        cross join lateral (values (s.region_kato), (''*'')) as r(kato)
        where n.state = ''Approved'' and b.year <= $2 and (r.kato = $1 or $1 is null and r.kato <> ''*'') group by 1, 2, 4' using p_region_kato, p_year;
  end if;
end $$;

-- The figures of one period, by region: what is frozen when it is closed, and what it is compared with afterwards.
create or replace function reconciliation.period_figures(p_period integer) returns table (region_kato text, measure text, category text, amount bigint, records bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
  select f.region_kato, f.measure, f.category, sum(f.amount)::bigint, sum(f.records)::bigint
    from reconciliation.figures(null, p_period / 10, p_period % 10 <> 0) f
   where f.period = p_period
   group by f.region_kato, f.measure, f.category
  having (sum(f.amount), sum(f.records)) <> (0, 0)
  union all
  select h.region_kato, 'Imported' || h.measure, h.category, h.amount, h.records
    from reconciliation.history_figures h where h.period = p_period and h.region_kato <> '*'
  $$;

-- The hash of a frozen table. The recipe is published: one line a cell, in byte order, fields by semicolon, each line ends with LF.
create or replace function reconciliation.closure_sha256(p_closure_id uuid) returns bytea
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
  select sha256(convert_to((select period::text || e'\n' from reconciliation.closures where closure_id = p_closure_id)
      || coalesce(string_agg(concat_ws(';', c.region_kato, c.measure, c.category, c.amount, c.records) || e'\n', '' order by c.region_kato collate "C", c.measure collate "C", c.category collate "C"), ''), 'UTF8'))
    from reconciliation.closure_cells c where c.closure_id = p_closure_id
  $$;

-- What is still open in a period: asked before it is closed, and kept with the closing. Lists of other features come by their tables.
create or replace function reconciliation.period_checks(p_period integer) returns table (code text, open_count bigint, example text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  v_from date := make_date(p_period / 10, case when p_period % 10 = 0 then 1 else p_period % 10 * 3 - 2 end, 1);
  v_until date := (v_from + case when p_period % 10 = 0 then interval '1 year' else interval '3 months' end)::date;
begin
  return query select 'OpenConsignments', count(*), min(c.number) from public.consignments c
    where c.state in ('Prepared', 'Despatched', 'Received', 'Discrepant') and (c.prepared_at at time zone 'Asia/Almaty')::date < v_until;
  return query select 'OpenBatches', count(*), min(b.number) from public.batches b where b.state = 'Open' and b.started_on < v_until;
  return query select 'UnmatchedReceipts', count(*), min(r.reference) from public.receipts r where r.unallocated_tiyn > 0 and r.business_on >= v_from and r.business_on < v_until;
  return query select 'UndecidedDeclarations', count(*), min(d.number)
    from public.declarations d where d.state = 'Submitted' and (d.period_from >= v_from and d.period_from < v_until
      or d.period_from is null and exists (select from public.declaration_versions v where v.declaration_id = d.declaration_id and v.version = d.current_version
        and (v.submitted_at at time zone 'Asia/Almaty')::date >= v_from and (v.submitted_at at time zone 'Asia/Almaty')::date < v_until));
  return query select 'ReturnedDeclarations', count(*), min(d.number) from public.declarations d where d.state = 'Returned' and (d.period_from is null or d.period_from >= v_from and d.period_from < v_until);
  return query select 'UnweighedContainers', count(*), min(c.number) from public.containers c where c.state = 'Open' and (c.opened_at at time zone 'Asia/Almaty')::date < v_until;
  return query select 'UnknownRegion', count(*), null::text from reconciliation.period_figures(p_period) f where f.region_kato = '-' and f.measure not like 'Imported%' and f.category <> '-';
  if to_regclass('public.throughput_returns') is not null then
    return query execute
      'select ''MissingReturns'', count(*), min(s.number) from public.sites s where s.opened_on < $1 and (s.closed_on is null or s.closed_on >= $2)
         and not exists (select from public.throughput_returns r where r.site_id = s.site_id and r.state = ''Accepted'')' using v_until, v_from;
  else
    return query select 'MissingReturns', null::bigint, null::text;
  end if;
end $$;

-- Placed on the market by organisation, year and category, as declared and holding: the base of obligations.
create or replace view reconciliation.placed_by_organisation as
select d.organisation_id, c.period / 10 as year, c.category, sum(c.grams)::bigint as grams
  from reconciliation.version_cells c
  join declarations d on d.declaration_id = c.declaration_id and d.current_version = c.version and d.state in ('Submitted', 'Accepted')
 group by 1, 2, 3;

-- Organisations that look like one: the same address, telephone or contact, letter by letter after tidying. Seen together, nothing more.
create or replace view reconciliation.linked_organisations as
with traits as (
  select o.organisation_id, 'address' as trait, lower(regexp_replace(o.address, '[^[:alnum:]]', '', 'g')) as value from organisations o
  union all
  select o.organisation_id, 'phone', regexp_replace(o.contact_phone, '[^0-9]', '', 'g') from organisations o
  union all
  select o.organisation_id, 'contact', lower(regexp_replace(o.contact_name, '\s+', ' ', 'g')) from organisations o
)
select a.organisation_id, b.organisation_id as linked_id, array_agg(distinct a.trait order by a.trait) as traits
  from traits a join traits b on b.trait = a.trait and b.value = a.value and b.organisation_id <> a.organisation_id
 where length(a.value) > 6 and a.value !~ '^70*$'
 group by 1, 2;

revoke execute on all functions in schema reconciliation from public;
grant execute on all functions in schema reconciliation to ewaste_app;
grant select on all tables in schema reconciliation to ewaste_app;
