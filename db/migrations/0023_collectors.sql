-- Individual collectors: registered by who keeps a point, within limits, with named sources, paid on weighed mass by the operator's tariff.

insert into ledger.purposes (purpose, sort, description) values
  ('collection_costs', 'derived', 'what collecting has cost the operator: negative'),
  ('collector_payable', 'derived', 'what is owed to one collector');
insert into ledger.kinds (kind, description) values
  ('collector_weighed_in', 'a collector''s load was weighed in: from the last holders into the lot of its container'),
  ('collector_earned', 'a collector earned by a weighed load');

create sequence collector_codes;
create table collectors (
  collector_id uuid primary key default uuidv7(),
  code text not null constraint collector_code_once unique check (code ~ '^K-[0-9]{5,}$'),
  organisation_id uuid not null references organisations, -- who registered them and answers for them
  name text not null check (name <> '' and length(name) <= 200),
  -- To recognise a person who is registered elsewhere, and to call them; nothing else is kept of who they are.
  phone_hash bytea not null constraint collector_registered_once unique,
  phone_sealed bytea not null,
  region_kato text not null references regions,
  day_limit_grams bigint not null constraint collector_day_limit_sensible check (day_limit_grams between 1000 and 5000000),
  month_limit_grams bigint not null constraint collector_month_limit_sensible check (month_limit_grams between 1000 and 50000000),
  state text not null default 'Active' check (state in ('Active', 'Suspended', 'Ended')),
  state_reason text,
  registered_by uuid not null references people,
  registered_at timestamptz not null default app.now(),
  constraint collector_day_within_month check (day_limit_grams <= month_limit_grams),
  constraint collector_stopped_says_why check (state = 'Active' or state_reason is not null)
);
create index collectors_of_organisation on collectors (organisation_id, collector_id);
revoke delete, truncate on collectors from ewaste_app;

-- Where it comes from must have a name before it is weighed: a load without a source is bought from nobody knows whom.
create table collector_sources (
  source_id uuid primary key default uuidv7(),
  collector_id uuid not null references collectors,
  kind text not null check (kind in ('Homes', 'Offices', 'Shops', 'Workshops', 'Buildings')),
  name text not null check (name <> '' and length(name) <= 200),
  address text not null check (address <> '' and length(address) <= 300),
  added_at timestamptz not null default app.now(),
  constraint collector_source_once unique (collector_id, name, address),
  constraint collector_source_of_collector unique (source_id, collector_id)
);

create sequence collector_load_numbers;
create table collector_loads (
  load_id uuid primary key,
  number text not null constraint collector_load_number_once unique check (number ~ '^L-[0-9]{4}-[0-9]{4,}$'),
  collector_id uuid not null references collectors,
  source_id uuid not null,
  organisation_id uuid not null references organisations,
  point_id uuid not null references collection_points (point_id),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  grams bigint not null constraint collector_load_above_zero check (grams > 0),
  basis text not null check (basis in ('Verified', 'Weighed')),
  scale_no text,
  lot_id uuid not null references stock_lots,
  transfer_id uuid not null constraint collector_load_posted_once unique references ledger.transfers (transfer_id),
  -- What it was priced by; none while the operator has no tariff: then nothing is owed, and the page says so.
  mci_per_tonne numeric check (mci_per_tonne >= 0),
  mci_kzt numeric check (mci_kzt > 0),
  amount_tiyn bigint check (amount_tiyn >= 0),
  pay_transfer_id uuid references ledger.transfers (transfer_id),
  taken_by uuid not null references people,
  taken_at timestamptz not null default app.now(),
  constraint collector_load_source foreign key (source_id, collector_id) references collector_sources (source_id, collector_id),
  constraint collector_load_priced_whole check ((mci_per_tonne is null) = (amount_tiyn is null) and (mci_kzt is null) = (amount_tiyn is null)),
  constraint collector_load_paid_what_is_due check ((coalesce(amount_tiyn, 0) > 0) = (pay_transfer_id is not null))
);
create index collector_loads_of_collector on collector_loads (collector_id, taken_at);
revoke update, delete, truncate on collector_loads from ewaste_app;
create trigger append_only before update or delete on collector_loads for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on collector_loads for each statement execute function app.refuse_change();
