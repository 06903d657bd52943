-- People, organisations, who may act for whom, and the keys machines come with.

create table regions (
  kato text primary key constraint region_kato_is_nine_digits check (kato ~ '^[0-9]{9}$'),
  name_kk text not null,
  name_ru text not null,
  name_en text not null,
  -- Regions made by the reforms of 2018 and 2022 carry their first day and the region they were cut from, so that older data load.
  valid_from date,
  predecessor_kato text,
  constraint region_successor_has_a_date check ((valid_from is null) = (predecessor_kato is null))
);

create table people (
  person_id uuid primary key default uuidv7(),
  user_name text not null,
  email text not null,
  name text not null,
  language text not null default 'kk' check (language in ('kk', 'ru', 'en')),
  demo_code text unique, -- a persona of the demonstration
  created_at timestamptz not null default app.now()
);
create unique index people_user_name_once on people (lower(user_name));
create unique index people_email_once on people (lower(email));

-- What proves that somebody is a person stands apart from what describes the person.
create table credentials (
  person_id uuid primary key references people,
  password_hash text,
  password_set_at timestamptz,
  totp_secret bytea, -- sealed
  totp_confirmed_at timestamptz,
  totp_last_step bigint not null default 0, -- a code works once
  constraint credential_confirmed_totp_has_a_secret check (totp_confirmed_at is null or totp_secret is not null)
);

create table recovery_codes (
  code_hash bytea primary key,
  person_id uuid not null references people,
  made_at timestamptz not null default app.now(),
  used_at timestamptz
);
create index recovery_codes_of_person on recovery_codes (person_id);

create table organisations (
  organisation_id uuid primary key default uuidv7(),
  slug text not null unique constraint organisation_slug_is_opaque check (slug ~ '^[0-9a-z]{10}$'),
  kind text not null check (kind in ('company', 'sole_trader')),
  -- A company's number is public. A sole trader's is personal data: sealed, and found again by its keyed hash alone.
  bin text unique constraint organisation_bin_is_twelve_digits check (bin ~ '^[0-9]{12}$'),
  iin_sealed bytea,
  number_hash bytea not null constraint organisation_joined_once unique,
  name_kk text not null,
  name_ru text not null,
  region_kato text not null references regions,
  address text not null,
  contact_name text not null,
  contact_email text not null,
  contact_phone text not null,
  activities text[] not null constraint organisation_activity_known check (activities <@ array[
    'importer', 'producer', 'agent', 'recycler', 'refurbisher', 'point', 'merchant', 'carrier', 'auditor']),
  demo_code text unique, -- an invented organisation of the demonstration
  created_at timestamptz not null default app.now(),
  constraint organisation_number_matches_kind check ((kind = 'company') = (bin is not null) and (kind = 'sole_trader') = (iin_sealed is not null))
);
create index organisations_of_region on organisations (region_kato, organisation_id);

create table memberships (
  organisation_id uuid not null references organisations,
  person_id uuid not null references people,
  roles text[] not null constraint membership_role_known check (cardinality(roles) > 0 and roles <@ array[
    'owner', 'preparer', 'signatory', 'accountant', 'viewer', 'developer', 'point_staff', 'cashier', 'recycler_staff']),
  joined_at timestamptz not null default app.now(),
  primary key (organisation_id, person_id)
);
create index memberships_of_person on memberships (person_id, organisation_id);

create table platform_roles (
  person_id uuid not null references people,
  role text not null check (role in ('operator_preparer', 'operator_approver', 'inspector', 'akimat')),
  region_kato text references regions,
  granted_at timestamptz not null default app.now(),
  granted_by uuid references people,
  constraint platform_role_region_where_it_has_one check ((role in ('inspector', 'akimat')) = (region_kato is not null)),
  constraint platform_role_once unique nulls not distinct (person_id, role, region_kato)
);

create table invitations (
  invitation_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  email text not null,
  roles text[] not null constraint invitation_role_known check (cardinality(roles) > 0 and roles <@ array[
    'owner', 'preparer', 'signatory', 'accountant', 'viewer', 'developer', 'point_staff', 'cashier', 'recycler_staff']),
  token_hash bytea not null unique,
  invited_by uuid not null references people,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references people,
  withdrawn_at timestamptz,
  constraint invitation_accepted_by_somebody check ((accepted_at is null) = (accepted_by is null)),
  constraint invitation_ends_one_way check (accepted_at is null or withdrawn_at is null)
);
create index invitations_of_organisation on invitations (organisation_id, created_at);

create table api_keys (
  api_key_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  name text not null,
  prefix text not null unique, -- shown in lists, so that a leaked key can be told from the others
  key_hash bytea not null unique,
  scopes text[] not null constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ array[
    'declarations:read', 'declarations:write', 'declarations:submit']),
  created_by uuid references people,
  created_at timestamptz not null default app.now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_of_organisation on api_keys (organisation_id, created_at);

-- What the demo secrets in this database were derived from: another seed or other personas, other secrets.
create table demo_state (
  only_row boolean primary key default true check (only_row),
  fingerprint text not null
);
