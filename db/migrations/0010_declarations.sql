-- What importers and producers declare: the declaration, its versions, their lines, and the files that lines come from.
-- Every key begins with the declaration (or its upload), so that the tables can be distributed by it.

create sequence declaration_numbers;

create table declarations (
  declaration_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  number text not null unique default 'D-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('declaration_numbers')::text, 6, '0'),
  kind text not null check (kind in ('Period', 'Nil', 'Consignment', 'ExportAdjustment')),
  -- A half-open range of days in Asia/Almaty: a quarter or a year.
  period_from date,
  period_until date,
  document_no text check (length(document_no) between 1 and 100),
  -- Spaces and letter case never make two documents out of one.
  document_key text generated always as (upper(regexp_replace(document_no, '\s', '', 'g'))) stored,
  -- Of the last submitted version; Draft until there is one.
  state text not null default 'Draft' check (state in ('Draft', 'Submitted', 'Accepted', 'Returned', 'Withdrawn')),
  current_version integer,
  draft_version integer,
  -- Grows with every change of the draft: what was validated is what is submitted.
  draft_revision bigint not null default 0,
  -- A file that is being taken in: nothing else may change the draft meanwhile.
  busy_upload_id uuid,
  created_at timestamptz not null default app.now(),
  created_by uuid,
  updated_at timestamptz not null default app.now(),
  updated_by uuid,
  constraint declaration_period_or_document check (
    case when kind in ('Period', 'Nil') then period_from < period_until and document_no is null
         else document_key <> '' and period_from is null and period_until is null end),
  constraint declaration_current_once_submitted check ((state in ('Draft', 'Withdrawn')) = (current_version is null)),
  constraint declaration_once_per_period exclude using gist (organisation_id with =, daterange(period_from, period_until) with &&)
    where (kind in ('Period', 'Nil') and state <> 'Withdrawn')
);
create unique index declaration_once_per_document on declarations (organisation_id, kind, document_key)
  where kind in ('Consignment', 'ExportAdjustment') and state <> 'Withdrawn';
-- One document is declared once in the country. Who declared it is nobody else's business, so the refusal names nobody.
create unique index declaration_document_once_in_country on declarations (document_key)
  where kind = 'Consignment' and state in ('Submitted', 'Accepted', 'Returned');
create index declarations_of_organisation on declarations (organisation_id, declaration_id desc);
create index declarations_by_state on declarations (state, declaration_id desc);

create table declaration_versions (
  declaration_id uuid not null references declarations,
  version integer not null check (version > 0),
  state text not null default 'Draft' check (state in ('Draft', 'Submitted', 'Withdrawn')),
  copied_from integer,
  correction_reason text,
  -- Sums over the lines, kept with every change; the invariants compare them.
  lines integer not null default 0 check (lines >= 0),
  priced_lines integer not null default 0,
  units bigint not null default 0,
  mass_grams bigint not null default 0,
  battery_grams bigint not null default 0,
  fee_tiyn bigint not null default 0,
  parked_rows integer not null default 0,
  open_warnings integer not null default 0,
  next_line_no integer not null default 1,
  -- Which state of the tariff priced the lines; null when they were priced by more than one.
  price_stamp text,
  programme text check (programme in ('Official', 'Illustrative')),
  packaging_document_no text check (length(packaging_document_no) between 1 and 100),
  submitted_at timestamptz,
  submitted_by uuid,
  submitted_on_behalf_of uuid,
  submitted_revision bigint,
  canonical_sha256 bytea check (length(canonical_sha256) = 32),
  canonical_bytes bigint,
  decision text check (decision in ('Accepted', 'Returned')),
  decision_reasons text,
  decided_at timestamptz,
  decided_by uuid,
  created_at timestamptz not null default app.now(),
  created_by uuid,
  primary key (declaration_id, version),
  constraint version_submitted_as_a_whole check (
    (state = 'Submitted') = (num_nonnulls(submitted_at, submitted_revision, canonical_sha256, programme) = 4)),
  constraint version_decided_after_submission check (decision is null or (state = 'Submitted' and decided_at is not null)),
  constraint version_returned_with_reasons check (decision is distinct from 'Returned' or decision_reasons <> '')
);
create unique index version_one_draft on declaration_versions (declaration_id) where state = 'Draft';

create table declaration_version_totals (
  declaration_id uuid not null,
  version integer not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6', '-')), -- '-': spare parts and rows of zeros
  lines integer not null,
  units bigint not null,
  mass_grams bigint not null,
  fee_tiyn bigint not null,
  primary key (declaration_id, version, category),
  foreign key (declaration_id, version) references declaration_versions
);

-- No foreign key on lines: checking a million rows one by one takes longer than reading them. A trigger looks once per statement.
create table declaration_lines (
  declaration_id uuid not null,
  version integer not null,
  line_no integer not null check (line_no > 0),
  upload_no smallint,
  row_no integer,
  copied_line_no integer, -- the line of the version this one was copied from
  changed_revision bigint not null,
  category_changes smallint not null default 0,
  content_hash bigint not null, -- of what the declarant wrote: equal lines have equal hashes
  hs_code text,
  unu_key_given text,
  unu_key text,
  category text,
  description text,
  units bigint,
  mass_grams bigint,
  battery_grams bigint,
  source text,
  condition text,
  obligation_date date,
  origin text,
  document_no text,
  packaging_document text, -- packaging is declared elsewhere, under this document
  -- Why this price: none of it means the line carries no fee (a spare part, a row of zeros, an export).
  methodology_id uuid,
  tariff_row_id uuid,
  tariff_match text,
  coefficient numeric,
  mci_value numeric,
  mci_from date,
  product_fee_tiyn bigint,
  fee_tiyn bigint, -- product and packaging
  -- An export names the line that it lowers.
  exported_declaration_id uuid,
  exported_line_no integer,
  function_test text,
  primary key (declaration_id, version, line_no),
  constraint line_price_is_whole check (num_nulls(methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn) in (0, 8)),
  constraint line_mass_not_negative check (mass_grams >= 0 and units >= 0 and battery_grams >= 0 and fee_tiyn >= product_fee_tiyn and product_fee_tiyn >= 0),
  constraint line_export_names_its_line check (num_nulls(exported_declaration_id, exported_line_no) in (0, 2))
);

create table declaration_packaging (
  declaration_id uuid not null,
  version integer not null,
  line_no integer not null,
  item_no smallint not null,
  kind text not null check (kind in ('plastic', 'paper', 'metal', 'combined', 'glass')),
  mass_grams bigint not null check (mass_grams > 0),
  methodology_id uuid,
  tariff_row_id uuid,
  coefficient numeric,
  mci_value numeric,
  fee_tiyn bigint,
  primary key (declaration_id, version, line_no, item_no),
  constraint packaging_price_is_whole check (num_nulls(methodology_id, tariff_row_id, coefficient, mci_value, fee_tiyn) in (0, 5))
);

-- Rows with errors wait here, as they were written; they are never lost and never part of a submitted version.
create table parked_rows (
  declaration_id uuid not null,
  version integer not null,
  line_no integer not null,
  upload_no smallint,
  row_no integer,
  copied_line_no integer,
  changed_revision bigint not null,
  category_changes smallint not null default 0,
  fields text[] not null,
  primary key (declaration_id, version, line_no)
);

-- What is wrong (errors, with a parked row) or odd (warnings, with a line). Line 0 is the declaration as a whole.
create table row_problems (
  declaration_id uuid not null,
  version integer not null,
  line_no integer not null,
  code text not null,
  column_name text not null,
  severity text not null check (severity in ('Error', 'Warning')),
  value text not null check (length(value) <= 201),
  detail text not null default '',
  detail2 text not null default '',
  row_no integer,
  reason text check (reason <> ''),
  reason_by uuid,
  reason_at timestamptz,
  primary key (declaration_id, version, line_no, code, column_name, value),
  constraint problem_reason_by_somebody check ((reason is null) = (reason_at is null)),
  constraint problem_error_has_no_reason check (severity = 'Warning' or reason is null)
);

-- One entry for "apply to all rows like this", so that it can be taken back.
create table row_fixes (
  fix_id uuid primary key default uuidv7(),
  declaration_id uuid not null,
  version integer not null,
  revision bigint not null,
  code text not null,
  column_name text not null,
  value text not null,
  new_value text not null,
  rows integer not null,
  made_at timestamptz not null default app.now(),
  made_by uuid,
  undone_at timestamptz,
  undone_by uuid,
  foreign key (declaration_id, version) references declaration_versions
);
create index row_fixes_of_version on row_fixes (declaration_id, version, fix_id);

create table row_fix_rows (
  fix_id uuid not null references row_fixes,
  line_no integer not null,
  fields text[] not null,
  primary key (fix_id, line_no)
);

create table uploads (
  upload_id uuid primary key default uuidv7(),
  declaration_id uuid not null references declarations,
  version integer not null,
  organisation_id uuid not null,
  upload_no smallint not null,
  kind text not null check (kind in ('Csv', 'Xlsx', 'Paste', 'Copy', 'Api')),
  mode text not null check (mode in ('Replace', 'Add')),
  state text not null default 'Receiving' check (state in ('Receiving', 'NeedsMapping', 'Queued', 'Processing', 'Done', 'Failed', 'Cancelled', 'Replaced')),
  file_name text not null check (length(file_name) <= 255),
  size_bytes bigint not null default 0,
  sha256 bytea,
  header text[],
  obligation_date date, -- for a copy: the new date of its lines
  copied_declaration_id uuid,
  copied_version integer,
  first_line_no integer,
  header_row integer,
  separator text,
  decimal_mark text not null default 'Unknown' check (decimal_mark in ('Unknown', 'Comma', 'Point')),
  encoding text,
  told_encoding text,
  rows_read integer not null default 0,
  bytes_read bigint not null default 0,
  accepted integer not null default 0,
  warned integer not null default 0,
  refused integer not null default 0,
  problem_code text,
  problem_row integer,
  problem_value text,
  problem_expected text,
  attempts integer not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default app.now(),
  created_by uuid,
  actor jsonb not null default '{}',
  started_at timestamptz,
  finished_at timestamptz,
  constraint upload_once_per_number unique (declaration_id, upload_no),
  constraint upload_rows_all_accounted_for check (state not in ('Done', 'Replaced') or accepted + warned + refused = rows_read),
  foreign key (declaration_id, version) references declaration_versions
);
create index uploads_waiting on uploads (upload_id) where state in ('Queued', 'Processing');
create index uploads_abandoned on uploads (created_at) where state = 'Receiving';

-- The file itself, so that any node can take it in, again if need be, and its owner gets it back with marks.
create table upload_chunks (
  upload_id uuid not null references uploads on delete cascade,
  chunk_no integer not null,
  bytes bytea not null,
  primary key (upload_id, chunk_no)
);
alter table upload_chunks alter column bytes set storage external; -- trying to compress costs more than it saves

create table column_mappings (
  organisation_id uuid not null references organisations,
  header_key text not null check (length(header_key) between 1 and 200),
  column_name text, -- null: a column to be left out
  used_at timestamptz not null default app.now(),
  primary key (organisation_id, header_key)
);

-- How much of a declared line has been exported: the check decides when two exports of one line are submitted at once.
create table exported_lines (
  declaration_id uuid not null references declarations,
  line_no integer not null,
  declared_grams bigint not null,
  exported_grams bigint not null,
  primary key (declaration_id, line_no),
  constraint export_within_what_was_declared check (exported_grams between 0 and declared_grams)
);

create table declaration_events (
  event_id uuid primary key default uuidv7(),
  declaration_id uuid not null references declarations,
  version integer,
  event text not null check (event in ('Created', 'FileTaken', 'LinesCopied', 'FixApplied', 'FixUndone', 'Submitted', 'Accepted', 'Returned', 'CorrectionStarted', 'CorrectionWithdrawn', 'Withdrawn')),
  at timestamptz not null default app.now(),
  person_id uuid,
  on_behalf_of_id uuid,
  detail jsonb not null default '{}'
);
create index declaration_events_in_order on declaration_events (declaration_id, event_id);

-- What was submitted stays as it was; only the operator's decision is added, once.
create function declaration_versions_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'versions are never deleted' using errcode = 'restrict_violation', constraint = 'submitted_version_never_changes';
  end if;
  if old.state <> 'Draft' and (
       to_jsonb(new) - array['decision', 'decision_reasons', 'decided_at', 'decided_by'] is distinct from
       to_jsonb(old) - array['decision', 'decision_reasons', 'decided_at', 'decided_by']
       or old.decision is not null) then
    raise exception 'version % of declaration % was submitted and never changes', old.version, old.declaration_id
      using errcode = 'restrict_violation', constraint = 'submitted_version_never_changes';
  end if;
  return new;
end $$;
create trigger declaration_versions_keep before update or delete on declaration_versions for each row execute function declaration_versions_keep();

create function lines_are_of_a_draft() returns trigger language plpgsql as $$
begin
  if exists (
      select from (select distinct declaration_id, version from changed) c
        left join declaration_versions v using (declaration_id, version)
       where v.state is distinct from 'Draft') then
    raise exception '% of a version that is not a draft never change', tg_table_name
      using errcode = 'restrict_violation', constraint = 'submitted_version_never_changes';
  end if;
  return null;
end $$;
do $$
declare
  name text;
begin
  foreach name in array array['declaration_lines', 'declaration_packaging', 'declaration_version_totals', 'parked_rows', 'row_problems'] loop
    execute format('create trigger %I after insert on %I referencing new table as changed for each statement execute function lines_are_of_a_draft()', name || '_added', name);
    execute format('create trigger %I after delete on %I referencing old table as changed for each statement execute function lines_are_of_a_draft()', name || '_removed', name);
    execute format('revoke update, truncate on %I from ewaste_app', name); -- a changed line is a new row under the same number
  end loop;
end $$;
-- Only the reason that a declarant gives for a warning is filled in later.
create trigger row_problems_reasoned after update on row_problems referencing old table as changed for each statement execute function lines_are_of_a_draft();
grant update (reason, reason_by, reason_at) on row_problems to ewaste_app;
revoke delete, truncate on declarations, declaration_versions, uploads, declaration_events, exported_lines, row_fixes from ewaste_app;
revoke update, delete on declaration_events, row_fix_rows from ewaste_app;
