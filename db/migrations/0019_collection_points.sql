-- Where things can be handed in: points, street bins, shops, reuse shops and repairers, when they are open and what they take.

create table collection_points (
  point_id uuid primary key default uuidv7(),
  -- Who stands behind the counter and whose staff may change the page.
  organisation_id uuid not null references organisations,
  slug text not null constraint point_slug_once unique constraint point_slug_readable check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  kind text not null constraint point_kind_known check (kind in ('CollectionPoint', 'StreetBin', 'Shop', 'ReuseShop', 'Repairer')),
  -- An English name is a courtesy; without it the Kazakh one is shown.
  name_kk text not null, name_ru text not null, name_en text,
  region_kato text not null references regions,
  settlement_kk text not null, settlement_ru text not null, settlement_en text,
  address_kk text not null, address_ru text not null, address_en text,
  -- How to find the door: entrance, floor, landmark.
  directions_kk text, directions_ru text, directions_en text,
  phone text,
  latitude double precision not null,
  longitude double precision not null,
  -- Whole categories, and single keys of other categories. A key that is refused is refused although its category is taken.
  categories text[] not null default '{}' constraint point_category_known check (categories <@ array['1', '2', '3', '4a', '4b', '5', '6']),
  unu_keys text[] not null default '{}',
  refused_keys text[] not null default '{}',
  -- The slot of a bin: what is longer does not go in.
  longest_side_cm integer constraint point_longest_side_sensible check (longest_side_cm between 5 and 1000),
  is_step_free boolean not null,
  gives_rewards boolean not null,
  takes_organisations boolean not null default false,
  capacity_grams bigint not null constraint point_capacity_above_zero check (capacity_grams > 0),
  -- What a person or a sensor said of a place without a counter; where containers are kept, they tell.
  fill_percent smallint constraint point_fill_percent_range check (fill_percent between 0 and 100),
  fill_told_at timestamptz,
  -- Until the day in state_until (half-open) the state holds; then the point is open again by itself.
  state text not null default 'Open' constraint point_state_known check (state in ('Open', 'Closed', 'Full', 'Suspended')),
  state_since timestamptz not null default app.now(),
  state_until date,
  state_reason_kk text, state_reason_ru text, state_reason_en text,
  -- Half-open days in Asia/Almaty; without an end the point stays.
  valid_from date not null default app.today(),
  valid_until date,
  demo_code text unique, -- an invented point of the demonstration
  created_at timestamptz not null default app.now(),
  created_by uuid references people,
  changed_at timestamptz not null default app.now(),
  changed_by uuid references people,
  constraint point_in_the_country check (latitude between 40.5 and 55.5 and longitude between 46.4 and 87.4),
  constraint point_takes_something check (cardinality(categories) + cardinality(unu_keys) > 0),
  constraint point_key_taken_or_refused check (not unu_keys && refused_keys),
  constraint point_fill_told_sometime check ((fill_percent is null) = (fill_told_at is null)),
  constraint point_closed_says_why check (state in ('Open', 'Full') or (state_reason_kk is not null and state_reason_ru is not null)),
  constraint point_open_has_no_end check (state <> 'Open' or state_until is null),
  constraint point_valid_a_day check (valid_from < valid_until)
);
create index collection_points_of_organisation on collection_points (organisation_id, point_id);
create index collection_points_of_region on collection_points (region_kato, point_id);
create index collection_points_by_category on collection_points using gin (categories);
revoke delete, truncate on collection_points from ewaste_app;

-- The week, in minutes of the day, Monday 1 to Sunday 7. A break is the gap between two rows; past midnight is two rows; a bin that is always open is 0 to 1440.
create table point_hours (
  point_id uuid not null references collection_points,
  weekday smallint not null constraint point_hours_weekday check (weekday between 1 and 7),
  opens_minute smallint not null,
  closes_minute smallint not null,
  primary key (point_id, weekday, opens_minute),
  constraint point_hours_within_a_day check (0 <= opens_minute and opens_minute < closes_minute and closes_minute <= 1440),
  constraint point_hours_do_not_overlap exclude using gist (point_id with =, weekday with =, int4range(opens_minute, closes_minute) with &&)
);

-- Days that differ from the week, half-open: closed all day, or other hours.
create table point_exceptions (
  exception_id uuid primary key default uuidv7(),
  point_id uuid not null references collection_points,
  days daterange not null constraint point_exception_has_days check (not isempty(days) and not lower_inf(days) and not upper_inf(days)),
  is_closed boolean not null,
  opens_minute smallint not null default 0,
  closes_minute smallint not null default 1440,
  reason_kk text, reason_ru text, reason_en text,
  constraint point_exception_within_a_day check (0 <= opens_minute and opens_minute < closes_minute and closes_minute <= 1440),
  constraint point_exception_closed_all_day check (not is_closed or (opens_minute = 0 and closes_minute = 1440)),
  constraint point_exceptions_do_not_overlap exclude using gist (point_id with =, days with &&, int4range(opens_minute, closes_minute) with &&)
);
