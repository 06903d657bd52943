-- Who collected, carried and recycled grams of the fund is paid per tonne, stage by stage, by the operator's tariffs, and only from what the fund has received.

insert into ledger.purposes (purpose, sort, description) values
  ('stage_costs', 'derived', 'what collecting, carrying and treating has cost the fund: negative'),
  ('stage_payable', 'derived', 'what is owed to one organisation for a stage of the chain'),
  ('fund_paid_out', 'derived', 'what left the fund''s bank account for stages of the chain');
insert into ledger.kinds (kind, description) values
  ('stage_earned', 'a settlement run priced grams of a stage'),
  ('stage_corrected', 'a settlement run took back grams whose batch was corrected'),
  ('stage_paid', 'a payout was confirmed by the bank''s document');

-- In MCI per tonne. Values are not known to us: until two people enter them nothing is priced. Illustrative ones are the demonstration's.
create table stage_tariffs (
  stage_tariff_id uuid primary key default uuidv7(),
  stage text not null check (stage in ('Collection', 'Transport', 'Treatment')),
  mci_per_tonne numeric(12, 4) not null check (mci_per_tonne >= 0),
  -- Only grams that came by these ways are paid for.
  channels text[] not null constraint stage_tariff_channels check (cardinality(channels) > 0 and channels <@ array['DropOff', 'WalkIn', 'Collector', 'Bin', 'Pickup', 'Direct']),
  valid daterange not null check (not isempty(valid) and lower(valid) is not null),
  is_illustrative boolean not null default false,
  basis text, -- the act; none: not known
  state text not null default 'Proposed' check (state in ('Proposed', 'Published', 'Withdrawn')),
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint stage_tariff_two_people check (is_illustrative or state <> 'Published' or (decided_by is not null and decided_by is distinct from proposed_by and coalesce(basis, '') <> '')),
  constraint stage_tariff_no_overlap exclude using gist (stage with =, valid with &&) where (state = 'Published')
);
revoke delete, truncate on stage_tariffs from ewaste_app;

-- Where a payee's money goes. Sealed: of a person it is personal.
create table payee_banks (
  payee_id uuid primary key,
  iban_sealed bytea not null,
  bic text not null constraint payee_bic check (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
  kbe text not null constraint payee_kbe check (kbe ~ '^[0-9]{2}$'),
  entered_by uuid not null,
  entered_at timestamptz not null default app.now()
);
revoke delete, truncate on payee_banks from ewaste_app;

-- One run for each stage and month: run twice, one effect.
create table stage_runs (
  run_no bigint generated always as identity constraint stage_run_number_once unique,
  run_id uuid primary key,
  stage text not null check (stage in ('Collectors', 'Collection', 'Transport', 'Treatment')),
  period_from date not null,
  period_until date not null,
  made_by uuid,
  made_at timestamptz not null default app.now(),
  constraint stage_run_once_a_period unique (stage, period_from),
  constraint stage_run_of_a_month check (period_from = date_trunc('month', period_from)::date and period_until = (period_from + interval '1 month')::date)
);
revoke update, delete, truncate on stage_runs from ewaste_app;

-- Each gram once for a stage: the load, the lot or the input it stands in has one line, and at most one that takes it back.
create table stage_lines (
  line_id uuid primary key default uuidv7(),
  run_id uuid not null references stage_runs,
  stage text not null,
  payee_kind text not null check (payee_kind in ('Organisation', 'Collector')),
  payee_id uuid not null,
  source_type text not null check (source_type in ('collector_load', 'site_lot', 'batch_input')),
  source_id uuid not null,
  day date not null,
  category text not null,
  channel text not null,
  grams bigint not null check (grams > 0),
  stage_tariff_id uuid references stage_tariffs,
  mci_per_tonne numeric,
  mci_kzt numeric,
  amount_tiyn bigint not null,
  reverses_line_id uuid constraint stage_line_taken_back_once unique references stage_lines,
  constraint stage_line_signed check ((reverses_line_id is null) = (amount_tiyn >= 0) or amount_tiyn = 0)
);
create unique index stage_line_gram_paid_once on stage_lines (stage, source_id) where reverses_line_id is null;
create index stage_lines_of_run on stage_lines (run_id, payee_id, line_id);
create index stage_lines_of_payee on stage_lines (payee_id, line_id desc);
revoke update, delete, truncate on stage_lines from ewaste_app;
create trigger append_only before update or delete on stage_lines for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on stage_lines for each statement execute function app.refuse_change();

-- What a run owes one payee, and how it is paid: one person orders, another confirms by the bank's document.
create table stage_payouts (
  payout_no bigint generated always as identity constraint stage_payout_number_once unique,
  payout_id uuid primary key default uuidv7(),
  run_id uuid not null references stage_runs,
  payee_kind text not null check (payee_kind in ('Organisation', 'Collector')),
  payee_id uuid not null,
  grams bigint not null,
  amount_tiyn bigint not null, -- of the run, signed
  payable_tiyn bigint not null check (payable_tiyn >= 0), -- what is paid: less where an earlier run took more back than it gave
  state text not null default 'Payable' check (state in ('Payable', 'Ordered', 'Paid', 'Nothing')),
  ordered_by uuid, ordered_at timestamptz,
  paid_by uuid, paid_at timestamptz, bank_reference text,
  constraint stage_payout_once unique (run_id, payee_id),
  constraint stage_payout_nothing_is_nothing check ((state = 'Nothing') = (payable_tiyn = 0)),
  constraint stage_payout_two_people check (state <> 'Paid' or (ordered_by is not null and paid_by is not null and ordered_by <> paid_by and bank_reference <> ''))
);
create index stage_payouts_by_state on stage_payouts (state, payout_no);
create index stage_payouts_of_payee on stage_payouts (payee_id, payout_no desc);
revoke delete, truncate on stage_payouts from ewaste_app;
