insert into regions (kato, name_kk, name_ru, name_en, valid_from, valid_from_year, predecessor_kato, predecessor_en, source)
select kato, name_kk, name_ru, name_en, valid_from::date, valid_from_year::int, predecessor_kato, predecessor_en, source from csv_rows
on conflict (kato) do update set
  name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, valid_from = excluded.valid_from, valid_from_year = excluded.valid_from_year,
  predecessor_kato = excluded.predecessor_kato, predecessor_en = excluded.predecessor_en, source = excluded.source;
