-- Everyday words for the 54 keys, ours; Kazakh to be read by a native speaker. What is no longer in the file is forgotten.
with given as (
  select c.unu_key, l.language, btrim(w.word) as word, min(w.place)::int as place
    from csv_rows c
   cross join lateral (values ('kk', c.kk), ('ru', c.ru), ('en', c.en)) as l(language, words)
   cross join lateral regexp_split_to_table(l.words, ';') with ordinality as w(word, place)
   where btrim(w.word) <> ''
   group by c.unu_key, l.language, btrim(w.word)
), gone as (
  delete from guide_words g where not exists (select from given n where n.unu_key = g.unu_key and n.language = g.language and n.word = g.word)
)
insert into guide_words (unu_key, language, word, place)
select unu_key, language, word, place from given
on conflict (unu_key, language, word) do update set place = excluded.place;
