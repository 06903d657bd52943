-- Where appliances are treated, who is certified for what, and how much of a certified capacity is taken. domain.md, section 9.
-- Everything downstream asks here: an award, a weigh-in, a batch and an evidence note stand only on a certification that holds at that moment.

create sequence site_numbers;
create table sites (
  site_id uuid primary key default uuidv7(),
  number text not null constraint site_number_once unique check (number ~ '^S-[0-9]{4,}$'),
  organisation_id uuid not null references organisations,
  kind text not null check (kind in ('Recycler', 'Refurbisher')),
  name_kk text not null, name_ru text not null, name_en text,
  region_kato text not null references regions,
  -- The settlement's own code where it is known; the region's code is never passed off as one.
  kato text constraint site_kato_is_nine_digits check (kato ~ '^[0-9]{9}$'),
  address text not null,
  latitude double precision not null,
  longitude double precision not null,
  opened_on date not null default app.today(),
  closed_on date,
  demo_code text unique,
  created_at timestamptz not null default app.now(),
  constraint site_in_the_country check (latitude between 40.5 and 55.5 and longitude between 46.4 and 87.4),
  constraint site_of_organisation unique (site_id, organisation_id)
);
create index sites_of_organisation on sites (organisation_id, site_id);
create index sites_of_region on sites (region_kato, site_id);
revoke delete, truncate on sites from ewaste_app;

create sequence certification_numbers;
create table certifications (
  certification_id uuid primary key default uuidv7(),
  number text not null constraint certification_number_once unique check (number ~ '^R-[0-9]{4}-[0-9]{4,}$'),
  organisation_id uuid not null references organisations,
  kind text not null check (kind in ('Recycler', 'Refurbisher')),
  state text not null default 'Valid' check (state in ('Valid', 'Suspended', 'Withdrawn')),
  state_reason text,
  -- Half-open days in Asia/Almaty.
  valid_from date not null,
  expires_on date not null,
  created_at timestamptz not null default app.now(),
  constraint certification_valid_a_day check (valid_from < expires_on),
  constraint certification_stopped_says_why check (state = 'Valid' or state_reason is not null)
);
create index certifications_of_organisation on certifications (organisation_id, expires_on);
revoke delete, truncate on certifications from ewaste_app;

-- What is certified: a site, a category, what may be done to it (R and D codes), and how much in a year.
create table certified_scopes (
  certification_id uuid not null references certifications,
  site_id uuid not null references sites,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  operations text[] not null check (cardinality(operations) > 0),
  annual_grams bigint not null check (annual_grams > 0),
  primary key (certification_id, site_id, category)
);
create index certified_scopes_of_site on certified_scopes (site_id, category);
revoke update, delete, truncate on certified_scopes from ewaste_app;

-- What has been taken of a capacity, and given back: one row a fact, negative when it is given back.
create table capacity_uses (
  capacity_use_id uuid primary key default uuidv7(),
  site_id uuid not null references sites,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  kind text not null check (kind in ('Reserved', 'Treated')),
  day date not null,
  grams bigint not null check (grams <> 0),
  source_type text not null,
  source_id uuid not null,
  leg smallint not null default 1,
  made_at timestamptz not null default app.now(),
  constraint capacity_use_once unique (source_type, source_id, leg)
);
create index capacity_uses_of_site on capacity_uses (site_id, category, day);
revoke update, delete, truncate on capacity_uses from ewaste_app;
create trigger append_only before update or delete on capacity_uses for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on capacity_uses for each statement execute function app.refuse_change();
