-- The demonstration's agent works for a dozen importers; one mandate is for preparing alone, two also let it pay, one has ended.
insert into mandates (client_id, agent_id, scopes, valid_from, valid_until, given_by)
select c.organisation_id, a.organisation_id,
       case c.demo_code when 'importer-12' then array['prepare'] when 'importer-2' then array['prepare', 'submit', 'pay'] when 'importer-3' then array['prepare', 'submit', 'pay'] else array['prepare', 'submit'] end,
       date_trunc('year', app.today())::date - 365,
       case c.demo_code when 'importer-11' then date_trunc('year', app.today())::date end,
       p.person_id
  from organisations c
  join organisations a on a.demo_code = 'agent-1'
  join people p on p.demo_code = 'importer-owner'
 where c.demo_code in ('importer-2', 'importer-3', 'importer-4', 'importer-5', 'importer-6', 'importer-7', 'importer-8', 'importer-9', 'importer-10', 'importer-11', 'importer-12', 'importer-13', 'producer-2')
on conflict do nothing;
