-- Organisations handing in: a list of assets, a day on which somebody comes for them, an act of transfer, a weighing, certificates. No voucher.
-- domain.md, section 8: every gram carries its stream and channel. What an organisation hands in never mixes with households' in one lot.

alter table stock_lots drop constraint stock_lots_channel_check;
alter table stock_lots add constraint stock_lot_channel_known check (channel in ('DropOff', 'WalkIn', 'Collector', 'Bin', 'Pickup'));

insert into ledger.kinds (kind, description) values
  ('pickup_weighed_in', 'an asset of an organisation was weighed in: from the last holder into the lot of its container');

create sequence pickup_numbers;
create table pickups (
  pickup_id uuid primary key default uuidv7(),
  number text not null constraint pickup_number_once unique check (number ~ '^H-[0-9]{4}-[0-9]{4,}$'),
  organisation_id uuid not null references organisations, -- who hands in
  point_id uuid references collection_points (point_id), -- who takes over
  state text not null default 'Draft' check (state in ('Draft', 'Booked', 'Received', 'Cancelled')),
  -- Somebody comes for it, or it is brought.
  way text check (way in ('Fetched', 'Brought')),
  day date,
  part text check (part in ('Morning', 'Afternoon')),
  address text, contact_name text, contact_phone text,
  owner_declared_at timestamptz, -- "the assets are ours and we give them up"
  created_by uuid not null references people,
  created_at timestamptz not null default app.now(),
  booked_by uuid references people,
  booked_at timestamptz,
  received_by uuid references people,
  received_at timestamptz,
  cancelled_by uuid references people,
  cancelled_at timestamptz,
  constraint pickup_booked_is_whole check (state in ('Draft', 'Cancelled')
    or (point_id is not null and way is not null and day is not null and part is not null and address is not null and contact_name is not null and contact_phone is not null
        and owner_declared_at is not null and booked_by is not null and booked_at is not null)),
  constraint pickup_received_by_somebody check ((state = 'Received') = (received_at is not null) and (received_at is null) = (received_by is null)),
  constraint pickup_cancelled_by_somebody check ((state = 'Cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_by is null))
);
create index pickups_of_organisation on pickups (organisation_id, pickup_id);
create index pickups_of_point on pickups (point_id, day) where state = 'Booked';
revoke delete, truncate on pickups from ewaste_app;

create table pickup_assets (
  asset_id uuid primary key default uuidv7(),
  pickup_id uuid not null references pickups,
  asset_no integer not null check (asset_no between 1 and 2000),
  description text not null check (description <> '' and length(description) <= 300),
  -- None until somebody has said what it is: a list is never refused for a word.
  unu_key text references unu_keys,
  inventory_no text, serial text,
  units integer not null constraint pickup_units_sensible check (units between 1 and 10000),
  data_choice text not null default 'None' check (data_choice in ('None', 'Wiped', 'Wipe', 'Destroy')),
  received_units integer constraint pickup_received_units_sensible check (received_units between 0 and 10000),
  category text,
  grams bigint constraint pickup_mass_above_zero check (grams > 0),
  basis text check (basis in ('Verified', 'Weighed')),
  scale_no text,
  bag_no text,
  lot_id uuid references stock_lots,
  transfer_id uuid constraint pickup_asset_posted_once unique references ledger.transfers (transfer_id),
  data_method text,
  data_done_by uuid references people,
  data_done_at timestamptz,
  constraint pickup_asset_once unique (pickup_id, asset_no),
  constraint pickup_weighed_is_whole check ((grams is null) = (transfer_id is null) and (grams is null) = (lot_id is null) and (grams is null) = (basis is null) and (grams is null) = (category is null)),
  constraint pickup_nothing_received_weighs_nothing check (coalesce(received_units, 0) > 0 or grams is null),
  constraint pickup_bearer_is_bagged check (data_choice not in ('Wipe', 'Destroy') or grams is null or bag_no is not null),
  constraint pickup_data_done_by_somebody check ((data_done_at is null) = (data_done_by is null) and (data_done_at is null) = (data_method is null) and (data_done_at is null or (grams is not null and data_choice in ('Wipe', 'Destroy'))))
);
create index pickup_assets_of_lot on pickup_assets (lot_id) where lot_id is not null;
-- A bag has one number in the country, whoever's counter or list it comes from.
create unique index pickup_bag_once on pickup_assets (bag_no) where bag_no is not null;

-- What was weighed in and what was signed stays.
create function pickup_assets_keep() returns trigger language plpgsql as $$
declare
  v_state text := (select state from pickups where pickup_id = coalesce(old.pickup_id, new.pickup_id));
begin
  if tg_op = 'DELETE' and v_state <> 'Draft' then
    raise exception 'an asset of a list that was booked stays on it' using errcode = 'restrict_violation', constraint = 'pickup_assets_keep';
  end if;
  if tg_op = 'UPDATE' and old.transfer_id is not null and (new.grams, new.lot_id, new.transfer_id, new.unu_key, new.units, new.received_units) is distinct from (old.grams, old.lot_id, old.transfer_id, old.unu_key, old.units, old.received_units) then
    raise exception 'what was weighed in stays as it was weighed' using errcode = 'restrict_violation', constraint = 'pickup_assets_keep';
  end if;
  return coalesce(new, old);
end $$;
create trigger pickup_assets_keep before update or delete on pickup_assets for each row execute function pickup_assets_keep();
