-- Empty by intent: days off and their transfers are set by the government year by year; no such act has been loaded yet.
insert into calendar_days (day, kind, name_kk, name_ru, name_en, act)
select day::date, kind, name_kk, name_ru, name_en, act from csv_rows
on conflict (day) do update set kind = excluded.kind, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, act = excluded.act;
