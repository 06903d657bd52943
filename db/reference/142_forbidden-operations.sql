insert into forbidden_operations (waste_code, operation, act_kk, act_ru, act_en, source)
select waste_code, operation, act_kk, act_ru, act_en, source from csv_rows
on conflict (waste_code, operation) do update set act_kk = excluded.act_kk, act_ru = excluded.act_ru, act_en = excluded.act_en, source = excluded.source;
