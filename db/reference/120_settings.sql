-- What a setting is comes from here; what it says is the operator's from the first day on.
insert into app.settings (key, position, kind, value, basis, owner, gap)
select key, position::int, kind, value, basis, owner, gap from csv_rows
on conflict (key) do update set position = excluded.position, kind = excluded.kind, owner = excluded.owner, gap = excluded.gap;
