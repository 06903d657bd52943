insert into material_compositions (composition_no, unu_key, product, subtype, component, basis, aluminium, copper, ferrous, total, source)
select composition_no::integer, unu_key, product, subtype, component, basis, aluminium::numeric, copper::numeric, ferrous::numeric, total::numeric, source from csv_rows
on conflict (composition_no) do update set unu_key = excluded.unu_key, product = excluded.product, subtype = excluded.subtype, component = excluded.component, basis = excluded.basis,
  aluminium = excluded.aluminium, copper = excluded.copper, ferrous = excluded.ferrous, total = excluded.total, source = excluded.source;
