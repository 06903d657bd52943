-- Benchmarks of others, as one sheet of the reference files. Kazakh targets: none published, so no row says official.
insert into reconciliation.sheets (sheet_id, kind, origin, file_name, sha256, source, version, rows, state)
values ('01900000-0000-7000-8000-000000000150', 'Targets', 'Reference', '150_targets.csv', sha256('150_targets'), 'Directive 2012/19/EU', '2012/19/EU', (select count(*) from csv_rows), 'Applied')
on conflict (sheet_id) do update set rows = excluded.rows;
delete from reconciliation.sheet_rows where sheet_id = '01900000-0000-7000-8000-000000000150';
insert into reconciliation.sheet_rows (sheet_id, row_no, kind, flow, category, programme, year, until_year, value, words, is_applied)
select '01900000-0000-7000-8000-000000000150', row_number() over (order by aim, category), 'Targets', aim, category, 'benchmark', from_year::int, until_year::int, percent::numeric, act, true
  from csv_rows;
