-- The personas of the demonstration, with their places in organisations and on the platform. Passwords come from DemoSeed.
insert into people (demo_code, user_name, email, name, language)
select code, code, code || '@demo.example', name, language from csv_rows
on conflict (demo_code) do update set name = excluded.name;

insert into credentials (person_id)
select p.person_id from people p where p.demo_code is not null
on conflict (person_id) do nothing;

insert into memberships (organisation_id, person_id, roles)
select o.organisation_id, p.person_id, string_to_array(split_part(place, ':', 2), '+')
  from csv_rows c
  cross join lateral unnest(string_to_array(c.memberships, ' ')) place
  join people p on p.demo_code = c.code
  join organisations o on o.demo_code = split_part(place, ':', 1)
on conflict (organisation_id, person_id) do update set roles = excluded.roles;

insert into platform_roles (person_id, role, region_kato)
select p.person_id, split_part(place, ':', 1), nullif(split_part(place, ':', 2), '')
  from csv_rows c
  cross join lateral unnest(string_to_array(c.platform_roles, ' ')) place
  join people p on p.demo_code = c.code
on conflict on constraint platform_role_once do nothing;
