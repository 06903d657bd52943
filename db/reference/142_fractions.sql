insert into fraction_kinds (fraction, position, kind, material, hazardous, waste_code, operation, annex_point, name_kk, name_ru, name_en, source)
select fraction, position::smallint, kind, material, hazardous = '1', waste_code, operation, annex_point, name_kk, name_ru, name_en, source from csv_rows
on conflict (fraction) do update set position = excluded.position, kind = excluded.kind, material = excluded.material, hazardous = excluded.hazardous, waste_code = excluded.waste_code,
  operation = excluded.operation, annex_point = excluded.annex_point, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, source = excluded.source;
