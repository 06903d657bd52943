-- Tables that people bring: past figures, population, lifetimes, growth, targets. One person brings a file with its source, another puts it in force.
-- domain.md, section 10: what was imported is marked as imported, and the same file twice changes nothing.

create table reconciliation.sheets (
  sheet_id uuid primary key default uuidv7(),
  kind text not null check (kind in ('History', 'Population', 'Lifetimes', 'Growth', 'Targets')),
  origin text not null default 'Operator' check (origin in ('Operator', 'Reference', 'Demo')),
  file_name text not null check (length(file_name) between 1 and 255),
  sha256 bytea not null check (length(sha256) = 32),
  source text not null constraint sheet_names_its_source check (length(source) between 1 and 1000),
  version text not null constraint sheet_names_its_version check (length(version) between 1 and 100),
  is_illustrative boolean not null default false, -- invented: never shown as fact
  rows integer not null,
  refused jsonb not null default '[]', -- rows that were not taken, each with column, value and reason
  state text not null default 'Proposed' check (state in ('Proposed', 'Applied', 'Withdrawn')),
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint sheet_two_people check (origin <> 'Operator' or (proposed_by is not null and (state <> 'Applied' or (decided_by is not null and decided_by <> proposed_by))))
);
create unique index sheet_same_file_once on reconciliation.sheets (kind, sha256) where state <> 'Withdrawn';
create index sheets_in_order on reconciliation.sheets (kind, state, sheet_id);
create trigger sheets_keep before update on reconciliation.sheets
  for each row when (current_user = 'ewaste_app') execute function decided_once();
create trigger sheets_arrive before insert on reconciliation.sheets
  for each row when (current_user = 'ewaste_app' and (new.state <> 'Proposed' or new.origin <> 'Operator')) execute function arrives_as_proposal();

create table reconciliation.sheet_rows (
  sheet_id uuid not null references reconciliation.sheets,
  row_no integer not null check (row_no > 0),
  kind text not null,
  flow text,                                         -- of history: PlacedOnMarket or Collected; of targets: what is aimed at
  category text check (category in ('1', '2', '3', '4a', '4b', '5', '6', '*')),
  unu_key text references unu_keys,
  programme text check (programme in ('official', 'benchmark')), -- of targets
  region_kato text,                                  -- '-': not told by region; '*': the country
  year integer check (year between 1900 and 2199),
  quarter smallint not null default 0 check (quarter between 0 and 4),
  until_year integer,
  value numeric not null,                            -- grams, persons, percent or the shape of a lifetime
  value2 numeric,                                    -- the scale of a lifetime, in years
  words text,
  is_applied boolean not null default false,
  quarters int4range generated always as (case when year is null then null when quarter = 0 then int4range(year * 4, year * 4 + 4) else int4range(year * 4 + quarter - 1, year * 4 + quarter) end) stored,
  primary key (sheet_id, row_no),
  constraint history_row_is_whole check (kind <> 'History' or (flow in ('PlacedOnMarket', 'Collected') and category <> '*' and year is not null and region_kato is not null and value >= 0 and value = trunc(value))),
  constraint population_row_is_whole check (kind <> 'Population' or (region_kato is not null and year is not null and value > 0 and value = trunc(value))),
  constraint lifetime_row_is_whole check (kind <> 'Lifetimes' or (unu_key is not null and value > 0 and value <= 1000 and value2 > 0 and value2 <= 1000)),
  constraint growth_row_is_whole check (kind <> 'Growth' or (category is not null and value between -50 and 50)),
  constraint target_row_is_whole check (kind <> 'Targets' or (flow in ('Collection', 'CollectionOfGenerated', 'Recycling', 'Recovery') and words <> '' and programme is not null and year is not null and value between 0 and 100)),
  -- A quarter and its year, or one quarter twice, would be counted twice.
  constraint history_cell_imported_once exclude using gist (flow with =, category with =, (coalesce(unu_key, '-')) with =, region_kato with =, quarters with &&) where (kind = 'History' and is_applied)
);
create index sheet_rows_in_force on reconciliation.sheet_rows (kind, year, category) where is_applied;

-- Rows are taken with their proposal; afterwards only the second person's word changes them, all at once.
create function reconciliation.sheet_rows_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'is_applied' - 'quarters' is distinct from to_jsonb(old) - 'is_applied' - 'quarters') then
    raise exception 'rows of a sheet stay as they were brought' using errcode = 'restrict_violation', constraint = 'sheet_rows_keep';
  end if;
  if new.is_applied and (select s.state from reconciliation.sheets s where s.sheet_id = new.sheet_id) <> 'Applied' then
    raise exception 'rows are in force when their sheet is' using errcode = 'restrict_violation', constraint = 'sheet_rows_keep';
  end if;
  return new;
end $$;
create trigger sheet_rows_keep before insert or update on reconciliation.sheet_rows for each row execute function reconciliation.sheet_rows_keep();
grant insert, update on reconciliation.sheets, reconciliation.sheet_rows to ewaste_app;

-- What others say of this country and its neighbours, with their address and how sure we are that they said it. domain.md, section 10: never mixed with ours.
create table reconciliation.national_figures (
  row_no integer primary key,
  country text not null,
  year integer not null,
  indicator text not null,
  value numeric not null,
  unit text not null,
  source_url text not null,
  confidence text not null
);
