-- Invented points in all regions: real towns, made-up addresses and telephones. The holder's own changes are not undone at the next start.
with given as (
  insert into collection_points (demo_code, slug, organisation_id, kind, name_kk, name_ru, name_en, region_kato, settlement_kk, settlement_ru, settlement_en,
         address_kk, address_ru, address_en, directions_kk, directions_ru, directions_en, phone, latitude, longitude, categories, unu_keys, refused_keys, longest_side_cm,
         is_step_free, gives_rewards, takes_organisations, capacity_grams, fill_percent, fill_told_at, state, state_until, state_reason_kk, state_reason_ru, state_reason_en, valid_from)
  select c.slug, c.slug, o.organisation_id, c.kind, c.name_kk, c.name_ru, c.name_en, c.region_kato, c.settlement_kk, c.settlement_ru, c.settlement_en,
         c.address_kk, c.address_ru, c.address_en, c.directions_kk, c.directions_ru, c.directions_en, c.phone, c.latitude::float8, c.longitude::float8,
         string_to_array(coalesce(c.categories, ''), ' '), string_to_array(coalesce(c.unu_keys, ''), ' '), string_to_array(coalesce(c.refused_keys, ''), ' '), c.longest_side_cm::int,
         c.is_step_free::boolean, c.gives_rewards::boolean, c.takes_organisations::boolean, c.capacity_kg::bigint * 1000, c.fill_percent::smallint, app.now() - interval '3 hours',
         c.state, case when c.state_days is not null then app.today() + c.state_days::int end,
         case c.reason when 'repair' then 'Жөндеу жүріп жатыр' end, case c.reason when 'repair' then 'Идёт ремонт' end, case c.reason when 'repair' then 'Under repair' end,
         app.today() - 400
    from csv_rows c
    join organisations o on o.demo_code = c.organisation
  on conflict do nothing
  returning point_id, demo_code
)
insert into point_hours (point_id, weekday, opens_minute, closes_minute)
select g.point_id, d.weekday, split_part(split_part(h.stretch, '-', 1), ':', 1)::int * 60 + split_part(split_part(h.stretch, '-', 1), ':', 2)::int,
       split_part(split_part(h.stretch, '-', 2), ':', 1)::int * 60 + split_part(split_part(h.stretch, '-', 2), ':', 2)::int
  from given g
  join csv_rows c on c.slug = g.demo_code
 cross join lateral (select w, c.weekdays from generate_series(1, 5) as w union all values (6, c.saturday), (7, c.sunday)) as d(weekday, stretches)
 cross join lateral string_to_table(coalesce(d.stretches, ''), ' ') as h(stretch)
 where h.stretch <> ''
on conflict do nothing;

-- Every counter is closed on New Year's days; bins and what never closes are not.
insert into point_exceptions (point_id, days, is_closed, reason_kk, reason_ru, reason_en)
select p.point_id, daterange(make_date(extract(year from app.today())::int + 1, 1, 1), make_date(extract(year from app.today())::int + 1, 1, 3)), true, 'Жаңа жыл', 'Новый год', 'New Year'
  from collection_points p
 where p.demo_code is not null and p.kind <> 'StreetBin' and not exists (select from point_exceptions e where e.point_id = p.point_id)
on conflict do nothing;
