-- Where the demonstration's batches are treated, for a database in which nobody else made sites yet; others' sites and certifications are left alone.
insert into sites (number, organisation_id, kind, name_kk, name_ru, name_en, region_kato, address, latitude, longitude, opened_on, demo_code)
select 'S-' || lpad(nextval('site_numbers')::text, 4, '0'), o.organisation_id, 'Recycler', v.name_kk, v.name_ru, v.name_en, v.region_kato, v.address, v.latitude, v.longitude, app.today() - 1200, v.demo_code
  from (values
    ('recycler-1', 'Қарағанды зауыты', 'Карагандинский завод', 'Karaganda plant', '350000000', 'Қарағанды, Үлгі көшесі, 42', 49.802, 73.102, 'site-karagandy'),
    ('recycler-2', 'Ақтөбе зауыты', 'Актюбинский завод', 'Aktobe plant', '150000000', 'Ақтөбе, Үлгі көшесі, 35', 50.283, 57.167, 'site-aktobe')
  ) v (organisation, name_kk, name_ru, name_en, region_kato, address, latitude, longitude, demo_code)
  join organisations o on o.demo_code = v.organisation
on conflict (demo_code) do nothing;

with bare as (
  select s.site_id, s.organisation_id from sites s
   where s.demo_code in ('site-karagandy', 'site-aktobe') and not exists (select from certified_scopes p where p.site_id = s.site_id)
), certified as (
  insert into certifications (number, organisation_id, kind, valid_from, expires_on)
  select format('R-%s-%s', extract(year from app.today() - 500), lpad(nextval('certification_numbers')::text, 4, '0')), organisation_id, 'Recycler', app.today() - 500, app.today() + 595 from bare
  returning certification_id, organisation_id
)
insert into certified_scopes (certification_id, site_id, category, operations, annual_grams)
select c.certification_id, b.site_id, k.category, array['R3', 'R4', 'R12', 'R13'], 1500000000
  from certified c join bare b using (organisation_id) cross join unnest(array['1', '4a', '5', '6']) as k(category);

-- A second recycler's hand, so that both plants can be played.
update memberships m set roles = array(select distinct x from unnest(m.roles || array['recycler_staff']) x)
  from people p where p.person_id = m.person_id and p.demo_code in ('recycler-staff', 'recycler-staff-2') and not 'recycler_staff' = any (m.roles);
