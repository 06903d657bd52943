-- What the law of the domain lets everybody see: who is registered as what, where and since when. A company's number is public, a sole trader's is
-- personal data and stands nowhere; addresses, contacts, debts and cases are no part of a register.
create or replace view public_register as
select o.organisation_id as entry_id, a.role, o.organisation_id, o.slug, null::text as link, o.name_kk, o.name_ru, o.bin, o.region_kato,
       (o.created_at at time zone 'Asia/Almaty')::date as since, null::date as until, 'Registered' as state
  from organisations o cross join lateral (values ('importer', 'Importer'), ('producer', 'Producer')) as a(activity, role)
 where a.activity = any (o.activities)
union all
select c.certification_id, c.kind, o.organisation_id, o.slug, c.number, o.name_kk, o.name_ru, o.bin, o.region_kato, c.valid_from, c.expires_on,
       case when c.state = 'Valid' and c.expires_on <= app.today() then 'Expired' when c.state = 'Valid' and c.valid_from > app.today() then 'Future' when c.state = 'Valid' then 'Certified' else c.state end
  from certifications c join organisations o using (organisation_id)
union all
select p.point_id, 'Point', o.organisation_id, o.slug, p.slug, p.name_kk, p.name_ru, o.bin, p.region_kato, p.valid_from, p.valid_until,
       case when p.valid_until <= app.today() then 'Closed' when p.valid_from > app.today() then 'Future' else app.point_state_at(p, app.now()) end
  from collection_points p join organisations o using (organisation_id)
union all
select m.organisation_id, 'Merchant', o.organisation_id, o.slug, null, o.name_kk, o.name_ru, o.bin, o.region_kato, m.contract_on, null,
       case m.state when 'Active' then 'Registered' else m.state end
  from merchants m join organisations o using (organisation_id)
 where m.state <> 'Proposed';
