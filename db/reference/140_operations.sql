-- What may be done to waste appliances, by code; the national classifier of operations was not read, so the source is the European list.
insert into treatment_operations (operation, position, name_kk, name_ru, name_en, source)
select operation, position::int, name_kk, name_ru, name_en, source from csv_rows
on conflict (operation) do update set position = excluded.position, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, source = excluded.source;
