-- Scales of the invented sites: one whose verification holds, one whose verification has ended, so that both bases of mass are seen.
insert into site_scales (site_id, organisation_id, scale_no, verified_until, certificate_no, changed_by)
select s.site_id, s.organisation_id, v.scale_no, app.today() + v.days, v.certificate, p.person_id
  from (values ('site-karagandy', '30-2211', 214, 'ҮЛГІ-2211'), ('site-karagandy', '30-2213', -18, 'ҮЛГІ-2213'), ('site-astana', '30-2212', 96, 'ҮЛГІ-2212'), ('site-aktobe', '30-3311', 150, 'ҮЛГІ-3311'), ('site-tumar', '30-4411', 61, 'ҮЛГІ-4411'))
       v (site, scale_no, days, certificate)
  join sites s on s.demo_code = v.site
  join people p on p.demo_code = 'recycler-staff'
on conflict (site_id, scale_no) do nothing;
