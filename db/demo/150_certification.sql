-- Invented sites of the demonstration's recyclers and of the refurbisher, and what they are certified for: between them every category.
-- Later demo data find a site by its demo_code; one certification is suspended, one application waits, one audit is an auditor's.
insert into sites (number, organisation_id, kind, name_kk, name_ru, name_en, region_kato, address, latitude, longitude, opened_on, demo_code)
select 'S-' || lpad(nextval('site_numbers')::text, 4, '0'), o.organisation_id, v.kind, v.name_kk, v.name_ru, v.name_en, v.region_kato, v.address, v.latitude, v.longitude, app.today() - v.days, v.demo_code
  from (values
    ('recycler-1', 'Recycler', 'Қарағанды зауыты', 'Карагандинский завод', 'Karaganda plant', '350000000', 'Қарағанды, Үлгі көшесі, 42', 49.802, 73.102, 2400, 'site-karagandy'),
    ('recycler-1', 'Recycler', 'Астана бөлшектеу цехы', 'Цех разборки в Астане', 'Astana dismantling shop', '710000000', 'Астана, Үлгі көшесі, 130', 51.169, 71.449, 900, 'site-astana'),
    ('recycler-2', 'Recycler', 'Ақтөбе зауыты', 'Актюбинский завод', 'Aktobe plant', '150000000', 'Ақтөбе, Үлгі көшесі, 35', 50.283, 57.167, 1500, 'site-aktobe'),
    ('recycler-2', 'Recycler', 'Атырау алаңы', 'Площадка в Атырау', 'Atyrau site', '230000000', 'Атырау, Үлгі көшесі, 90', 47.105, 51.924, 500, 'site-atyrau'),
    ('recycler-3', 'Recycler', 'Қостанай зауыты', 'Костанайский завод', 'Kostanay plant', '390000000', 'Қостанай, Үлгі көшесі, 6', 53.214, 63.625, 1100, 'site-kostanay'),
    ('recycler-3', 'Recycler', 'Шымкент алаңы', 'Площадка в Шымкенте', 'Shymkent site', '790000000', 'Шымкент, Үлгі көшесі, 14', 42.317, 69.596, 60, 'site-shymkent'),
    ('recycler-4', 'Recycler', 'Өскемен зауыты', 'Усть-Каменогорский завод', 'Oskemen plant', '630000000', 'Өскемен, Үлгі көшесі, 40', 49.948, 82.628, 800, 'site-oskemen'),
    ('refurbisher-1', 'Refurbisher', 'Тұмар шеберханасы', 'Мастерская «Тумар»', 'Tumar workshop', '750000000', 'Алматы, Үлгі көшесі, 2', 43.238, 76.889, 700, 'site-tumar')
  ) v (organisation, kind, name_kk, name_ru, name_en, region_kato, address, latitude, longitude, days, demo_code)
  join organisations o on o.demo_code = v.organisation
on conflict (demo_code) do nothing;

insert into site_permits (site_id, number, issuer, issued_on, expires_on)
select s.site_id, 'ҮЛГІ-' || s.number, 'Үлгі рұқсат беру органы', app.today() - 420, app.today() + 1400
  from sites s where s.demo_code is not null and not exists (select from site_permits p where p.site_id = s.site_id);

insert into site_equipment (site_id, name, units, kg_per_hour)
select s.site_id, v.name, v.units, v.kg_per_hour
  from sites s
  join (values ('Recycler', 'Платформалық таразы, 3 т / Весы платформенные, 3 т', 1, null), ('Recycler', 'Шредер / Шредер', 1, 1200), ('Recycler', 'Бөлшектеу үстелі / Стол разборки', 6, 80),
               ('Refurbisher', 'Сынау стенді / Стенд проверки', 4, 25), ('Refurbisher', 'Деректерді өшіру станциясы / Станция стирания данных', 2, 40)) v (kind, name, units, kg_per_hour) on v.kind = s.kind
 where s.demo_code is not null and not exists (select from site_equipment e where e.site_id = s.site_id);

-- Recycler 1 held another certification before this one: its capacity of the year is the sum of both.
insert into certifications (number, organisation_id, kind, valid_from, expires_on, demo_code)
select format('R-%s-%s', extract(year from app.today() - v.since), lpad(nextval('certification_numbers')::text, 4, '0')), o.organisation_id, v.kind, app.today() - v.since, app.today() + v.until, v.demo_code
  from (values ('recycler-1', 'Recycler', 1165, -70, 'certification-1-old'), ('recycler-1', 'Recycler', 70, 1025, 'certification-1'), ('recycler-2', 'Recycler', 400, 695, 'certification-2'),
               ('recycler-3', 'Recycler', 250, 845, 'certification-3'), ('recycler-4', 'Recycler', 500, 595, 'certification-4'), ('refurbisher-1', 'Refurbisher', 330, 765, 'certification-r1'))
       v (organisation, kind, since, until, demo_code)
  join organisations o on o.demo_code = v.organisation
on conflict (demo_code) do nothing;

insert into certified_scopes (certification_id, site_id, category, operations, annual_grams)
select c.certification_id, s.site_id, v.category, string_to_array(v.operations, ' '), v.tonnes * 1000000::bigint
  from (values
    ('certification-1-old', 'site-karagandy', '1', 'R4 R3 R12 R13', 1800), ('certification-1-old', 'site-karagandy', '4a', 'R4 R3 R12 R13', 2600), ('certification-1-old', 'site-karagandy', '5', 'R4 R3 R12 R13', 1200), ('certification-1-old', 'site-karagandy', '6', 'R4 R3 R12 R13', 700),
    ('certification-1', 'site-karagandy', '1', 'R4 R3 R12 R13', 2400), ('certification-1', 'site-karagandy', '2', 'R4 R5 R12 R13', 600), ('certification-1', 'site-karagandy', '3', 'R5 R12 R13', 120),
    ('certification-1', 'site-karagandy', '4a', 'R4 R3 R12 R13', 3000), ('certification-1', 'site-karagandy', '4b', 'R4 R5 R12 R13', 400), ('certification-1', 'site-karagandy', '5', 'R4 R3 R12 R13', 1500), ('certification-1', 'site-karagandy', '6', 'R4 R3 R12 R13', 900),
    ('certification-1', 'site-astana', '2', 'R12 R13', 200), ('certification-1', 'site-astana', '5', 'R12 R13', 400), ('certification-1', 'site-astana', '6', 'R12 R13', 300),
    ('certification-2', 'site-aktobe', '1', 'R4 R12 R13', 900), ('certification-2', 'site-aktobe', '3', 'R5 R12 R13', 60), ('certification-2', 'site-aktobe', '4a', 'R4 R12 R13', 1600), ('certification-2', 'site-aktobe', '5', 'R4 R12 R13', 700),
    ('certification-2', 'site-atyrau', '4a', 'R12 R13', 500), ('certification-2', 'site-atyrau', '5', 'R12 R13', 300),
    ('certification-3', 'site-kostanay', '4a', 'R4 R12 R13', 1400), ('certification-3', 'site-kostanay', '4b', 'R4 R5 R12 R13', 800), ('certification-3', 'site-kostanay', '5', 'R4 R12 R13', 600),
    ('certification-4', 'site-oskemen', '1', 'R4 R12 R13', 700), ('certification-4', 'site-oskemen', '5', 'R4 R12 R13', 500), ('certification-4', 'site-oskemen', '6', 'R4 R12 R13', 350),
    ('certification-r1', 'site-tumar', '2', 'Reuse R12 R13', 120), ('certification-r1', 'site-tumar', '4a', 'Reuse R12 R13', 150), ('certification-r1', 'site-tumar', '5', 'Reuse R12 R13', 90), ('certification-r1', 'site-tumar', '6', 'Reuse R12 R13', 80)
  ) v (certification, site, category, operations, tonnes)
  join certifications c on c.demo_code = v.certification
  join sites s on s.demo_code = v.site
on conflict do nothing;

update certifications c set state = 'Suspended', state_reason = 'Үлгі: таразының тексеру мерзімі өткен, көрсетілген кемшілік жойылмады / Пример: срок поверки весов истёк, замечание не устранено', state_by = p.person_id
  from people p where c.demo_code = 'certification-4' and c.state = 'Valid' and p.demo_code = 'operator-approver'
   and not exists (select from certification_history h where h.subject_id = c.certification_id and h.to_state = 'Suspended');

-- More than the caps of one site and category, allowed by two people.
insert into certification_decisions (kind, certification_id, site_id, category, extra_grams, valid_from, expires_on, reason, proposed_by, state, decided_by, decided_at)
select 'Override', c.certification_id, s.site_id, '6', 12000000, app.today() - 20, app.today() + 40, 'Үлгі: мектептерден біржолғы жинау / Пример: разовый сбор из школ', p.person_id, 'Approved', a.person_id, app.now()
  from certifications c, sites s, people p, people a
 where c.demo_code = 'certification-1' and s.demo_code = 'site-astana' and p.demo_code = 'operator-preparer' and a.demo_code = 'operator-approver'
   and not exists (select from certification_decisions d where d.certification_id = c.certification_id and d.kind = 'Override');

-- Recycler 3 asks for its second site: waits for the check of documents.
insert into certification_applications (number, organisation_id, kind, head_name, note, demo_code)
select format('K-%s-%s', extract(year from app.today()), lpad(nextval('certification_application_numbers')::text, 4, '0')), o.organisation_id, 'Recycler', o.contact_name, 'Шымкенттегі екінші алаң / Вторая площадка в Шымкенте', 'application-3'
  from organisations o where o.demo_code = 'recycler-3'
on conflict (demo_code) do nothing;
insert into application_scopes (application_id, organisation_id, site_id, category, operations, annual_grams)
select a.application_id, a.organisation_id, s.site_id, v.category, array['R12', 'R13'], v.tonnes * 1000000::bigint
  from certification_applications a, sites s, (values ('1', 300), ('4a', 600), ('5', 250)) v (category, tonnes)
 where a.demo_code = 'application-3' and a.state = 'Draft' and s.demo_code = 'site-shymkent'
on conflict do nothing;
update certification_applications set state = 'Submitted', submitted_at = app.now() where demo_code = 'application-3' and state = 'Draft';

-- A surveillance audit of recycler 2, drawn to auditor 1.
insert into audits (number, kind, organisation_id, certification_id, demo_code)
select format('U-%s-%s', extract(year from app.today()), lpad(nextval('audit_numbers')::text, 4, '0')), 'Surveillance', c.organisation_id, c.certification_id, 'audit-2'
  from certifications c where c.demo_code = 'certification-2'
on conflict (demo_code) do nothing;
insert into audit_assignments (audit_id, organisation_id, auditor_organisation_id, candidates, drawn_place)
select u.audit_id, u.organisation_id, o.organisation_id, x.candidates, array_position(x.candidates, o.organisation_id)
  from audits u, organisations o, (select array_agg(organisation_id order by organisation_id) as candidates from organisations where 'auditor' = any (activities)) x
 where u.demo_code = 'audit-2' and u.state = 'Waiting' and o.demo_code = 'auditor-1' and not exists (select from audit_assignments a where a.audit_id = u.audit_id);
update audits set state = 'Assigned' where demo_code = 'audit-2' and state = 'Waiting';
