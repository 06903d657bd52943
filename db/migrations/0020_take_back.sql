-- From a citizen's announcement to grams in a container: drop-offs, the counter, containers, stock lots, and the links that the passport follows.
-- domain.md, sections 8, 9 and 12. The three secrets of a drop-off (its code, its passport, its voucher) are never derived from each other.

insert into ledger.purposes (purpose, sort, description) values
  ('mass_citizens', 'derived', 'grams that the last holders have handed over, as a debt of the chain: negative'),
  ('mass_stock_lot', 'guarded', 'grams of one category, stream and channel in one container');
insert into ledger.kinds (kind, description) values
  ('intake_accepted', 'an item was accepted: from the last holder into the lot of its container'),
  ('estimate_replaced_up', 'a weighed container held more than its estimated items said'),
  ('estimate_replaced_down', 'a weighed container held less than its estimated items said');

-- One visit of one person: announced on the web, or opened at the counter.
create table drop_offs (
  drop_off_id uuid primary key default uuidv7(),
  origin text not null check (origin in ('Web', 'Counter', 'Offline', 'Api')),
  stream text not null default 'Household' check (stream in ('Household', 'Organisation')),
  channel text not null check (channel in ('DropOff', 'WalkIn', 'Collector', 'Bin')),
  -- Keyed hashes to recognise, sealed copies to show again to the one browser that made it.
  code_hash bytea not null constraint drop_off_code_once unique,
  code_sealed bytea not null,
  passport_hash bytea not null constraint drop_off_passport_once unique,
  passport_sealed bytea not null,
  owner_hash bytea, -- the creator's cookie; none for a walk-in
  point_id uuid not null references collection_points (point_id),
  language text not null check (language in ('kk', 'ru', 'en')),
  state text not null default 'Reserved' check (state in ('Reserved', 'Done', 'Withdrawn', 'Expired')),
  owner_declared_at timestamptz not null, -- "I am the owner and give it up"
  phone_hash bytea, -- for limits
  phone_sealed bytea, -- for messages; gone when the consent is withdrawn
  phone_confirmed_at timestamptz,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null default app.now() + interval '30 days', -- the code; the reward is kept for a shorter time, by Vouchers
  constraint drop_off_confirmed_phone_is_known check (phone_confirmed_at is null or phone_hash is not null)
);
create index drop_offs_of_owner on drop_offs (owner_hash, created_at) where owner_hash is not null;
create index drop_offs_of_phone on drop_offs (phone_hash, created_at) where phone_hash is not null;
create index drop_offs_of_point on drop_offs (point_id, created_at);
create index drop_offs_to_expire on drop_offs (expires_at) where state = 'Reserved';

create table drop_off_items (
  item_id uuid primary key default uuidv7(),
  drop_off_id uuid not null references drop_offs,
  item_no smallint not null check (item_no between 1 and 20),
  unu_key text not null references unu_keys,
  condition text not null check (condition in ('Working', 'Repairable', 'Broken', 'Unknown')),
  data_choice text not null check (data_choice in ('None', 'Wiped', 'Wipe', 'Destroy')),
  for_reuse boolean not null default false, -- the holder agrees that it is used again
  state text not null default 'Announced' check (state in ('Announced', 'Accepted', 'Refused')),
  constraint drop_off_item_once unique (drop_off_id, item_no)
);

-- A code by message proves that the phone is the person's: it lengthens the hold.
create table phone_codes (
  phone_code_id uuid primary key default uuidv7(),
  drop_off_id uuid not null references drop_offs,
  code_hash bytea not null,
  attempts smallint not null default 0 check (attempts <= 5),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null default app.now() + interval '10 minutes',
  used_at timestamptz
);
create index phone_codes_of_drop_off on phone_codes (drop_off_id, created_at);

-- One row for each purpose a person agreed to; withdrawing writes the date and ends the use.
create table consents (
  consent_id uuid primary key default uuidv7(),
  drop_off_id uuid not null references drop_offs,
  purpose text not null check (purpose in ('PhoneHold', 'PhoneNews')),
  given_at timestamptz not null default app.now(),
  withdrawn_at timestamptz
);
create unique index consent_once_open on consents (drop_off_id, purpose) where withdrawn_at is null;

-- Short messages to phones: rows first, as letters are. The text may hold a code, so it is sealed and gone once delivered.
create table messages.texts (
  text_id uuid primary key default uuidv7(),
  phone_sealed bytea not null,
  language text not null check (language in ('kk', 'ru', 'en')),
  body_sealed bytea,
  subject_id uuid, -- what it is about, for the demonstration's own page
  created_at timestamptz not null default app.now(),
  sent_at timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text
);
create index texts_waiting on messages.texts (next_at) where sent_at is null;
create index texts_of_subject on messages.texts (subject_id, created_at);
grant select, insert, update on messages.texts to ewaste_app;

-- Who stands at a point, since when, and at which scale: the basis of every weight taken meanwhile.
create table shifts (
  shift_id uuid primary key default uuidv7(),
  point_id uuid not null references collection_points (point_id),
  organisation_id uuid not null references organisations,
  person_id uuid not null references people,
  device_id uuid references devices,
  scale_no text constraint shift_scale_has_a_name check (scale_no <> ''),
  scale_verified_until date,
  opened_at timestamptz not null default app.now(),
  closed_at timestamptz,
  note text,
  constraint shift_verification_is_of_a_scale check (scale_verified_until is null or scale_no is not null)
);
create unique index shift_one_open_per_person on shifts (person_id) where closed_at is null;
create index shifts_of_point on shifts (point_id, opened_at);

create sequence container_numbers;
create table containers (
  container_id uuid primary key default uuidv7(),
  number text not null constraint container_number_once unique check (number ~ '^C-[0-9]{4,}$'),
  organisation_id uuid not null references organisations,
  point_id uuid not null references collection_points (point_id),
  kind text not null check (kind in ('Box', 'Cage', 'Pallet', 'Drum', 'Bag', 'Bin', 'Hazard')),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6', 'mixed')),
  for_reuse boolean not null default false,
  state text not null default 'Open' check (state in ('Open', 'Sealed', 'Despatched', 'Received', 'Emptied')),
  tare_grams bigint not null check (tare_grams >= 0),
  capacity_grams bigint check (capacity_grams > 0),
  gross_grams bigint,
  net_grams bigint,
  net_basis text check (net_basis in ('Verified', 'Weighed')),
  scale_no text,
  seal_no text,
  opened_by uuid references people,
  opened_at timestamptz not null default app.now(),
  sealed_by uuid references people,
  sealed_at timestamptz,
  constraint container_sealed_is_weighed check ((state = 'Open') = (sealed_at is null) and (sealed_at is null) = (seal_no is null) and (sealed_at is null) = (net_grams is null) and (net_grams is null) = (net_basis is null)),
  constraint container_net_is_gross_less_tare check (net_grams is null or (net_grams > 0 and net_grams = gross_grams - tare_grams))
);
create unique index container_seal_once on containers (seal_no) where seal_no is not null;
create index containers_of_point on containers (point_id, state, opened_at);

-- Mass of a mixed container is told by a protocol: date, sample, percents.
create table split_protocols (
  container_id uuid not null references containers,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  made_on date not null,
  sample_grams bigint not null check (sample_grams > 0),
  percent numeric(5, 2) not null check (percent > 0 and percent <= 100),
  primary key (container_id, category)
);

-- Stock: one lot for each category, stream and channel in a container, so that each gram keeps where it came from.
create table stock_lots (
  lot_id uuid primary key default uuidv7(),
  container_id uuid not null references containers,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  stream text not null check (stream in ('Household', 'Organisation')),
  channel text not null check (channel in ('DropOff', 'WalkIn', 'Collector', 'Bin')),
  account_id uuid not null references ledger.accounts (account_id),
  opened_at timestamptz not null default app.now(),
  constraint stock_lot_once unique (container_id, category, stream, channel)
);

-- What the counter accepted of one visit, as one fact with at most one voucher. An undone acceptance stays readable;
-- its items may then be accepted again as a new fact.
create table intakes (
  intake_id uuid primary key default uuidv7(),
  drop_off_id uuid not null references drop_offs,
  point_id uuid not null references collection_points (point_id),
  organisation_id uuid not null references organisations,
  shift_id uuid references shifts,
  event_id uuid constraint intake_once_per_event unique, -- of a device that had no network
  is_walk_in boolean not null,
  voucher_id uuid constraint intake_voucher_once unique references vouchers,
  no_reward text, -- why there is no voucher: the name of a reason
  released_at timestamptz, -- value of a record made without network follows the weighing
  accepted_by uuid not null references people,
  accepted_at timestamptz not null default app.now(),
  undo_until timestamptz not null default app.now() + interval '10 minutes',
  undone_by uuid references people,
  undone_at timestamptz,
  constraint intake_voucher_or_reason check ((voucher_id is null) or (no_reward is null)),
  constraint intake_undone_by_somebody check ((undone_at is null) = (undone_by is null))
);
create index intakes_of_drop_off on intakes (drop_off_id, accepted_at);
create index intakes_of_point on intakes (point_id, accepted_at);
create index intakes_to_release on intakes (accepted_at) where event_id is not null and voucher_id is not null and released_at is null and undone_at is null;

create table intake_items (
  intake_item_id uuid primary key default uuidv7(),
  intake_id uuid not null references intakes,
  item_id uuid not null references drop_off_items,
  lot_id uuid not null references stock_lots,
  transfer_id uuid not null references ledger.transfers (transfer_id),
  unu_key text not null references unu_keys,
  category text not null,
  condition text not null check (condition in ('Working', 'Repairable', 'Broken')),
  grams bigint not null constraint intake_mass_above_zero check (grams > 0),
  basis text not null check (basis in ('Verified', 'Weighed', 'Estimated')),
  scale_no text,
  serial_kind text check (serial_kind in ('Imei', 'Serial')),
  serial_hash bytea,
  serial_tail text, -- the last four, to tell one paper from another
  serial_flag text check (serial_flag in ('Duplicate', 'Stolen', 'Remarketed', 'UnknownType')),
  tamper_label text,
  bag_no text,
  data_choice text not null check (data_choice in ('None', 'Wiped', 'Wipe', 'Destroy')),
  hazards text[] not null default '{}' constraint intake_hazard_known check (hazards <@ array['SwollenBattery', 'BrokenLamp', 'LeakingCompressor']),
  for_reuse boolean not null default false,
  undone_at timestamptz,
  constraint intake_bearer_is_bagged check (data_choice not in ('Wipe', 'Destroy') or bag_no is not null),
  constraint intake_verified_names_its_scale check (basis <> 'Verified' or scale_no is not null),
  constraint intake_serial_is_whole check ((serial_kind is null) = (serial_hash is null))
);
create unique index intake_one_live_per_item on intake_items (item_id) where undone_at is null;
create unique index intake_label_once on intake_items (tamper_label) where undone_at is null and tamper_label is not null;
create unique index intake_bag_once on intake_items (bag_no) where undone_at is null and bag_no is not null;
create index intake_items_of_lot on intake_items (lot_id);
create index intake_items_of_intake on intake_items (intake_id);

create table refusals (
  refusal_id uuid primary key default uuidv7(),
  item_id uuid not null references drop_off_items,
  point_id uuid not null references collection_points (point_id),
  organisation_id uuid not null references organisations,
  reason text not null check (reason in ('NotElectrical', 'NotAcceptedHere', 'ShopStock', 'NotOwner', 'Dangerous', 'Full', 'Changed', 'Other')),
  note text,
  event_id uuid constraint refusal_once_per_event unique,
  refused_by uuid not null references people,
  refused_at timestamptz not null default app.now(),
  constraint refusal_other_says_what check (reason <> 'Other' or note is not null)
);
create unique index refusal_once_per_item on refusals (item_id);

-- A serial earns a voucher once, ever. The row goes when the acceptance is undone.
create table appliance_serials (
  serial_hash bytea primary key,
  intake_item_id uuid not null references intake_items,
  seen_at timestamptz not null default app.now()
);

-- Lists of others, brought by import: keyed hashes, because a list of stolen numbers is worth stealing.
create table watched_serials (
  serial_hash bytea not null,
  list text not null check (list in ('Stolen', 'Remarketed')),
  source text not null,
  added_at timestamptz not null default app.now(),
  primary key (serial_hash, list)
);

-- The first eight digits of an IMEI name the type; brought by import.
create table type_allocation_codes (
  tac text primary key check (tac ~ '^[0-9]{8}$'),
  brand text not null,
  model text not null
);

-- Photographs of walk-ins: random name, no other use.
create table intake_photos (
  photo_id uuid primary key default uuidv7(),
  intake_id uuid not null references intakes,
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp')),
  content bytea not null check (length(content) <= 2000000),
  sha256 bytea not null,
  taken_at timestamptz not null default app.now(),
  constraint intake_photo_once unique (intake_id, sha256)
);

create sequence data_slip_numbers;
-- The paper a person was promised: the data were wiped, or the bearer destroyed, when, how and by whom.
create table data_slips (
  data_slip_id uuid primary key default uuidv7(),
  number text not null constraint data_slip_number_once unique check (number ~ '^W-[0-9]{4}-[0-9]{4,}$'),
  intake_item_id uuid not null constraint data_slip_once_per_item unique references intake_items,
  kind text not null check (kind in ('Wiped', 'Destroyed')),
  method text not null,
  done_by uuid not null references people,
  done_at timestamptz not null default app.now()
);

-- Estimated grams are replaced when the container is weighed; each change is a fact of its own.
create table lot_adjustments (
  lot_adjustment_id uuid primary key default uuidv7(),
  container_id uuid not null references containers,
  lot_id uuid not null references stock_lots,
  delta_grams bigint not null check (delta_grams <> 0),
  transfer_id uuid not null references ledger.transfers (transfer_id),
  made_at timestamptz not null default app.now(),
  constraint lot_adjusted_once_per_weighing unique (lot_id)
);

-- Which grams went from where to where: drop-off item -> container lot -> batch -> fraction -> evidence -> obligation.
create table trace_links (
  trace_link_id uuid primary key default uuidv7(),
  from_type text not null,
  from_id uuid not null,
  to_type text not null,
  to_id uuid not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  grams bigint not null check (grams > 0),
  transfer_id uuid references ledger.transfers (transfer_id),
  made_at timestamptz not null default app.now(),
  ended_at timestamptz, -- the step was taken back
  constraint trace_link_once_per_transfer unique (transfer_id, from_id, to_id)
);
create index trace_links_from on trace_links (from_type, from_id) where ended_at is null;
create index trace_links_to on trace_links (to_type, to_id) where ended_at is null;
