insert into unu_keys (unu_key, category, description_en, mean_weight_kg, mean_weight_year, weibull_shape, weibull_scale, introduction_year, source)
select unu_key, eu6, description_en, avg_weight_kg::numeric, avg_weight_year::int, weibull_shape::double precision, weibull_scale::double precision, introduction_year::int, source
  from csv_rows
on conflict (unu_key) do update set
  category = excluded.category, description_en = excluded.description_en, mean_weight_kg = excluded.mean_weight_kg, mean_weight_year = excluded.mean_weight_year,
  weibull_shape = excluded.weibull_shape, weibull_scale = excluded.weibull_scale, introduction_year = excluded.introduction_year, source = excluded.source;
