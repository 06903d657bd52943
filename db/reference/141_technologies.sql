insert into treatment_technologies (technology, position, loss_limit_permille, basis, name_kk, name_ru, name_en)
select technology, position::smallint, loss_limit_permille::integer, basis, name_kk, name_ru, name_en from csv_rows
on conflict (technology) do update set position = excluded.position, loss_limit_permille = excluded.loss_limit_permille, basis = excluded.basis,
  name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en;
