-- What to do with each kind of thing before handing it in; ours, from the makers' usual advice and Directive 2012/19/EU, Annex VII.
insert into guide_items (unu_key, icon, data_kind, hazards, steps, is_often_mended, travels)
select unu_key, icon, data_kind, string_to_array(coalesce(hazards, ''), ' '), string_to_array(coalesce(steps, ''), ' '), is_often_mended::boolean, travels from csv_rows
on conflict (unu_key) do update
  set icon = excluded.icon, data_kind = excluded.data_kind, hazards = excluded.hazards, steps = excluded.steps,
      is_often_mended = excluded.is_often_mended, travels = excluded.travels;
