insert into waste_codes (code, hazardous, name_kk, name_ru, name_en, source)
select code, hazardous = '1', name_kk, name_ru, name_en, source from csv_rows
on conflict (code) do update set hazardous = excluded.hazardous, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, source = excluded.source;
