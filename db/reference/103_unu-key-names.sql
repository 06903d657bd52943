insert into unu_key_names (unu_key, name_kk, name_ru, name_en)
select unu_key, name_kk, name_ru, name_en from csv_rows
on conflict (unu_key) do update set name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en;
