insert into spare_part_prefixes (hs_prefix, description_en, source) select hs_prefix, description_en, source from csv_rows
on conflict (hs_prefix) do update set description_en = excluded.description_en, source = excluded.source;
delete from spare_part_prefixes known where not exists (select from csv_rows where hs_prefix = known.hs_prefix);
