-- Invented organisations over all regions. Their numbers pass the check digit, but name month 13, which no registration has.
-- Slugs, keyed hashes and sealed numbers stand here for a moment only: DemoSeed puts the real ones, derived from the installation's own seed.
insert into organisations (demo_code, slug, kind, bin, iin_sealed, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
select code, substr(md5(code || random()::text), 1, 10), kind, case when kind = 'company' then number end, case when kind = 'sole_trader' then '\x00'::bytea end,
       sha256(convert_to('demo:' || code, 'UTF8')), name_kk, name_ru, region_kato, address, contact_name, code || '@demo.example', contact_phone,
       coalesce(string_to_array(activities, ' '), '{}')
  from csv_rows
on conflict (demo_code) do update
  set name_kk = excluded.name_kk, name_ru = excluded.name_ru, bin = excluded.bin, region_kato = excluded.region_kato, address = excluded.address,
      contact_name = excluded.contact_name, contact_phone = excluded.contact_phone, activities = excluded.activities;
