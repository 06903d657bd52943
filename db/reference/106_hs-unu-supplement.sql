-- The operator's own rows are never touched: they win by their origin.
insert into hs_unu_rows (hs_prefix, unu_key, origin, state, description_en, source, decided_at)
select hs6, unu_key, 'Supplement', 'Published', hs_description_en, source, app.now() from csv_rows
on conflict (hs_prefix, origin) where state = 'Published'
do update set unu_key = excluded.unu_key, description_en = excluded.description_en, source = excluded.source;

update hs_unu_rows known set state = 'Superseded', decided_at = app.now()
 where known.origin = 'Supplement' and known.state = 'Published'
   and not exists (select from csv_rows where hs6 = known.hs_prefix);
