-- The marketplace: sealed containers become a lot, certified recyclers offer tenge per tonne, the best admissible offer is awarded. domain.md, section 9.
-- Who could still read a sealed offer before closing: whoever holds both the installation's secret key and the database, or changes the program that runs.

-- What an organisation says of itself as a bidder: related parties are found by these, and payments go to the account.
create table market_bidders (
  organisation_id uuid primary key references organisations,
  director text not null check (length(director) between 3 and 200),
  iban text not null constraint bidder_iban_of_this_country check (iban ~ '^KZ[0-9]{2}[0-9A-Z]{16}$'),
  told_by uuid references people,
  told_at timestamptz not null default app.now()
);
revoke delete, truncate on market_bidders from ewaste_app;

create sequence market_lot_numbers;
create table market_lots (
  market_lot_id uuid primary key default uuidv7(),
  number text not null constraint market_lot_number_once unique check (number ~ '^L-[0-9]{4}-[0-9]{4,}$'),
  kind text not null check (kind in ('Sealed', 'Open')),
  state text not null default 'Draft' check (state in ('Draft', 'Open', 'Closed', 'Awarded', 'Contracted', 'HandedOver', 'Settled', 'Defaulted', 'Cancelled')),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  for_reuse boolean not null,
  point_id uuid not null references collection_points (point_id), -- where it lies
  declared_grams bigint not null check (declared_grams > 0),
  reserve_tiyn_per_tonne bigint not null, -- negative: the most that is paid for its treatment
  step_tiyn bigint check (step_tiyn > 0),
  deposit_tiyn bigint not null default 0 check (deposit_tiyn >= 0),
  keeps_deposit boolean not null, -- what becomes of it when the winner defaults
  deposit_basis text,
  owner_name text not null, -- the operator sells as agent where it is not the owner
  procedure_basis text, -- the act; null: not known
  note text,
  closes_at timestamptz not null,
  extensions smallint not null default 0,
  -- The lot's key under the installation's: made at opening, used to seal each offer, opened by the closing job alone.
  key_sealed bytea,
  offers_placed integer not null default 0,
  created_by uuid not null references people,
  created_at timestamptz not null default app.now(),
  opened_by uuid references people,
  opened_at timestamptz,
  closed_at timestamptz,
  end_reason text,
  constraint market_lot_two_people check (opened_by is null or opened_by <> created_by),
  constraint market_lot_sealed_has_a_key check (kind <> 'Sealed' or (opened_at is null) = (key_sealed is null)),
  constraint market_lot_only_open_lots_extend check (extensions = 0 or (kind = 'Open' and extensions between 0 and 3)),
  constraint market_lot_open_has_a_step check ((kind = 'Open') = (step_tiyn is not null)),
  constraint market_lot_closed_after_its_time check (closed_at is null or closed_at >= closes_at),
  constraint market_lot_closed_sometime check (state not in ('Closed', 'Awarded', 'Contracted', 'HandedOver', 'Settled', 'Defaulted') or closed_at is not null),
  constraint market_lot_cancelled_says_why check (state <> 'Cancelled' or end_reason is not null)
);
create index market_lots_by_state on market_lots (state, closes_at, market_lot_id);
create index market_lots_by_category on market_lots (category, closes_at);
revoke delete, truncate on market_lots from ewaste_app;

-- A container stands in one living lot.
create table market_lot_containers (
  market_lot_id uuid not null references market_lots,
  container_id uuid not null references containers,
  declared_grams bigint not null check (declared_grams > 0),
  is_live boolean not null default true,
  primary key (market_lot_id, container_id)
);
create unique index container_in_one_living_lot on market_lot_containers (container_id) where is_live;
revoke delete, truncate on market_lot_containers from ewaste_app;

create table market_lot_photos (
  photo_id uuid primary key default uuidv7(),
  market_lot_id uuid not null references market_lots,
  media_type text not null check (media_type in ('image/jpeg', 'image/png')),
  content bytea not null check (length(content) between 1 and 2097152),
  added_at timestamptz not null default app.now()
);
create index market_lot_photos_of_lot on market_lot_photos (market_lot_id, photo_id);
revoke update, truncate on market_lot_photos from ewaste_app;

-- An offer. Of a sealed lot the price is here only as a sealed box and as the commitment, until the closing job writes it down.
create table market_offers (
  offer_id uuid primary key,
  market_lot_id uuid not null references market_lots,
  offer_no integer not null, -- the order in which the lot took them, under its lock: decides ties
  organisation_id uuid not null references organisations,
  site_id uuid not null,
  price_sealed bytea,
  tiyn_per_tonne bigint,
  commitment bytea not null constraint offer_commitment_is_a_hash check (length(commitment) = 32),
  nonce bytea, -- shown with the price after the opening, so that anybody can compute the commitment again
  placed_at timestamptz not null,
  placed_by uuid references people, -- null: by the organisation's key
  replaced_at timestamptz,
  opened_at timestamptz,
  problem text check (problem in ('BelowReserve', 'NotCertified', 'Unreadable')), -- found at the closing: not admissible
  explanation text, -- of an abnormally low price
  explained_at timestamptz,
  constraint offer_number_once unique (market_lot_id, offer_no),
  constraint offer_of_its_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint offer_opened_has_a_price check (opened_at is null or tiyn_per_tonne is not null or problem = 'Unreadable')
);
create unique index offer_last_one_stands on market_offers (market_lot_id, organisation_id) where replaced_at is null;
create index market_offers_of_organisation on market_offers (organisation_id, offer_id);
revoke delete, truncate on market_offers from ewaste_app;

-- The price of a sealed offer is written down only when its lot is closed; what was offered never changes.
create function market_offer_keeps() returns trigger language plpgsql as $$
declare
  v_lot market_lots;
begin
  if (new.offer_id, new.market_lot_id, new.offer_no, new.organisation_id, new.site_id, new.price_sealed, new.commitment, new.placed_at)
     is distinct from (old.offer_id, old.market_lot_id, old.offer_no, old.organisation_id, old.site_id, old.price_sealed, old.commitment, old.placed_at)
     or (old.tiyn_per_tonne is not null and new.tiyn_per_tonne is distinct from old.tiyn_per_tonne) then
    raise exception 'an offer is never changed, only replaced' using errcode = 'restrict_violation', constraint = 'offer_never_changes';
  end if;
  if new.opened_at is not null and old.opened_at is null then
    select * into v_lot from market_lots where market_lot_id = new.market_lot_id;
    if v_lot.closed_at is null then
      raise exception 'an offer is opened after the closing' using errcode = 'restrict_violation', constraint = 'offer_opened_after_closing';
    end if;
  end if;
  return new;
end $$;
create trigger market_offer_keeps before update on market_offers for each row execute function market_offer_keeps();

create table market_deposits (
  deposit_id uuid primary key default uuidv7(),
  market_lot_id uuid not null references market_lots,
  organisation_id uuid not null references organisations,
  tiyn bigint not null check (tiyn > 0),
  state text not null default 'Held' check (state in ('Held', 'Returned', 'Kept')),
  document text not null,
  received_on date not null,
  held_by uuid not null references people,
  ended_document text,
  ended_by uuid references people,
  ended_at timestamptz,
  constraint deposit_once unique (market_lot_id, organisation_id),
  constraint deposit_ends_once check ((state = 'Held') = (ended_at is null))
);
revoke delete, truncate on market_deposits from ewaste_app;

-- An award is alive from the moment it binds (capacity is reserved in the same transaction) until it is settled, defaults or falls to a protest.
create table market_awards (
  award_id uuid primary key default uuidv7(),
  market_lot_id uuid not null references market_lots,
  offer_id uuid not null references market_offers,
  organisation_id uuid not null references organisations,
  site_id uuid not null references sites,
  certification_id uuid references certifications,
  state text not null check (state in ('Proposed', 'Awarded', 'Contracted', 'HandedOver', 'Settled', 'Defaulted', 'Cancelled')),
  tiyn_per_tonne bigint not null,
  reserved_grams bigint not null check (reserved_grams > 0),
  is_best boolean not null,
  is_single boolean not null,
  is_low boolean not null,
  reason text not null check (reason <> ''),
  first_approver uuid not null references people,
  second_approver uuid references people,
  proposed_at timestamptz not null default app.now(),
  awarded_at timestamptz,
  protest_until timestamptz,
  contract_no text, contract_on date,
  consignment_id uuid references consignments,
  handover_by uuid references people,
  title_passed_at timestamptz, -- the signed handover
  title_signed_by uuid references people,
  ended_at timestamptz,
  end_reason text,
  constraint award_single_offer_needs_two check (not is_single or state in ('Proposed', 'Cancelled') or (second_approver is not null and second_approver <> first_approver)),
  constraint award_binding_holds_a_certification check (state in ('Proposed', 'Cancelled') or (certification_id is not null and awarded_at is not null and protest_until is not null)),
  constraint award_contract_has_its_paper check (state not in ('Contracted', 'HandedOver', 'Settled') or (contract_no is not null and contract_on is not null)),
  constraint award_default_says_why check (state <> 'Defaulted' or end_reason is not null)
);
create unique index award_one_alive on market_awards (market_lot_id) where state in ('Proposed', 'Awarded', 'Contracted', 'HandedOver', 'Settled');
create index market_awards_of_organisation on market_awards (organisation_id, award_id);
revoke delete, truncate on market_awards from ewaste_app;

create table market_protests (
  protest_id uuid primary key default uuidv7(),
  award_id uuid not null references market_awards,
  organisation_id uuid not null references organisations,
  text text not null check (length(text) between 1 and 2000),
  made_by uuid not null references people,
  made_at timestamptz not null default app.now(),
  answer text,
  is_upheld boolean,
  answered_by uuid references people,
  answered_at timestamptz,
  constraint protest_once_per_award unique (award_id, organisation_id),
  constraint protest_answer_is_whole check ((answer is null) = (answered_at is null) and (answer is null) = (is_upheld is null) and (answer is null) = (answered_by is null))
);
revoke delete, truncate on market_protests from ewaste_app;

-- Who is to be told of what: the row is the queue, a sweep writes the letters.
create table market_notices (
  market_lot_id uuid not null references market_lots,
  organisation_id uuid not null references organisations,
  event text not null check (event in ('Offered', 'Awarded', 'NotAwarded', 'Explain', 'Settled')),
  made_at timestamptz not null default app.now(),
  told_at timestamptz,
  primary key (market_lot_id, organisation_id, event)
);
create index market_notices_waiting on market_notices (made_at) where told_at is null;
revoke delete, truncate on market_notices from ewaste_app;

-- Keys of recyclers' programs: the scope is added to the closed list, whatever other features have put there.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z][a-z-]*:[a-z][a-z-]*)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ %L::text[])', v_known || array['market:offer']);
end $$;
