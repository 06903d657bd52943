-- Cases open by rules and end by people. Nobody chooses whom: a rule is a query, a case is one fact that it found, opened once.
-- The product never says that a fine was imposed: an escalated case is a file handed to the authorised body against a receipt. domain.md, section 11.

create sequence case_numbers;
create table compliance_cases (
  case_id uuid primary key default uuidv7(),
  number text not null constraint case_number_once unique check (number ~ '^K-[0-9]{4}-[0-9]{4,}$'),
  rule text not null,
  fact_key text not null check (fact_key <> ''),
  organisation_id uuid references organisations, -- none: nobody of this number is registered
  subject_bin text check (subject_bin ~ '^[0-9]{12}$'), -- a company's, as customs names it
  region_kato text references regions,
  facts jsonb not null, -- the figures that the rule saw; "why?" shows them
  size_grams bigint check (size_grams >= 0),
  size_tiyn bigint check (size_tiyn >= 0),
  state text not null default 'Open',
  opened_by uuid references people, -- none: by a rule
  opened_at timestamptz not null default app.now(),
  answer_due_on date,
  end_reason text,
  authority text,
  receipt text,
  ended_at timestamptz,
  constraint case_rule_known check (rule in ('InvoiceUnpaid', 'Unregistered', 'Undeclared', 'UnderDeclared', 'WeightGap', 'CertificationExpired', 'ImplausibleWeight', 'LinkedToDebtor', 'Inspector')),
  constraint case_once_per_fact unique (rule, fact_key),
  constraint case_state_known check (state in ('Open', 'Notified', 'Answered', 'Resolved', 'Escalated')),
  constraint case_is_about_somebody check (num_nonnulls(organisation_id, subject_bin) = 1),
  constraint case_ended_says_why check ((state in ('Resolved', 'Escalated')) = (ended_at is not null) and (ended_at is null) = (end_reason is null)),
  constraint case_escalated_against_a_receipt check ((state = 'Escalated') = (authority is not null and receipt is not null) and num_nulls(authority, receipt) in (0, 2)),
  constraint case_of_a_person_has_words check ((rule = 'Inspector') = (opened_by is not null))
);
create index compliance_cases_open on compliance_cases (opened_at, case_id) where state in ('Open', 'Notified', 'Answered');
create index compliance_cases_of_organisation on compliance_cases (organisation_id, case_id);
create index compliance_cases_of_region on compliance_cases (region_kato, case_id);
revoke delete, truncate on compliance_cases from ewaste_app;

-- Which step may follow which; a step that is not here cannot be written.
create table case_steps (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into case_steps (from_state, to_state) values
  ('Open', 'Notified'), ('Open', 'Resolved'), ('Notified', 'Answered'), ('Notified', 'Resolved'), ('Notified', 'Escalated'),
  ('Answered', 'Notified'), ('Answered', 'Resolved'), ('Answered', 'Escalated');
revoke insert, update, delete, truncate on case_steps from ewaste_app;
create function case_takes_an_allowed_step() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and not exists (select from case_steps s where s.from_state = old.state and s.to_state = new.state) then
    raise exception 'a case that is % does not become %', old.state, new.state using errcode = 'check_violation', constraint = 'case_step_allowed';
  end if;
  return new;
end $$;
create trigger case_step_allowed before update on compliance_cases for each row execute function case_takes_an_allowed_step();

create table case_events (
  case_event_id uuid primary key default uuidv7(),
  case_id uuid not null references compliance_cases,
  event text not null check (event in ('Opened', 'Notified', 'Answered', 'FactGone', 'AppealMade', 'AppealUpheld', 'AppealRefused', 'OrderWritten', 'OrderProved', 'OrderClosed', 'PlanMade', 'PlanStepDone', 'Resolved', 'Escalated', 'Note')),
  note text check (length(note) <= 4000),
  person_id uuid references people, -- none: by a rule
  organisation_id uuid references organisations, -- of whom the person spoke
  at timestamptz not null default app.now()
);
create index case_events_of_case on case_events (case_id, at);
revoke update, delete, truncate on case_events from ewaste_app;
create trigger append_only before update or delete on case_events for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on case_events for each statement execute function app.refuse_change();

-- An appeal is always open to whoever a case is about; somebody else than who notified decides it.
create table case_appeals (
  appeal_id uuid primary key default uuidv7(),
  case_id uuid not null references compliance_cases,
  reasons text not null check (reasons <> '' and length(reasons) <= 4000),
  made_by uuid not null references people,
  made_at timestamptz not null default app.now(),
  decision text check (decision in ('Upheld', 'Refused')),
  decision_reasons text check (decision_reasons <> ''),
  decided_by uuid references people,
  decided_at timestamptz,
  constraint appeal_decided_whole check (num_nulls(decision, decision_reasons, decided_by, decided_at) in (0, 4)),
  constraint appeal_not_decided_by_who_made_it check (decided_by is null or decided_by <> made_by)
);
create unique index appeal_one_open on case_appeals (case_id) where decision is null;
revoke delete, truncate on case_appeals from ewaste_app;

-- An inspector's order: what to do until when, proved by the organisation, closed by the inspector of that region.
create sequence order_numbers;
create table case_orders (
  order_id uuid primary key default uuidv7(),
  number text not null constraint order_number_once unique check (number ~ '^P-[0-9]{4}-[0-9]{4,}$'),
  case_id uuid not null references compliance_cases,
  demand text not null check (demand <> '' and length(demand) <= 4000),
  due_on date not null,
  written_by uuid not null references people,
  written_at timestamptz not null default app.now(),
  proof text check (proof <> '' and length(proof) <= 4000),
  proved_by uuid references people,
  proved_at timestamptz,
  closed_by uuid references people,
  closed_at timestamptz,
  constraint order_proved_whole check (num_nulls(proof, proved_by, proved_at) in (0, 3)),
  constraint order_closed_after_proof check ((closed_at is null) = (closed_by is null) and (closed_at is null or proved_at is not null))
);
create index case_orders_of_case on case_orders (case_id);
revoke delete, truncate on case_orders from ewaste_app;

-- An improvement plan: steps with a day and where the money comes from.
create table case_plan_steps (
  plan_step_id uuid primary key default uuidv7(),
  case_id uuid not null references compliance_cases,
  step_no smallint not null check (step_no between 1 and 50),
  what text not null check (what <> '' and length(what) <= 1000),
  due_on date not null,
  funding text not null check (funding <> '' and length(funding) <= 300),
  made_by uuid not null references people,
  made_at timestamptz not null default app.now(),
  done_at timestamptz,
  done_by uuid references people,
  constraint plan_step_once unique (case_id, step_no),
  constraint plan_step_done_by_somebody check ((done_at is null) = (done_by is null))
);
revoke delete, truncate on case_plan_steps from ewaste_app;

-- What customs says crossed the border. The same file is taken once; a later file over the same days adds to it by document and code.
create sequence customs_extract_numbers;
create table customs_extracts (
  extract_id uuid primary key,
  number text not null constraint extract_number_once unique check (number ~ '^X-[0-9]{4}-[0-9]{4,}$'),
  source text not null check (source <> '' and length(source) <= 300),
  file_name text not null,
  sha256 bytea not null constraint extract_file_once unique,
  rows_taken integer not null default 0,
  rows_refused integer not null default 0,
  rows_known integer not null default 0, -- stood in an earlier extract
  imported_by uuid not null references people,
  imported_at timestamptz not null default app.now()
);
revoke delete, truncate on customs_extracts from ewaste_app;

create table customs_rows (
  extract_id uuid not null references customs_extracts,
  row_no integer not null check (row_no > 0),
  bin text not null check (bin ~ '^[0-9]{12}$'),
  hs_code text not null check (hs_code ~ '^[0-9]{4,10}$'),
  unu_key text references unu_keys,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  mass_grams bigint not null check (mass_grams > 0),
  cleared_on date not null,
  document_no text not null,
  document_key text generated always as (upper(regexp_replace(document_no, '\s', '', 'g'))) stored,
  primary key (extract_id, row_no),
  constraint customs_row_once unique (document_key, bin, hs_code, mass_grams, cleared_on)
);
create index customs_rows_of_importer on customs_rows (bin, category, cleared_on);
revoke update, delete, truncate on customs_rows from ewaste_app;

create table customs_refusals (
  extract_id uuid not null references customs_extracts,
  row_no integer not null,
  column_name text,
  value text check (length(value) <= 200),
  fault text not null,
  primary key (extract_id, row_no)
);
revoke update, delete, truncate on customs_refusals from ewaste_app;

-- Where no declaration was filed, the operator's estimate stands in for it, says so, and goes when the real one comes.
create table estimated_declarations (
  estimate_id uuid primary key default uuidv7(),
  case_id uuid not null constraint estimate_once_per_case unique references compliance_cases,
  organisation_id uuid not null references organisations,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  quarter_from date not null check (extract(day from quarter_from) = 1 and extract(month from quarter_from) in (1, 4, 7, 10)),
  grams bigint not null check (grams > 0),
  method text not null check (method <> ''),
  made_by uuid not null references people,
  made_at timestamptz not null default app.now(),
  replaced_at timestamptz
);
create index estimated_declarations_live on estimated_declarations (organisation_id, category, quarter_from) where replaced_at is null;
revoke delete, truncate on estimated_declarations from ewaste_app;
