-- What the public is shown of the reconciliation: one edition a day for each year. Between two editions nothing moves, so nobody learns what
-- one visit to a point brought by looking twice. quality.md, B 26; domain.md, section 11.
create table reconciliation.public_editions (
  year integer primary key check (year between 2000 and 2199),
  day date not null,
  made_at timestamptz not null default app.now()
);

-- '*' as region is the country, as category the sum. Why a cell is suppressed is written nowhere: it would tell which one is the small one.
create table reconciliation.public_cells (
  year integer not null references reconciliation.public_editions on delete cascade,
  region_kato text not null,
  category text not null,
  measure text not null,
  grams bigint,
  basis text not null check (basis in ('Recorded', 'Imported')),
  is_suppressed boolean not null,
  primary key (year, region_kato, category, measure),
  constraint public_cell_suppressed_has_no_amount check (is_suppressed = (grams is null))
);
grant select, insert, update, delete on reconciliation.public_editions, reconciliation.public_cells to ewaste_app;
