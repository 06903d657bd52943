insert into treatment_operations (operation, position, result, name_kk, name_ru, name_en, source)
select operation, position::smallint, result, name_kk, name_ru, name_en, source from csv_rows
on conflict (operation) do update set position = excluded.position, result = excluded.result, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, source = excluded.source;
