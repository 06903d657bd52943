-- What people brought, as figures and as parameters in force.

-- Imported history as figures. A year is the publisher's year or its four quarters; three quarters are no year.
create or replace view reconciliation.history_figures as
with own as (
  select region_kato, year * 10 + quarter as period, flow as measure, category, sum(value)::bigint as amount, count(*) as records
    from reconciliation.sheet_rows where kind = 'History' and is_applied group by 1, 2, 3, 4
), whole as (
  select * from own
  union all
  select region_kato, period / 10 * 10, measure, category, sum(amount)::bigint, sum(records)::bigint
    from own where period % 10 <> 0 group by 1, 2, 3, 4 having count(*) = 4
)
select region_kato, period, measure, category, amount, records from whole
union all
select '*', period, measure, category, sum(amount)::bigint, sum(records)::bigint from whole group by period, measure, category;

-- Parameters in force: the youngest sheet that names the key wins; without one the reference file holds.
create or replace view reconciliation.lifetimes_now as
select k.unu_key, k.category, coalesce(r.value::double precision, k.weibull_shape) as shape, coalesce(r.value2::double precision, k.weibull_scale) as scale_years,
       coalesce(r.source, k.source) as source, coalesce(r.version, '') as version
  from unu_keys k
  left join lateral (
       select x.value, x.value2, s.source, s.version
         from reconciliation.sheet_rows x join reconciliation.sheets s using (sheet_id)
        where x.kind = 'Lifetimes' and x.is_applied and x.unu_key = k.unu_key
        order by s.decided_at desc nulls last, s.sheet_id desc limit 1) r on true;

create or replace view reconciliation.growth_now as
select distinct on (x.category) x.category, x.value as percent, s.source, s.version, s.is_illustrative
  from reconciliation.sheet_rows x join reconciliation.sheets s using (sheet_id)
 where x.kind = 'Growth' and x.is_applied
 order by x.category, s.decided_at desc nulls last, s.sheet_id desc;

create or replace view reconciliation.population_now as
select distinct on (x.region_kato, x.year) x.region_kato, x.year, x.value::bigint as persons, s.source, s.version
  from reconciliation.sheet_rows x join reconciliation.sheets s using (sheet_id)
 where x.kind = 'Population' and x.is_applied
 order by x.region_kato, x.year, s.decided_at desc nulls last, s.sheet_id desc;

create or replace view reconciliation.targets_now as
select distinct on (x.programme, x.flow, x.category, x.year) x.flow as aim, x.category, x.year as from_year, x.until_year, x.value as percent, x.words as act,
       x.programme, s.source, s.version
  from reconciliation.sheet_rows x join reconciliation.sheets s using (sheet_id)
 where x.kind = 'Targets' and x.is_applied
 order by x.programme, x.flow, x.category, x.year, s.decided_at desc nulls last, s.sheet_id desc;

revoke execute on all functions in schema reconciliation from public;
grant execute on all functions in schema reconciliation to ewaste_app;
grant select on all tables in schema reconciliation to ewaste_app;
