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

-- What is left of the capacity on a day: year to date at most annual x certified days elapsed / days of the year,
-- and any 30 days at most annual x 30/365 x 1.2; the smaller of the two. What is reserved counts as taken. Grams; null: not certified.
create or replace function capacity_left(p_site_id uuid, p_category text, p_day date) returns bigint
  language sql stable
  as $$
  with scope as (
    select max(p.annual_grams) as annual, min(greatest(c.valid_from, date_trunc('year', p_day)::date)) as since
      from certifications c join certified_scopes p using (certification_id)
     where p.site_id = p_site_id and p.category = p_category and c.state = 'Valid' and c.valid_from <= p_day and p_day < c.expires_on
  ), used as (
    select coalesce(sum(u.grams) filter (where u.day >= date_trunc('year', p_day)::date and u.day < (date_trunc('year', p_day) + interval '1 year')::date), 0) as in_year,
           coalesce(sum(u.grams) filter (where u.day > p_day - 30 and u.day <= p_day), 0) as in_30_days
      from capacity_uses u where u.site_id = p_site_id and u.category = p_category
  )
  select least(trunc(s.annual * ((p_day - s.since) + 1)::numeric / (((date_trunc('year', p_day) + interval '1 year')::date) - date_trunc('year', p_day)::date)) - u.in_year,
               trunc(s.annual * 36::numeric / 365) - u.in_30_days)::bigint
    from scope s, used u where s.annual is not null
  $$;

-- Takes grams of a capacity, or says no. Whoever takes of the same site and category waits for the other, so two cannot both have the last of it.
create or replace function take_capacity(p_site_id uuid, p_category text, p_kind text, p_day date, p_grams bigint, p_source_type text, p_source_id uuid, p_leg integer default 1) returns boolean
  language plpgsql
  as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('capacity:' || p_site_id || ':' || p_category, 0));
  if p_grams > 0 and coalesce(capacity_left(p_site_id, p_category, p_day), 0) < p_grams then
    return false;
  end if;
  insert into capacity_uses (site_id, category, kind, day, grams, source_type, source_id, leg)
  values (p_site_id, p_category, p_kind, p_day, p_grams, p_source_type, p_source_id, p_leg);
  return true;
end $$;
