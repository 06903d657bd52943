insert into equipment_categories as known (code, name_kk, name_ru, name_en, short_kk, short_ru, short_en, recovery_target_pct, recycling_target_pct, target_status, source)
select code, name_kk, name_ru, name_en, short_kk, short_ru,
       case code when '1' then 'Fridges and air conditioners' when '2' then 'Screens and monitors' when '3' then 'Lamps' when '4a' then 'Large appliances'
                 when '4b' then 'Solar panels' when '5' then 'Small appliances' else 'Phones and computers' end,
       recovery_target_pct::numeric, recycling_reuse_target_pct::numeric, status, source
  from csv_rows
on conflict (code) do update set
  name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en,
  short_kk = excluded.short_kk, short_ru = excluded.short_ru, short_en = excluded.short_en,
  recovery_target_pct = excluded.recovery_target_pct, recycling_target_pct = excluded.recycling_target_pct,
  target_status = excluded.target_status, source = excluded.source;
