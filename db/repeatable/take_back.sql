-- One thing in the words of the street: a kind that stands for many keeps its name, one that is a thing is called as people call it.
create or replace view thing_names as
select n.unu_key,
       case when n.name_kk like '%:%' then split_part(n.name_kk, ':', 1) else coalesce(w.kk, n.name_kk) end as name_kk,
       case when n.name_ru like '%:%' then split_part(n.name_ru, ':', 1) else coalesce(w.ru, n.name_ru) end as name_ru,
       case when n.name_en like '%:%' then split_part(n.name_en, ':', 1) else coalesce(w.en, n.name_en) end as name_en
  from unu_key_names n
  left join lateral (
       select max(upper(left(g.word, 1)) || substr(g.word, 2)) filter (where g.language = 'kk') as kk,
              max(upper(left(g.word, 1)) || substr(g.word, 2)) filter (where g.language = 'ru') as ru,
              max(upper(left(g.word, 1)) || substr(g.word, 2)) filter (where g.language = 'en') as en
         from guide_words g
        where g.unu_key = n.unu_key
          and g.place = (select min(f.place) from guide_words f where f.unu_key = g.unu_key and f.language = g.language)) w on true;
grant select on thing_names to ewaste_app;
