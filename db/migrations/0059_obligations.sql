-- Obligations of importers and producers with a system of their own. domain.md, section 10.
-- The basis is data: a share r of the own volume, or T kilograms shared out by market share, the operator standing for those who pay.
-- r and T are not known to us, so nothing is computed until two people have entered them with the act they rest on.

create table reconciliation.own_systems (
  own_system_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  -- Half-open days: membership of a part of a year weighs by its days, and is rounded once.
  from_on date not null,
  until_on date,
  document text not null check (length(document) between 1 and 300), -- on what paper it rests
  entered_by uuid not null references people,
  entered_at timestamptz not null default app.now(),
  constraint own_system_lasts_a_day check (from_on < until_on),
  constraint own_system_once_at_a_time exclude using gist (organisation_id with =, daterange(from_on, until_on) with &&)
);
create index own_systems_of_organisation on reconciliation.own_systems (organisation_id);

create table reconciliation.obligation_runs (
  run_id uuid primary key default uuidv7(),
  year integer not null check (year between 2000 and 2199),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  basis text not null check (basis in ('OwnVolume', 'MarketShare')),
  share_percent numeric check (share_percent > 0 and share_percent <= 100),
  total_kg bigint not null constraint obligation_has_mass check (total_kg > 0),
  reference_year integer not null,
  act text not null constraint obligation_names_its_act check (length(act) between 1 and 500),
  all_grams bigint not null check (all_grams >= 0), -- placed on the market by all declarants in the reference year
  state text not null default 'Proposed' check (state in ('Proposed', 'Published', 'Superseded', 'Withdrawn')),
  proposed_by uuid not null references people, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint obligation_share_with_own_volume check ((basis = 'OwnVolume') = (share_percent is not null)),
  constraint obligation_two_people check (state not in ('Published', 'Superseded') or (decided_by is not null and decided_by <> proposed_by))
);
create unique index obligation_in_force_once on reconciliation.obligation_runs (year, category) where state = 'Published';
create unique index obligation_one_open on reconciliation.obligation_runs (year, category) where state = 'Proposed';
create trigger obligation_runs_keep before update on reconciliation.obligation_runs for each row execute function decided_once();

create table reconciliation.obligation_shares (
  run_id uuid not null references reconciliation.obligation_runs,
  position integer not null check (position > 0),  -- ties go to the smaller number
  organisation_id uuid references organisations,   -- none: the operator, for those who pay
  base_year integer not null,                      -- of which year the mass counted: the reference year, or the current one where there was none
  base_grams bigint not null check (base_grams >= 0),
  days integer not null check (days between 1 and 366),
  kg bigint not null check (kg >= 0),
  primary key (run_id, position),
  constraint obligation_share_once unique nulls not distinct (run_id, organisation_id)
);
create index obligation_shares_of_organisation on reconciliation.obligation_shares (organisation_id, run_id);
create trigger append_only before update or delete on reconciliation.obligation_shares for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on reconciliation.obligation_shares for each statement execute function app.refuse_change();

grant insert, update on reconciliation.own_systems, reconciliation.obligation_runs to ewaste_app;
grant insert on reconciliation.obligation_shares to ewaste_app;
