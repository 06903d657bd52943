-- An invented importer's office has booked a day at a point in Almaty, so that the counter has a list to weigh in.
with list as (
  insert into pickups (number, organisation_id, point_id, state, way, day, part, address, contact_name, contact_phone, owner_declared_at, created_by, booked_by, booked_at)
  select format('H-%s-%s', extract(year from app.today()), lpad(nextval('pickup_numbers')::text, 4, '0')), o.organisation_id, p.point_id, 'Booked', 'Fetched', app.today() + 5, 'Morning',
         o.address, o.contact_name, o.contact_phone, app.now(), e.person_id, e.person_id, app.now()
    from organisations o
    join collection_points p on p.demo_code = 'almaty-pynkt-1'
    join people e on e.demo_code = 'importer-preparer'
   where o.demo_code = 'importer-1' and not exists (select from pickups h where h.organisation_id = o.organisation_id)
  returning pickup_id
)
insert into pickup_assets (pickup_id, asset_no, description, unu_key, inventory_no, units, data_choice)
select l.pickup_id, a.asset_no, a.description, a.unu_key, a.inventory_no, a.units, a.data_choice
  from list l
 cross join (values (1, 'Ноутбук HP ProBook 450', '0303', '000123', 12, 'Destroy'), (2, 'Монитор Dell 24', '0309', '000124', 10, 'None'),
                    (3, 'Принтер Canon', '0304', '000130', 2, 'Wipe'), (4, 'Тоңазытқыш Biryusa', '0108', '000131', 1, 'None')) as a(asset_no, description, unu_key, inventory_no, units, data_choice);
