insert into unu_key_weights (unu_key, year, country, mean_weight_kg)
select unu_key, year::int, coalesce("country_iso3_or_blank_for_EU", ''), avg_weight_kg::numeric from csv_rows where avg_weight_kg is not null
on conflict (unu_key, year, country) do update set mean_weight_kg = excluded.mean_weight_kg;
