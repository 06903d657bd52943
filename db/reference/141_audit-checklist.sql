-- What an auditor looks at: our own list, no act prescribes one that we know of.
insert into audit_checklist (item, position, text_kk, text_ru, text_en, source)
select item, position::int, text_kk, text_ru, text_en, source from csv_rows
on conflict (item) do update set position = excluded.position, text_kk = excluded.text_kk, text_ru = excluded.text_ru, text_en = excluded.text_en, source = excluded.source;
