-- The 20 regions by KATO code. Abai, Jetisu and Ulytau: decree of the President No. 887 of 4 May 2022, in force since 8 June 2022.
-- Turkistan and Shymkent: decree No. 702 of 19 June 2018; 510000000 was South Kazakhstan.
insert into regions (kato, name_kk, name_ru, name_en, valid_from, predecessor_kato)
select kato, name_kk, name_ru, name_en, valid_from::date, predecessor_kato from csv_rows
on conflict (kato) do update
  set name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en,
      valid_from = excluded.valid_from, predecessor_kato = excluded.predecessor_kato;
