-- Figures that others published or that were kept before this system: imported with their source, never mixed with what was recorded here.
-- domain.md, section 10: published figures of others stand beside ours.
create table published_datasets (
  dataset_id uuid primary key default uuidv7(),
  code text not null unique check (code ~ '^[a-z0-9-]{3,60}$'),
  country text not null check (country ~ '^[A-Z]{3}$'),
  publisher text not null check (publisher <> ''),
  source text not null check (source <> ''),
  licence text not null check (licence <> ''),
  -- Example: another country, shown to try the method. Imported: this country's own past.
  kind text not null check (kind in ('Example', 'Imported')),
  imported_at timestamptz not null default app.now(),
  imported_by uuid
);

create table published_figures (
  dataset_id uuid not null references published_datasets on delete cascade,
  row_no integer not null check (row_no > 0),
  flow text not null check (flow in ('PlacedOnMarket', 'Collected', 'Received')),
  stream text not null check (stream in ('Household', 'NonHousehold', 'NonObligated')),
  -- The publisher's own category and its name: no mapping to ours is made here.
  category text not null check (length(category) between 1 and 20),
  category_name text not null check (length(category_name) between 1 and 200),
  year integer not null check (year between 1900 and 2200),
  part text not null check (part in ('Q1', 'Q2', 'Q3', 'Q4', 'H1', 'H2', 'Year')),
  -- 'Total', or the publisher's name of a part of it.
  measure text not null check (length(measure) between 1 and 200),
  grams bigint not null check (grams >= 0),
  primary key (dataset_id, row_no),
  constraint published_figure_once unique (dataset_id, flow, stream, category, year, part, measure)
);
