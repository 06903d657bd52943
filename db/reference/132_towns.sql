-- The larger towns of each region, to the nearest kilometre: only to sort points by distance.
insert into towns (town, region_kato, name_kk, name_ru, name_en, latitude, longitude)
select town, region_kato, name_kk, name_ru, name_en, latitude::double precision, longitude::double precision from csv_rows
on conflict (town) do update
  set region_kato = excluded.region_kato, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en,
      latitude = excluded.latitude, longitude = excluded.longitude;
