-- Custody: sealed containers travel as a consignment, are weighed in at a certified site and become its stock, gram by gram.
-- Mass: stock lot of the point -> in transit -> site lot; a difference is posted and explained, never dropped. domain.md, section 9.

insert into ledger.purposes (purpose, sort, description) values
  ('mass_in_transit', 'derived', 'grams on the road, by consignment'),
  ('mass_site_lot', 'guarded', 'grams of one category, stream, channel and payer of one container in the stock of a site'),
  ('mass_weighing_difference', 'derived', 'what scales disagreed about: positive, more was sent than weighed in; by site'),
  ('mass_opening_stock', 'derived', 'what sites held before the system began: negative');
insert into ledger.kinds (kind, description) values
  ('consignment_despatched', 'a lot left its point: into transit'),
  ('consignment_received', 'a lot was weighed in: out of transit into the stock of a site'),
  ('consignment_returned', 'a lot came back to its point'),
  ('weigh_in_less', 'a container weighed in lighter than it was sent'),
  ('weigh_in_more', 'a container weighed in heavier than it was sent'),
  ('direct_weighed_in', 'a last holder delivered to the site directly'),
  ('opening_stock_entered', 'stock of a site from before the system');

create sequence consignment_numbers;
create table consignments (
  consignment_id uuid primary key default uuidv7(),
  number text not null constraint consignment_number_once unique check (number ~ '^T-[0-9]{4}-[0-9]{4,}$'),
  from_organisation_id uuid not null references organisations,
  from_point_id uuid references collection_points (point_id), -- none: between sites
  from_site_id uuid references sites,
  to_site_id uuid not null references sites,
  to_organisation_id uuid not null references organisations,
  carrier_organisation_id uuid references organisations,
  market_lot_id uuid, -- the lot of the marketplace it settles
  -- One gram, one payer: who pays for what is sent. It goes with each lot to the end.
  payer text not null default 'FeeFund' check (payer in ('FeeFund', 'OwnSystem', 'Market', 'Sponsor')),
  own_system_id uuid references organisations, -- whose own system
  for_reuse boolean not null default false,
  state text not null default 'Prepared' check (state in ('Prepared', 'Despatched', 'Received', 'Agreed', 'Discrepant', 'Resolved', 'Cancelled', 'Returned')),
  prepared_by uuid not null references people,
  prepared_at timestamptz not null default app.now(),
  despatched_at timestamptz,
  received_at timestamptz,
  ended_at timestamptz,
  constraint consignment_between_two_places check ((from_point_id is null) <> (from_site_id is null) and from_site_id is distinct from to_site_id),
  constraint consignment_own_system_is_named check ((payer = 'OwnSystem') = (own_system_id is not null)),
  constraint consignment_to_its_site foreign key (to_site_id, to_organisation_id) references sites (site_id, organisation_id)
);
create index consignments_from on consignments (from_organisation_id, consignment_id);
create index consignments_to on consignments (to_organisation_id, consignment_id);
create index consignments_of_carrier on consignments (carrier_organisation_id, consignment_id) where carrier_organisation_id is not null;
revoke delete, truncate on consignments from ewaste_app;

-- Each container as it was sent and as it was weighed in.
create table consignment_containers (
  consignment_id uuid not null references consignments,
  container_id uuid not null references containers,
  sent_grams bigint not null check (sent_grams > 0),
  gross_grams bigint, tare_grams bigint, packaging_grams bigint,
  net_grams bigint,
  basis text check (basis in ('Verified', 'Weighed')),
  scale_no text,
  scale_verified_until date,
  weighed_by uuid references people,
  weighed_at timestamptz,
  primary key (consignment_id, container_id),
  constraint weigh_in_net_is_gross_less_the_rest check (net_grams is null or (net_grams > 0 and net_grams = gross_grams - tare_grams - packaging_grams)),
  constraint weigh_in_verified_names_its_scale check (basis is distinct from 'Verified' or (scale_no is not null and scale_verified_until is not null))
);
create index consignment_containers_of_container on consignment_containers (container_id);
revoke delete, truncate on consignment_containers from ewaste_app;

-- Stock of a site: narrow lots, so that each gram keeps where it came from, on what basis, and who pays for it.
-- Purpose mass_site_lot, owner = site_lot_id. trace_links (stock_lot -> site_lot) join it to its drop-offs.
create table site_lots (
  site_lot_id uuid primary key default uuidv7(),
  site_id uuid not null,
  organisation_id uuid not null,
  container_id uuid references containers,
  consignment_id uuid references consignments,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  stream text not null check (stream in ('Household', 'Organisation')),
  channel text not null check (channel in ('DropOff', 'WalkIn', 'Collector', 'Bin', 'Pickup', 'Direct', 'Opening')),
  payer text not null check (payer in ('FeeFund', 'OwnSystem', 'Market', 'Sponsor')),
  own_system_id uuid references organisations,
  basis text not null check (basis in ('Verified', 'Weighed', 'Estimated', 'Model')),
  weighed_in_on date not null, -- decides the year of evidence
  received_grams bigint not null check (received_grams > 0),
  account_id uuid not null constraint site_lot_account_once unique references ledger.accounts (account_id),
  is_hazardous boolean not null default false,
  made_at timestamptz not null default app.now(),
  constraint site_lot_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint site_lot_own_system_is_named check ((payer = 'OwnSystem') = (own_system_id is not null)),
  constraint site_lot_comes_from_somewhere check ((channel in ('Opening', 'Direct')) = (consignment_id is null))
);
create index site_lots_of_site on site_lots (site_id, category, weighed_in_on, site_lot_id);
create index site_lots_of_container on site_lots (container_id) where container_id is not null;
create index site_lots_of_consignment on site_lots (consignment_id) where consignment_id is not null;
revoke update, delete, truncate on site_lots from ewaste_app;
