-- What treatment knows (fractions, operations, what is forbidden, technologies, contents and yields) and what happens to a batch after it is closed:
-- its versions, its discrepancies, and the way of a fraction to a buyer who confirms it without an account. domain.md, section 9.

-- What can come out of a batch.
create table fraction_kinds (
  fraction text primary key check (fraction ~ '^[a-z0-9-]{2,40}$'),
  position smallint not null,
  kind text not null check (kind in ('Fraction', 'Reuse', 'HazardousComponent')),
  material text not null check (material in ('Ferrous', 'Aluminium', 'Copper', 'Boards', 'Plastic', 'Glass', 'Battery', 'Whole', 'Other')),
  hazardous boolean not null,
  waste_code text references waste_codes (code),
  operation text not null references treatment_operations, -- proposed in the form, never forced
  annex_point text, -- of Annex VII of Directive 2012/19/EU, for components that must be removed
  name_kk text not null, name_ru text not null, name_en text not null,
  source text not null,
  constraint fraction_annex_is_of_components check ((kind = 'HazardousComponent') = (annex_point is not null)),
  constraint fraction_reuse_has_its_operation check ((kind = 'Reuse') = (operation = 'Reuse'))
);

-- What may not be done with what, and by which act.
create table forbidden_operations (
  waste_code text not null references waste_codes (code),
  operation text not null references treatment_operations,
  act_kk text not null, act_ru text not null, act_en text not null,
  source text not null,
  primary key (waste_code, operation)
);

-- How a batch is treated, and how much may be lost on the way. No limit: not known.
create table treatment_technologies (
  technology text primary key check (technology ~ '^[a-z-]{2,30}$'),
  position smallint not null,
  loss_limit_permille integer check (loss_limit_permille between 0 and 1000),
  basis text,
  name_kk text not null, name_ru text not null, name_en text not null,
  constraint technology_limit_has_a_basis check (loss_limit_permille is null or basis is not null)
);

-- What is in equipment (grams a unit or shares of mass, by product) and what reaches a recoverable output: each with its source.
create table material_compositions (
  composition_no integer primary key,
  unu_key text not null,
  product text not null, subtype text, component text,
  basis text not null check (basis in ('grams_per_unit', 'mass_fraction')),
  aluminium numeric, copper numeric, ferrous numeric, total numeric,
  source text not null
);
create table treatment_factors (
  factor_no integer primary key,
  topic text not null, item text not null, substance text not null,
  value numeric not null, unit text not null,
  source text not null, confidence text not null
);

insert into ledger.kinds (kind, description) values
  ('batch_input_returned', 'grams went back from a batch into their lot');

alter table batches
  add column version smallint not null default 1,
  add column correction_reason text,
  add column difference_note text, -- what the one who signs says of a difference above the limit
  add column closed_on date, -- the day on which the batch counts
  add column account_id uuid references ledger.accounts (account_id),
  add constraint batch_technology_is_known foreign key (technology) references treatment_technologies (technology),
  add constraint batch_version_says_why check ((corrects_batch_id is null) = (version = 1) and (corrects_batch_id is null) = (correction_reason is null)),
  add constraint batch_closed_on_a_day check ((closed_on is null) = (closed_at is null)),
  add constraint batch_closed_after_it_started check (closed_on is null or closed_on >= started_on);

alter table batch_inputs
  add column return_transfer_id uuid constraint batch_input_returned_once unique references ledger.transfers (transfer_id),
  add constraint batch_input_ended_is_returned check ((ended_at is null) = (return_transfer_id is null));

-- In an open batch a row is what the form holds; closing gives it a transfer. Final: its last process happens at this site.
alter table batch_outputs
  add column is_final boolean not null default false,
  add column hazardous boolean not null default false,
  add column transfer_id uuid references ledger.transfers (transfer_id),
  add column shipped_grams bigint not null default 0 check (shipped_grams >= 0),
  add column confirmed_grams bigint not null default 0 check (confirmed_grams >= 0),
  add constraint output_fraction_is_known foreign key (fraction) references fraction_kinds (fraction),
  add constraint output_waste_code_is_known foreign key (waste_code) references waste_codes (code),
  add constraint output_operation_is_known foreign key (operation) references treatment_operations (operation),
  add constraint output_no_more_than_there_is check (shipped_grams + confirmed_grams <= grams),
  add constraint output_confirmed_in_full check ((state = 'Confirmed') = (confirmed_grams = grams));

-- The last wall behind the sentence that names the act.
create function refuse_forbidden_operation() returns trigger
  language plpgsql
  as $$
begin
  if exists (select from forbidden_operations f where f.waste_code = new.waste_code and f.operation = new.operation) then
    raise exception 'Operation % is forbidden for %', new.operation, new.waste_code using errcode = 'check_violation', constraint = 'output_operation_is_allowed';
  end if;
  return new;
end $$;
create trigger output_operation_is_allowed before insert or update of waste_code, operation on batch_outputs
  for each row execute function refuse_forbidden_operation();

-- What the limits objected to: compliance sweeps these and opens cases.
create table treatment_discrepancies (
  discrepancy_id uuid primary key default uuidv7(),
  kind text not null check (kind in ('BatchDifference', 'SiteQuarterDifference', 'ProcessLoss')),
  site_id uuid not null,
  organisation_id uuid not null,
  batch_id uuid references batches,
  category text not null,
  quarter_from date, -- of a site's quarter
  input_grams bigint not null,
  grams bigint not null, -- signed: the difference, or the loss
  limit_permille integer not null,
  note text,
  made_at timestamptz not null default app.now(),
  ended_at timestamptz, -- the batch was corrected
  constraint discrepancy_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint discrepancy_of_a_batch_or_a_quarter check ((kind = 'SiteQuarterDifference') = (batch_id is null) and (kind = 'SiteQuarterDifference') = (quarter_from is not null))
);
create unique index discrepancy_once_per_batch on treatment_discrepancies (batch_id, kind) where batch_id is not null;
create unique index discrepancy_once_per_quarter on treatment_discrepancies (site_id, category, quarter_from) where batch_id is null and ended_at is null;
create index discrepancies_that_stand on treatment_discrepancies (made_at) where ended_at is null;
revoke delete, truncate on treatment_discrepancies from ewaste_app;

-- The way of a fraction to whoever finishes it. The buyer's word is one fact, given through a token that only the paper holds.
create sequence shipment_numbers;
create table fraction_shipments (
  shipment_id uuid primary key default uuidv7(),
  number text not null constraint shipment_number_once unique check (number ~ '^F-[0-9]{4}-[0-9]{4,}$'),
  output_id uuid not null references batch_outputs,
  site_id uuid not null,
  organisation_id uuid not null,
  grams bigint not null constraint shipment_has_mass check (grams > 0),
  buyer_name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  notification_no text,
  basel_code text check (basel_code ~ '^[A-Z][A-Z0-9]{1,7}$'),
  shipped_on date not null,
  shipped_by uuid references people,
  token_hash bytea not null constraint shipment_token_once unique,
  token_sealed bytea not null, -- to print the paper again
  state text not null default 'Shipped' check (state in ('Shipped', 'Confirmed', 'Cancelled')),
  confirmed_grams bigint,
  confirmed_on date, -- the day it entered the process
  confirmed_by_name text,
  confirmed_at timestamptz,
  less_reason text,
  transfer_id uuid constraint shipment_posted_once unique references ledger.transfers (transfer_id),
  cancelled_at timestamptz,
  made_at timestamptz not null default app.now(),
  constraint shipment_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  -- What the Basel Convention lists as B (Annex IX) travels without a notification; everything else across a border has one.
  constraint shipment_abroad_has_its_papers check (country = 'KZ' or (basel_code is not null and (basel_code like 'B%' or notification_no is not null))),
  constraint shipment_confirmed_whole_row check ((state = 'Confirmed') = (confirmed_grams is not null and confirmed_on is not null and confirmed_by_name is not null and confirmed_at is not null and transfer_id is not null)),
  constraint shipment_confirms_at_most_what_was_sent check (confirmed_grams between 1 and grams),
  constraint shipment_less_says_why check (confirmed_grams is null or confirmed_grams = grams or less_reason is not null),
  constraint shipment_confirmed_after_it_left check (confirmed_on is null or confirmed_on >= shipped_on)
);
create index shipments_of_output on fraction_shipments (output_id);
create index shipments_of_organisation on fraction_shipments (organisation_id, shipment_id);
revoke delete, truncate on fraction_shipments from ewaste_app;

-- Keys of recyclers' programs: a scope is added to the closed list, whatever other features have put there.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z][a-z-]*:[a-z][a-z-]*)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ %L::text[])', v_known || array['batches:write']);
end $$;

-- Who asked for news of what was handed in is told once, when its batch is closed.
create table batch_news (
  drop_off_id uuid primary key references drop_offs,
  batch_id uuid not null references batches,
  told_at timestamptz not null default app.now()
);
