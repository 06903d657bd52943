-- Figures of five years before this system, so that the matrix, the rates and the forecast of the demonstration have something to stand on.
-- Invented: the placed masses follow the size and mix of the real declaration of Estonia for 2018 (see 120 and DemoDeclarations), regions and collected shares are made up.
insert into reconciliation.sheets (sheet_id, kind, origin, file_name, sha256, source, version, is_illustrative, rows, state)
values ('01900000-0000-7000-8000-000000000160', 'History', 'Demo', '160_history.csv', sha256('160_history'), 'Көрсетілімге арналған ойдан алынған сандар / вымышленные числа для показа / invented figures to show', 'demo 1', true, (select count(*) from csv_rows), 'Applied'),
       ('01900000-0000-7000-8000-000000000161', 'Growth', 'Demo', '160_growth.csv', sha256('160_growth'), 'Көрсетілімге арналған болжам / допущение для показа / an assumption to show', 'demo 1', true, 2, 'Applied')
on conflict (sheet_id) do nothing;

-- Past years stay what they were on the day the demonstration began: a row is never moved.
insert into reconciliation.sheet_rows (sheet_id, row_no, kind, flow, category, unu_key, region_kato, year, value, is_applied)
select '01900000-0000-7000-8000-000000000160', row_number() over (order by years_ago::int, flow, category, unu_key, region), 'History', flow, category, nullif(unu_key, ''), region,
       extract(year from app.today())::int - years_ago::int, (tonnes::numeric * 1000000)::bigint, true
  from csv_rows
 where not exists (select from reconciliation.sheet_rows where sheet_id = '01900000-0000-7000-8000-000000000160');

insert into reconciliation.sheet_rows (sheet_id, row_no, kind, category, value, is_applied)
values ('01900000-0000-7000-8000-000000000161', 1, 'Growth', '*', 1.5, true), ('01900000-0000-7000-8000-000000000161', 2, 'Growth', '4b', 6, true)
on conflict (sheet_id, row_no) do nothing;
