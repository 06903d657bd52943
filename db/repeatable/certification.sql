-- What holds now: the one view that everybody asks.
create or replace view certified_now as
select s.site_id, s.organisation_id, c.certification_id, c.number as certification_number, c.kind, p.category, p.operations, p.annual_grams, c.valid_from, c.expires_on, s.region_kato
  from certifications c
  join certified_scopes p using (certification_id)
  join sites s using (site_id)
 where c.state = 'Valid' and c.valid_from <= app.today() and app.today() < c.expires_on and s.closed_on is null;
grant select on certified_now to ewaste_app;

-- For whoever is about to write on the strength of a certification: the row is held until the end of the transaction,
-- so that a suspension that commits first is seen, and one that comes later waits. Null: nothing holds for this site and category.
create or replace function hold_certification(p_site_id uuid, p_category text) returns uuid
  language plpgsql
  as $$
declare
  v_id uuid;
begin
  select c.certification_id into v_id
    from certifications c join certified_scopes p using (certification_id) join sites s using (site_id)
   where p.site_id = p_site_id and p.category = p_category and s.closed_on is null
     and c.state = 'Valid' and c.valid_from <= app.today() and app.today() < c.expires_on
   order by c.expires_on desc, c.certification_id
   limit 1
     for share of c;
  return v_id;
end $$;

-- Days on which a certification did not hold: from the day after it was suspended or withdrawn to the day it held again.
-- The day of the change itself counts as certified: work of its morning was.
create or replace view certification_stops as
select h.subject_id as certification_id, (h.at at time zone 'Asia/Almaty')::date + 1 as from_day, (n.at at time zone 'Asia/Almaty')::date as until_day
  from certification_history h
  left join lateral (select x.at from certification_history x where x.subject_id = h.subject_id and x.place > h.place and x.to_state = 'Valid' order by x.place limit 1) n on true
 where h.subject = 'Certification' and h.from_state = 'Valid'
   and ((n.at at time zone 'Asia/Almaty')::date is null or (n.at at time zone 'Asia/Almaty')::date > (h.at at time zone 'Asia/Almaty')::date + 1);
grant select on certification_stops to ewaste_app;

-- Both caps and what was taken of them, day by day: the one calculation behind taking, the page and the check.
-- Year: the annual capacity of each certified day since 1 January / days of the year, added up (several certifications: each its own days; two at once: the larger).
-- Thirty days up to the day: annual capacity of the day x 36/365 (30/365 x 1.2). An override raises the year's cap from its first day to the end of
-- each year it touches, and the cap of any thirty days that touch it. Grams; a day without certification has no annual capacity.
create or replace function capacity_days(p_site_id uuid, p_category text, p_from date, p_to date)
  returns table (day date, annual_grams bigint, certified_days integer, days_of_year integer, extra_year_grams bigint, extra_30_grams bigint, year_cap bigint, year_used bigint, days_30_cap bigint, days_30_used bigint, taken boolean)
  language sql stable
  as $$
  with spans as materialized (
    select p.certification_id, p.annual_grams, c.valid_from, c.expires_on
      from certified_scopes p join certifications c using (certification_id)
     where p.site_id = p_site_id and p.category = p_category
  ), stops as materialized (
    select t.certification_id, t.from_day, t.until_day from certification_stops t where t.certification_id = any (array(select s.certification_id from spans s))
  ), extras as materialized (
    select o.valid_from, o.expires_on, o.extra_grams from certification_decisions o
     where o.site_id = p_site_id and o.category = p_category and o.kind = 'Override' and o.state = 'Approved'
  ), days as materialized (
    select d.day, max(s.annual_grams) as annual
      from (select least(date_trunc('year', p_from)::date, p_from - 29) + n as day from generate_series(0, p_to - least(date_trunc('year', p_from)::date, p_from - 29)) n) d
      left join spans s on s.valid_from <= d.day and d.day < s.expires_on
           and not exists (select from stops t where t.certification_id = s.certification_id and t.from_day <= d.day and (t.until_day is null or d.day < t.until_day))
     group by d.day
  ), uses as materialized (
    select u.day, sum(u.grams) as grams, count(*) > 0 as any_use from capacity_uses u
     where u.site_id = p_site_id and u.category = p_category and u.day between least(date_trunc('year', p_from)::date, p_from - 29) and p_to group by u.day
  ), summed as (
    select d.day, d.annual, coalesce(u.any_use, false) as taken,
           (date_trunc('year', d.day) + interval '1 year')::date - date_trunc('year', d.day)::date as year_days,
           sum(d.annual) over y as annual_days, count(d.annual) over y as certified,
           coalesce(sum(u.grams) over y, 0) as year_used, coalesce(sum(u.grams) over (order by d.day rows 29 preceding), 0) as used_30
      from days d left join uses u using (day)
    window y as (partition by extract(year from d.day) order by d.day)
  ), raised as (
    select s.*, coalesce((select sum(e.extra_grams) from extras e where e.valid_from <= s.day and e.expires_on > date_trunc('year', s.day)::date), 0) as extra_year,
           coalesce((select sum(e.extra_grams) from extras e where e.valid_from <= s.day and e.expires_on > s.day - 29), 0) as extra_30
      from summed s where s.day >= p_from
  )
  select day, annual, certified::int, year_days, extra_year::bigint, extra_30::bigint, (trunc(coalesce(annual_days, 0) / year_days) + extra_year)::bigint, year_used::bigint,
         (trunc(annual * 36::numeric / 365) + extra_30)::bigint, used_30::bigint, taken
    from raised order by day
  $$;

-- What is left on a day: the smaller of both caps. A day in the past must leave room for what was taken after it, so the later days that took something are asked too.
-- What is reserved counts as taken. Grams; null: not certified.
create or replace function capacity_left(p_site_id uuid, p_category text, p_day date) returns bigint
  language sql stable
  as $$
  select case when exists (select from certifications c join certified_scopes p using (certification_id)
                            where p.site_id = p_site_id and p.category = p_category and c.state = 'Valid' and c.valid_from <= p_day and p_day < c.expires_on)
               and bool_or(d.day = p_day and d.annual_grams is not null) then
         least(min(d.year_cap - d.year_used) filter (where extract(year from d.day) = extract(year from p_day)), min(d.days_30_cap - d.days_30_used) filter (where d.day < p_day + 30)) end
    from capacity_days(p_site_id, p_category, p_day,
           greatest(p_day, (select max(u.day) from capacity_uses u where u.site_id = p_site_id and u.category = p_category
                              and u.day < greatest((date_trunc('year', p_day) + interval '1 year')::date, p_day + 30)))) d
   where d.day = p_day or d.taken
  $$;

-- Takes grams of a capacity, or says no. Whoever takes of the same site and category waits for the other, so two cannot both have the last of it.
-- What is given back counts on the last day on which so much was taken: otherwise it would make room in days that never lost it.
create or replace function take_capacity(p_site_id uuid, p_category text, p_kind text, p_day date, p_grams bigint, p_source_type text, p_source_id uuid, p_leg integer default 1) returns boolean
  language plpgsql
  as $$
declare
  v_day date := p_day;
begin
  perform pg_advisory_xact_lock(hashtextextended('capacity:' || p_site_id || ':' || p_category, 0));
  if p_grams > 0 and coalesce(capacity_left(p_site_id, p_category, p_day), 0) < p_grams then
    return false;
  end if;
  if p_grams < 0 then
    select u.day into v_day from capacity_uses u
     where u.site_id = p_site_id and u.category = p_category and u.kind = p_kind and u.day <= p_day
     group by u.day having sum(u.grams) >= -p_grams order by u.day desc limit 1;
    v_day := coalesce(v_day, p_day);
  end if;
  insert into capacity_uses (site_id, category, kind, day, grams, source_type, source_id, leg)
  values (p_site_id, p_category, p_kind, v_day, p_grams, p_source_type, p_source_id, p_leg);
  return true;
end $$;

-- How much a certification deserves to be looked at: the public formula, factor by factor.
create or replace view certification_risks as
select c.certification_id, c.organisation_id, f.majors, f.minors, a.days_since_audit, o.overrides, 10 + 30 * f.majors + 10 * f.minors + a.days_since_audit / 15 + 20 * o.overrides as risk
  from certifications c
 cross join lateral (select count(*) filter (where x.severity = 'Major')::int as majors, count(*) filter (where x.severity = 'Minor')::int as minors
                       from audit_findings x join audits u using (audit_id) where u.organisation_id = c.organisation_id and u.state <> 'Cancelled' and x.state <> 'Closed') f
 cross join lateral (select greatest(0, app.today() - coalesce(max(u.visited_on), c.valid_from)) as days_since_audit from audits u where u.organisation_id = c.organisation_id and u.visited_on is not null) a
 cross join lateral (select count(*)::int as overrides from certification_decisions d where d.certification_id = c.certification_id and d.kind = 'Override' and d.state = 'Approved' and d.decided_at > app.now() - interval '1 year') o
 where c.state = 'Valid' and c.valid_from <= app.today() and app.today() < c.expires_on;
grant select on certification_risks to ewaste_app;
