-- How a certification comes about, is watched and ends: permits and equipment of sites, application, audits drawn by the system, decisions of two people,
-- a history that a trigger writes for each change of state along an allow-list. domain.md, section 9; issue 6, part 1.

alter table sites add column revised_at timestamptz;
alter table certifications add column state_by uuid references people, add column demo_code text unique;

-- What a site proves it may do and does it with. Rows end, they are never deleted: an audit refers to them.
create table certification_files (
  file_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  name text not null check (length(name) between 1 and 200),
  content_type text not null check (content_type in ('application/pdf', 'image/jpeg', 'image/png')),
  bytes bytea not null check (octet_length(bytes) between 1 and 2097152),
  sha256 bytea not null generated always as (sha256(bytes)) stored,
  made_at timestamptz not null default app.now()
);
revoke update, delete, truncate on certification_files from ewaste_app;

create table site_permits (
  permit_id uuid primary key default uuidv7(),
  site_id uuid not null references sites,
  number text not null,
  issuer text not null,
  issued_on date not null,
  expires_on date,
  file_id uuid references certification_files,
  made_at timestamptz not null default app.now(),
  ended_at timestamptz,
  constraint permit_valid_a_day check (expires_on is null or issued_on < expires_on)
);
create unique index permit_once on site_permits (site_id, number) where ended_at is null;
revoke delete, truncate on site_permits from ewaste_app;

create table site_equipment (
  equipment_id uuid primary key default uuidv7(),
  site_id uuid not null references sites,
  name text not null,
  units integer not null check (units between 1 and 1000),
  kg_per_hour integer check (kg_per_hour > 0),
  made_at timestamptz not null default app.now(),
  ended_at timestamptz
);
create index site_equipment_of_site on site_equipment (site_id);
revoke delete, truncate on site_equipment from ewaste_app;

-- R and D codes, and preparing for reuse: one list for certification and treatment. No result: a step before the last one (sorting, storage),
-- which proves nothing, so no output may end there.
create table treatment_operations (
  operation text primary key check (operation ~ '^(R([1-9]|1[0-3])|D([1-9]|1[0-5])|Reuse)$'),
  position smallint not null,
  result text check (result in ('Reused', 'Recycled', 'Recovered', 'Disposed')),
  name_kk text not null, name_ru text not null, name_en text not null,
  source text not null
);

-- Which change of state is allowed; everything else is refused by the trigger below. From '' is the beginning.
create table certification_transitions (
  subject text not null check (subject in ('Application', 'Audit', 'Certification')),
  from_state text not null,
  to_state text not null,
  primary key (subject, from_state, to_state)
);
insert into certification_transitions (subject, from_state, to_state) values
  ('Application', '', 'Draft'), ('Application', 'Draft', 'Submitted'), ('Application', 'Submitted', 'Returned'), ('Application', 'Returned', 'Submitted'),
  ('Application', 'Submitted', 'Audit'), ('Application', 'Audit', 'Corrections'), ('Application', 'Audit', 'Decision'), ('Application', 'Corrections', 'Decision'),
  ('Application', 'Decision', 'Certified'), ('Application', 'Decision', 'Refused'),
  ('Application', 'Draft', 'Withdrawn'), ('Application', 'Submitted', 'Withdrawn'), ('Application', 'Returned', 'Withdrawn'), ('Application', 'Audit', 'Withdrawn'), ('Application', 'Corrections', 'Withdrawn'),
  ('Audit', '', 'Waiting'), ('Audit', 'Waiting', 'Assigned'), ('Audit', 'Assigned', 'Waiting'), ('Audit', 'Assigned', 'Reported'), ('Audit', 'Reported', 'Closed'), ('Audit', 'Waiting', 'Cancelled'), ('Audit', 'Assigned', 'Cancelled'), ('Audit', 'Reported', 'Cancelled'),
  ('Certification', '', 'Valid'), ('Certification', 'Valid', 'Suspended'), ('Certification', 'Suspended', 'Valid'), ('Certification', 'Valid', 'Withdrawn'), ('Certification', 'Suspended', 'Withdrawn');
revoke insert, update, delete, truncate on certification_transitions from ewaste_app;

create table certification_history (
  history_id uuid primary key default uuidv7(),
  subject text not null,
  subject_id uuid not null,
  organisation_id uuid not null references organisations,
  from_state text not null,
  to_state text not null,
  reason text,
  person_id uuid references people,
  at timestamptz not null default app.now(),
  place bigint generated always as identity, -- the order of changes within one instant
  told_at timestamptz, -- the letter of it went into the outbox
  constraint history_along_the_list foreign key (subject, from_state, to_state) references certification_transitions
);
create index certification_history_of_subject on certification_history (subject_id, place);
create index certification_history_untold on certification_history (place) where told_at is null;
revoke delete, truncate on certification_history from ewaste_app;
create function app.refuse_rewriting_history() returns trigger
  language plpgsql
  as $$
begin
  if (new.history_id, new.subject, new.subject_id, new.from_state, new.to_state, new.reason, new.person_id, new.at, new.place) is distinct from (old.history_id, old.subject, old.subject_id, old.from_state, old.to_state, old.reason, old.person_id, old.at, old.place) then
    raise exception 'What happened to a certification is not rewritten.' using errcode = 'restrict_violation', constraint = 'append_only';
  end if;
  return new;
end $$;
create trigger append_only before update on certification_history for each row execute function app.refuse_rewriting_history();

create sequence certification_application_numbers;
create table certification_applications (
  application_id uuid primary key default uuidv7(),
  number text not null constraint application_number_once unique check (number ~ '^K-[0-9]{4}-[0-9]{4,}$'),
  organisation_id uuid not null references organisations,
  kind text not null check (kind in ('Recycler', 'Refurbisher')),
  state text not null default 'Draft' check (state in ('Draft', 'Submitted', 'Returned', 'Audit', 'Corrections', 'Decision', 'Certified', 'Refused', 'Withdrawn')),
  state_reason text,
  state_by uuid references people,
  head_name text, -- who answers for the work
  note text,
  created_by uuid references people,
  created_at timestamptz not null default app.now(),
  submitted_at timestamptz,
  certification_id uuid references certifications,
  demo_code text unique,
  constraint application_says_why check (state not in ('Returned', 'Refused') or state_reason is not null),
  constraint application_certified_has_one check ((state = 'Certified') = (certification_id is not null)),
  constraint application_of_organisation unique (application_id, organisation_id)
);
create unique index one_open_application on certification_applications (organisation_id, kind) where state not in ('Certified', 'Refused', 'Withdrawn');
create index applications_by_state on certification_applications (state, application_id);
revoke delete, truncate on certification_applications from ewaste_app;

create table application_scopes (
  application_id uuid not null,
  organisation_id uuid not null,
  site_id uuid not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  operations text[] not null check (cardinality(operations) > 0),
  annual_grams bigint not null check (annual_grams > 0),
  primary key (application_id, site_id, category),
  constraint scope_of_own_application foreign key (application_id, organisation_id) references certification_applications (application_id, organisation_id),
  constraint scope_of_own_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id)
);

-- Proposed by one person of the operator, decided by another.
create table certification_decisions (
  decision_id uuid primary key default uuidv7(),
  kind text not null check (kind in ('Certify', 'Refuse', 'Withdraw', 'Override')),
  application_id uuid references certification_applications,
  certification_id uuid references certifications,
  site_id uuid references sites, -- of an override
  category text check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  extra_grams bigint check (extra_grams > 0),
  valid_from date,
  expires_on date,
  reason text not null check (length(reason) >= 3),
  proposed_by uuid not null references people,
  proposed_at timestamptz not null default app.now(),
  state text not null default 'Proposed' check (state in ('Proposed', 'Approved', 'Declined')),
  decided_by uuid references people,
  decided_at timestamptz,
  decline_reason text,
  constraint certification_decision_two_people check (decided_by is distinct from proposed_by),
  constraint certification_decision_decided check ((state = 'Proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint certification_decision_declined_says_why check ((state = 'Declined') = (decline_reason is not null)),
  constraint certification_decision_about_one_thing check ((kind in ('Certify', 'Refuse')) = (application_id is not null) and (kind in ('Withdraw', 'Override')) = (certification_id is not null)),
  constraint certification_decision_days check ((kind in ('Certify', 'Override')) = (valid_from is not null and expires_on is not null) and (valid_from is null or valid_from < expires_on)),
  constraint certification_override_complete check ((kind = 'Override') = (site_id is not null and category is not null and extra_grams is not null))
);
create unique index one_open_decision_of_application on certification_decisions (application_id) where state = 'Proposed' and application_id is not null;
create unique index one_open_decision_of_certification on certification_decisions (certification_id, kind) where state = 'Proposed' and certification_id is not null;
create index decisions_of_site on certification_decisions (site_id, category) where kind = 'Override' and state = 'Approved';
revoke delete, truncate on certification_decisions from ewaste_app;

-- Audits, and who was drawn for each.
create sequence audit_numbers;
create table audits (
  audit_id uuid primary key default uuidv7(),
  number text not null constraint audit_number_once unique check (number ~ '^U-[0-9]{4}-[0-9]{4,}$'),
  kind text not null check (kind in ('Certification', 'Surveillance')),
  organisation_id uuid not null references organisations,
  application_id uuid references certification_applications,
  certification_id uuid references certifications,
  state text not null default 'Waiting' check (state in ('Waiting', 'Assigned', 'Reported', 'Closed', 'Cancelled')),
  state_reason text,
  state_by uuid references people,
  visited_on date,
  summary text,
  made_at timestamptz not null default app.now(),
  demo_code text unique,
  constraint audit_of_one_thing check ((kind = 'Certification') = (application_id is not null) and (kind = 'Surveillance') = (certification_id is not null)),
  constraint audit_reported_says_when check (state not in ('Reported', 'Closed') or (visited_on is not null and summary is not null))
);
create unique index one_live_audit_of_application on audits (application_id) where state <> 'Cancelled';
create index audits_of_organisation on audits (organisation_id, audit_id);
create index audits_of_certification on audits (certification_id, audit_id);
revoke delete, truncate on audits from ewaste_app;

-- The draw: who could have been drawn, the number the generator gave, and who it was. Declined or not, the pair does not meet again within two years.
create table audit_assignments (
  assignment_id uuid primary key default uuidv7(),
  audit_id uuid not null references audits,
  organisation_id uuid not null references organisations,
  auditor_organisation_id uuid not null references organisations,
  candidates uuid[] not null,
  drawn_place integer not null,
  drawn_at timestamptz not null default app.now(),
  drawn_on date not null default app.today(),
  declined_at timestamptz,
  declined_by uuid references people,
  declined_reason text,
  constraint auditor_is_another check (auditor_organisation_id <> organisation_id),
  constraint auditor_was_the_one_drawn check (candidates[drawn_place] = auditor_organisation_id),
  constraint auditor_declined_says_why check ((declined_at is null) = (declined_reason is null)),
  constraint auditor_not_twice_in_two_years exclude using gist (organisation_id with =, auditor_organisation_id with =, daterange(drawn_on, (drawn_on + interval '2 years')::date) with &&)
);
create unique index one_auditor_at_a_time on audit_assignments (audit_id) where declined_at is null;
create index assignments_of_auditor on audit_assignments (auditor_organisation_id, assignment_id);
revoke delete, truncate on audit_assignments from ewaste_app;

create table audit_checklist (
  item text primary key check (item ~ '^[A-Z][0-9]{2}$'),
  position integer not null,
  text_kk text not null, text_ru text not null, text_en text not null,
  source text not null
);

create table audit_answers (
  audit_id uuid not null references audits,
  item text not null references audit_checklist,
  answer text not null check (answer in ('Yes', 'No', 'NotApplicable')),
  note text,
  primary key (audit_id, item)
);

create table audit_findings (
  finding_id uuid primary key default uuidv7(),
  audit_id uuid not null references audits,
  finding_no smallint not null check (finding_no between 1 and 200),
  severity text not null check (severity in ('Major', 'Minor', 'Observation')),
  item text references audit_checklist,
  text text not null,
  due_on date,
  state text not null default 'Open' check (state in ('Open', 'Answered', 'Closed')),
  made_at timestamptz not null default app.now(),
  closed_at timestamptz,
  constraint finding_once unique (audit_id, finding_no),
  constraint finding_has_a_date check ((severity = 'Observation') = (due_on is null)),
  constraint finding_closed_at_a_time check ((state = 'Closed') = (closed_at is not null))
);
create table corrective_actions (
  action_id uuid primary key default uuidv7(),
  finding_id uuid not null references audit_findings,
  text text not null,
  done_on date not null,
  file_id uuid references certification_files,
  made_by uuid references people,
  made_at timestamptz not null default app.now(),
  judged_by uuid references people,
  judged_at timestamptz,
  is_accepted boolean,
  judgement text,
  constraint action_judged_whole check ((judged_at is null) = (is_accepted is null)),
  constraint action_refused_says_why check (is_accepted is distinct from false or judgement is not null)
);
create unique index one_open_action on corrective_actions (finding_id) where judged_at is null;
revoke delete, truncate on audit_findings, corrective_actions from ewaste_app;

-- Surveillance is drawn once a month; every certification that could have been drawn keeps its risk, factor by factor, and whether it was.
create table surveillance_draws (
  month date primary key check (extract(day from month) = 1),
  drawn_at timestamptz not null default app.now(),
  places integer not null check (places >= 0)
);
create table surveillance_risks (
  month date not null references surveillance_draws,
  certification_id uuid not null references certifications,
  majors integer not null, minors integer not null, days_since_audit integer not null, overrides integer not null,
  risk integer not null,
  is_drawn boolean not null default false,
  primary key (month, certification_id),
  constraint risk_by_the_public_formula check (risk = 10 + 30 * majors + 10 * minors + days_since_audit / 15 + 20 * overrides)
);
revoke update, delete, truncate on surveillance_draws, surveillance_risks from ewaste_app;

-- What ends soon is told once.
create table expiry_letters (
  certification_id uuid not null references certifications,
  kind text not null check (kind in ('Soon', 'Over')),
  told_at timestamptz not null default app.now(),
  primary key (certification_id, kind)
);
