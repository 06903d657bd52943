-- Treatment: a batch takes named site lots, whole or in grams, and becomes fractions, reuse, loss and a signed difference, exactly.
-- input = outputs + loss + difference, in grams; a constraint holds it for each closed batch. domain.md, section 9.

insert into ledger.purposes (purpose, sort, description) values
  ('mass_in_batch', 'guarded', 'grams inside an open batch'),
  ('mass_fraction', 'guarded', 'grams of one output of a batch that is still in stock or not yet confirmed'),
  ('mass_reused', 'derived', 'grams prepared for reuse, by site'),
  ('mass_recycled', 'derived', 'grams confirmed to enter the final recycling process, by site'),
  ('mass_recovered', 'derived', 'grams confirmed for other recovery, by site'),
  ('mass_disposed', 'derived', 'grams confirmed as disposed of, by site'),
  ('mass_process_loss', 'derived', 'grams lost in treatment with a declared reason, by site'),
  ('mass_measurement_difference', 'derived', 'what the scales of treatment disagreed about, signed, by site');
insert into ledger.kinds (kind, description) values
  ('batch_charged', 'grams of a site lot went into a batch'),
  ('batch_output', 'grams of a batch became one of its outputs'),
  ('batch_loss', 'grams of a batch were lost with a declared reason'),
  ('batch_difference_less', 'a batch gave less than it took'),
  ('batch_difference_more', 'a batch gave more than it took'),
  ('fraction_confirmed', 'a fraction was confirmed to have entered its final process, or its disposal');

create sequence batch_numbers;
create table batches (
  batch_id uuid primary key default uuidv7(),
  number text not null constraint batch_number_once unique check (number ~ '^B-[0-9]{4}-[0-9]{4,}$'),
  site_id uuid not null,
  organisation_id uuid not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  technology text,
  state text not null default 'Open' check (state in ('Open', 'Closed', 'Corrected', 'Cancelled')),
  corrects_batch_id uuid constraint batch_corrected_once unique references batches,
  started_on date not null,
  input_grams bigint not null default 0 check (input_grams >= 0),
  output_grams bigint not null default 0 check (output_grams >= 0),
  loss_grams bigint not null default 0 check (loss_grams >= 0),
  loss_reason text,
  difference_grams bigint not null default 0, -- positive: less came out than went in
  opened_by uuid references people,
  opened_at timestamptz not null default app.now(),
  closed_by uuid references people,
  closed_at timestamptz,
  constraint batch_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint batch_closed_adds_up check (state not in ('Closed', 'Corrected') or (input_grams > 0 and input_grams = output_grams + loss_grams + difference_grams)),
  constraint batch_loss_says_why check (loss_grams = 0 or loss_reason is not null),
  constraint batch_closed_at_a_time check ((state in ('Closed', 'Corrected')) = (closed_at is not null))
);
create index batches_of_site on batches (site_id, state, started_on, batch_id);
create index batches_of_organisation on batches (organisation_id, batch_id);
revoke delete, truncate on batches from ewaste_app;

-- Which grams of which lot: trace_links (site_lot -> batch) say the same with the transfer.
create table batch_inputs (
  batch_input_id uuid primary key default uuidv7(),
  batch_id uuid not null references batches,
  site_lot_id uuid not null references site_lots,
  grams bigint not null check (grams > 0),
  transfer_id uuid not null constraint batch_input_posted_once unique references ledger.transfers (transfer_id),
  made_at timestamptz not null default app.now(),
  ended_at timestamptz -- the batch was cancelled or corrected
);
create index batch_inputs_of_batch on batch_inputs (batch_id);
create index batch_inputs_of_lot on batch_inputs (site_lot_id);
revoke delete, truncate on batch_inputs from ewaste_app;

-- What came out. Final: its mass stands in reused, recycled, recovered or disposed; until then in stock, waiting for its buyer's word.
create table batch_outputs (
  output_id uuid primary key default uuidv7(),
  batch_id uuid not null references batches,
  output_no smallint not null check (output_no between 1 and 500),
  kind text not null check (kind in ('Fraction', 'Reuse', 'HazardousComponent')),
  fraction text not null, -- code of the fraction list
  waste_code text,
  operation text not null, -- R or D code, or Reuse
  result text not null check (result in ('Reused', 'Recycled', 'Recovered', 'Disposed')),
  grams bigint not null check (grams > 0),
  destination_name text,
  destination_country text,
  state text not null default 'InStock' check (state in ('InStock', 'Shipped', 'Confirmed', 'Cancelled')),
  account_id uuid constraint output_account_once unique references ledger.accounts (account_id),
  confirmed_on date,
  made_at timestamptz not null default app.now(),
  constraint batch_output_once unique (batch_id, output_no),
  constraint output_confirmed_on_a_day check ((state = 'Confirmed') = (confirmed_on is not null))
);
create index batch_outputs_of_batch on batch_outputs (batch_id);
revoke delete, truncate on batch_outputs from ewaste_app;
