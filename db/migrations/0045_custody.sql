-- What a consignment needs on the road and at the scale: its papers, the codes of both handovers, the lots it carries, tickets, pictures,
-- what scales disagreed about, and stock that came without a consignment. domain.md, section 9.

alter table consignments
  add column vehicle text constraint consignment_vehicle_is_short check (vehicle <> '' and length(vehicle) <= 60),
  add column driver text constraint consignment_driver_is_short check (driver <> '' and length(driver) <= 120),
  add column end_reason text constraint consignment_reason_is_short check (end_reason <> '' and length(end_reason) <= 500),
  add constraint consignment_taken_back_says_why check (state not in ('Cancelled', 'Returned') or end_reason is not null),
  add constraint consignment_ends_at_a_time check ((state in ('Agreed', 'Resolved', 'Cancelled', 'Returned')) = (ended_at is not null)),
  add constraint consignment_despatched_before_received check (received_at is null or despatched_at is not null);
create index consignments_of_route on consignments (from_point_id, to_site_id, consignment_id);

alter table consignment_containers
  add column waste_code text references waste_codes (code),
  add column released_at timestamptz, -- cancelled or returned: free for another consignment
  add column is_missing boolean not null default false, -- did not arrive
  add column ticket_no text constraint weigh_in_ticket_is_short check (ticket_no <> '' and length(ticket_no) <= 80),
  add column expected_items integer not null default 0 check (expected_items >= 0), -- with a serial number
  add column counted_items integer check (counted_items between 0 and 100000),
  add column site_id uuid references sites, -- of the weigh-in: a ticket has its number once at a site
  add constraint weigh_in_is_whole check ((net_grams is null) = (weighed_at is null or is_missing) and (net_grams is null) = (basis is null) and (site_id is null) = (net_grams is null)),
  add constraint weigh_in_missing_weighs_nothing check (not is_missing or (net_grams is null and weighed_at is not null));
create unique index consignment_container_once_on_the_road on consignment_containers (container_id) where released_at is null;
create unique index weigh_in_ticket_once on consignment_containers (site_id, ticket_no) where ticket_no is not null;

-- A code proves that two met: who hands over and who takes. Shown once, kept as a keyed hash, dead after five wrong tries.
create table handover_codes (
  handover_code_id uuid primary key default uuidv7(),
  consignment_id uuid not null references consignments,
  step text not null check (step in ('Despatch', 'Delivery')),
  code_hash bytea not null,
  attempts smallint not null default 0 check (attempts between 0 and 5),
  made_for uuid not null references organisations,
  made_at timestamptz not null default app.now(),
  replaced_at timestamptz,
  used_at timestamptz,
  used_by uuid references people,
  used_for uuid references organisations,
  constraint handover_code_used_by_somebody check ((used_at is null) = (used_by is null) and (used_at is null) = (used_for is null))
);
create unique index handover_code_one_live on handover_codes (consignment_id, step) where replaced_at is null;
revoke delete, truncate on handover_codes from ewaste_app;

-- Each lot as it left its point: the fact that the ledger names. What was weighed in of it, the site lot says.
create table consignment_lots (
  consignment_lot_id uuid primary key default uuidv7(),
  consignment_id uuid not null,
  container_id uuid not null,
  lot_id uuid not null references stock_lots (lot_id),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  stream text not null,
  channel text not null,
  sent_grams bigint not null check (sent_grams > 0),
  despatch_transfer_id uuid not null constraint consignment_lot_despatched_once unique references ledger.transfers (transfer_id),
  sent_at timestamptz not null default app.now(),
  constraint consignment_lot_in_its_container foreign key (consignment_id, container_id) references consignment_containers (consignment_id, container_id),
  constraint consignment_lot_once unique (consignment_id, lot_id)
);
revoke update, delete, truncate on consignment_lots from ewaste_app;
create trigger append_only before update or delete on consignment_lots for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on consignment_lots for each statement execute function app.refuse_change();

-- Scales of a site: only a scale with a number and a verification that has not ended gives a verified mass.
create table site_scales (
  site_id uuid not null,
  organisation_id uuid not null,
  scale_no text not null check (scale_no <> '' and length(scale_no) <= 60),
  verified_until date,
  certificate_no text check (certificate_no <> '' and length(certificate_no) <= 80),
  changed_by uuid not null references people,
  changed_at timestamptz not null default app.now(),
  primary key (site_id, scale_no),
  constraint site_scale_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id)
);
revoke delete, truncate on site_scales from ewaste_app;

create table weigh_in_photos (
  photo_id uuid primary key default uuidv7(),
  consignment_id uuid not null,
  container_id uuid not null,
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp')),
  content bytea not null check (length(content) <= 2000000),
  sha256 bytea not null,
  taken_at timestamptz not null default app.now(),
  constraint weigh_in_photo_of_container foreign key (consignment_id, container_id) references consignment_containers (consignment_id, container_id),
  constraint weigh_in_photo_once unique (consignment_id, container_id, sha256)
);
revoke update, delete, truncate on weigh_in_photos from ewaste_app;

create sequence discrepancy_numbers;
-- What two scales disagreed about: both sides explain, the operator decides. Compliance sweeps these rows into cases.
create table consignment_discrepancies (
  discrepancy_id uuid primary key default uuidv7(),
  number text not null constraint discrepancy_number_once unique check (number ~ '^X-[0-9]{4}-[0-9]{4,}$'),
  kind text not null check (kind in ('Mass', 'Count', 'Missing', 'Route')),
  consignment_id uuid not null references consignments,
  container_id uuid references containers, -- none: of the route
  sent_grams bigint not null,
  weighed_grams bigint not null,
  gap_grams bigint not null, -- weighed less sent
  allowed_grams bigint not null check (allowed_grams >= 0),
  expected_items integer,
  counted_items integer,
  blocks_payment boolean not null,
  state text not null default 'Open' check (state in ('Open', 'Resolved')),
  sender_words text check (length(sender_words) <= 2000),
  sender_by uuid references people,
  sender_at timestamptz,
  receiver_words text check (length(receiver_words) <= 2000),
  receiver_by uuid references people,
  receiver_at timestamptz,
  decision text check (length(decision) <= 2000),
  pays boolean, -- the operator lets the payment through
  decided_by uuid references people,
  decided_at timestamptz,
  opened_at timestamptz not null default app.now(),
  constraint discrepancy_gap_is_weighed_less_sent check (gap_grams = weighed_grams - sent_grams),
  constraint discrepancy_of_container_or_route check ((kind = 'Route') = (container_id is null)),
  constraint discrepancy_resolved_is_decided check ((state = 'Resolved') = (decided_at is not null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision is null) and (decided_at is null) = (pays is null))
);
create unique index discrepancy_once on consignment_discrepancies (consignment_id, container_id, kind) where container_id is not null;
create unique index discrepancy_of_route_once on consignment_discrepancies (consignment_id) where kind = 'Route';
create index discrepancies_open on consignment_discrepancies (opened_at, discrepancy_id) where state = 'Open';
revoke delete, truncate on consignment_discrepancies from ewaste_app;

create sequence site_entry_numbers;
-- Stock that came without a consignment: a last holder delivered to the site, or it stood there before the system began.
create table site_entries (
  entry_id uuid primary key,
  number text not null constraint site_entry_number_once unique check (number ~ '^E-[0-9]{4}-[0-9]{4,}$'),
  kind text not null check (kind in ('Direct', 'Opening')),
  site_id uuid not null,
  organisation_id uuid not null,
  holder_name text check (holder_name <> '' and length(holder_name) <= 300),
  holder_number text check (holder_number ~ '^[0-9]{12}$'), -- of a company; a person's is never asked
  stream text not null check (stream in ('Household', 'Organisation')),
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  gross_grams bigint not null,
  tare_grams bigint not null check (tare_grams >= 0),
  packaging_grams bigint not null check (packaging_grams >= 0),
  net_grams bigint not null check (net_grams > 0),
  basis text not null check (basis in ('Verified', 'Weighed', 'Estimated')),
  scale_no text,
  document_no text check (document_no <> '' and length(document_no) <= 120),
  counted_on date not null,
  site_lot_id uuid not null constraint site_entry_is_one_lot unique references site_lots,
  made_by uuid not null references people,
  made_at timestamptz not null default app.now(),
  -- Opening stock can be treated; it earns nothing until the operator has decided that it does.
  earns boolean,
  decision text check (length(decision) <= 2000),
  decided_by uuid references people,
  decided_at timestamptz,
  constraint site_entry_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint site_entry_net_is_gross_less_the_rest check (net_grams = gross_grams - tare_grams - packaging_grams),
  constraint site_entry_direct_names_its_holder check (kind <> 'Direct' or holder_name is not null),
  constraint site_entry_decided_is_whole check ((decided_at is null) = (earns is null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision is null) and (decided_at is null or kind = 'Opening'))
);
create index site_entries_of_site on site_entries (site_id, made_at desc, entry_id);
revoke delete, truncate on site_entries from ewaste_app;

-- A file of tickets from a weighbridge: read whole, shown, and only then applied.
create table ticket_files (
  ticket_file_id uuid primary key default uuidv7(),
  site_id uuid not null,
  organisation_id uuid not null,
  sha256 bytea not null,
  content text not null check (length(content) <= 2000000),
  uploaded_by uuid not null references people,
  uploaded_at timestamptz not null default app.now(),
  applied_at timestamptz,
  constraint ticket_file_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id)
);
create index ticket_files_of_site on ticket_files (site_id, ticket_file_id);
revoke delete, truncate on ticket_files from ewaste_app;

-- A reuse stream is never what a recycler takes apart.
create function consignment_reuse_goes_to_refurbishers() returns trigger language plpgsql as $$
begin
  if new.for_reuse and exists (select from sites s where s.site_id = new.to_site_id and s.kind <> 'Refurbisher') then
    raise exception 'what can be used again goes to a refurbisher' using errcode = 'check_violation', constraint = 'consignment_reuse_goes_to_refurbishers';
  end if;
  return new;
end $$;
create trigger consignment_reuse_goes_to_refurbishers before insert or update of for_reuse, to_site_id on consignments for each row execute function consignment_reuse_goes_to_refurbishers();

-- Automatic scales with a site's key.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z][a-z-]*:[a-z][a-z-]*)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ %L::text[])',
    v_known || array['consignments:read', 'weigh-ins:write']);
end $$;
