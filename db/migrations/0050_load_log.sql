-- The log of loads: each load that a site fed to its treatment, by its own number. Brought as a whole file, again and again;
-- what was once submitted never disappears from it silently: it is in the next file, or it is withdrawn with a reason. domain.md, section 9.

-- Grows with each change of a site's year: a preview made before is stale.
create table load_books (
  site_id uuid not null references sites,
  year smallint not null check (year between 2000 and 2100),
  revision bigint not null default 0,
  primary key (site_id, year)
);
revoke delete, truncate on load_books from ewaste_app;

create table loads (
  load_id uuid primary key default uuidv7(),
  site_id uuid not null,
  year smallint not null,
  load_no text not null check (length(load_no) between 1 and 40),
  day date not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  grams bigint not null constraint load_has_mass check (grams > 0),
  container text,
  note text,
  version integer not null default 1,
  changed_at timestamptz not null default app.now(),
  withdrawn_at timestamptz,
  withdrawn_reason text,
  constraint load_of_a_book foreign key (site_id, year) references load_books,
  constraint load_once_per_year unique (site_id, year, load_no),
  constraint load_of_its_year check (extract(year from day) = year),
  constraint load_withdrawn_says_why check ((withdrawn_at is null) = (withdrawn_reason is null))
);
revoke delete, truncate on loads from ewaste_app;

-- What a load said before it was changed or withdrawn.
create table load_versions (
  load_id uuid not null references loads,
  version integer not null,
  day date not null, category text not null, grams bigint not null, container text, note text,
  ended_by uuid references people,
  ended_at timestamptz not null default app.now(),
  primary key (load_id, version)
);
revoke update, delete, truncate on load_versions from ewaste_app;
create trigger append_only before update or delete on load_versions for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on load_versions for each statement execute function app.refuse_change();

create table load_uploads (
  upload_id uuid primary key default uuidv7(),
  site_id uuid not null,
  organisation_id uuid not null,
  year smallint not null,
  file_name text not null,
  sha256 bytea not null,
  revision bigint not null, -- of the book that the preview was compared with
  row_count integer not null,
  uploaded_by uuid references people,
  uploaded_at timestamptz not null default app.now(),
  submitted_at timestamptz,
  added integer, changed integer, unchanged integer,
  constraint load_upload_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id)
);
create index load_uploads_of_site on load_uploads (site_id, year, upload_id);
revoke delete, truncate on load_uploads from ewaste_app;

-- The rows of previews. Not logged: after a crash of the database a preview is made again from the file, and nothing that was submitted is here.
create unlogged table load_upload_rows (
  upload_id uuid not null,
  row_no integer not null,
  load_no text not null,
  day date,
  category text,
  grams bigint,
  container text,
  note text,
  problem text, -- the first that was found
  value text,
  -- A preview is minutes old and has no statistics: the one index there is finds a row by its load, so that no plan compares rows times rows.
  primary key (upload_id, load_no, row_no)
);
grant delete on load_upload_rows to ewaste_app;
-- Thousands of rows come at once and are compared a second later: whoever wrote them tells the planner.
grant maintain on loads, load_upload_rows to ewaste_app;
