-- Signed-in sessions, brakes against guessing, devices, keys of the web nodes, and letters on their way.

create table devices (
  device_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  name text not null,
  pairing_code_hash bytea unique,
  pairing_expires_at timestamptz,
  token_hash bytea unique,
  created_by uuid not null references people,
  created_at timestamptz not null default app.now(),
  paired_at timestamptz,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  constraint device_paired_or_waiting check ((paired_at is null) = (token_hash is null) and (paired_at is null or pairing_code_hash is null))
);
create index devices_of_organisation on devices (organisation_id, created_at);

-- A PIN opens nothing by itself: it counts only on a paired device of the same organisation.
create table staff_pins (
  organisation_id uuid not null,
  person_id uuid not null,
  pin_hash text not null,
  set_at timestamptz not null default app.now(),
  primary key (organisation_id, person_id),
  foreign key (organisation_id, person_id) references memberships on delete cascade
);

create table sessions (
  session_id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  person_id uuid not null references people,
  device_id uuid references devices,
  organisation_id uuid references organisations, -- the organisation last worked in, or the only one where a device signed in
  second_factor text not null check (second_factor in ('none', 'totp', 'recovery', 'passkey', 'pin', 'demo')),
  created_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  fresh_at timestamptz not null default app.now(), -- when the person last proved who they are
  ends_at timestamptz not null,
  revoked_at timestamptz,
  address text,
  user_agent text
);
create index sessions_of_person on sessions (person_id, created_at);

create table sign_in_throttles (
  subject bytea primary key,
  failures integer not null check (failures >= 0),
  last_attempt_at timestamptz not null,
  locked_until timestamptz
);

create table passkeys (
  credential_id bytea primary key,
  person_id uuid not null references people,
  name text not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  is_user_verified boolean not null,
  is_backup_eligible boolean not null,
  is_backed_up boolean not null,
  attestation_object bytea not null,
  client_data_json bytea not null,
  created_at timestamptz not null default app.now(),
  last_used_at timestamptz
);
create index passkeys_of_person on passkeys (person_id, created_at);

-- Links sent by letter: joining and a forgotten password. Single use, short life.
create table letter_links (
  token_hash bytea primary key,
  purpose text not null check (purpose in ('join', 'password')),
  email text not null,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table data_protection_keys (
  friendly_name text primary key,
  xml_sealed bytea not null,
  created_at timestamptz not null default app.now()
);

create schema messages;
grant usage on schema messages to ewaste_app;
alter default privileges in schema messages grant select, insert, update, delete on tables to ewaste_app;

-- A letter is written with the fact it tells of and delivered by a sweep. Its text may hold a link that opens something: sealed, and gone once delivered.
create table messages.outbox (
  message_id uuid primary key default uuidv7(),
  to_address text not null,
  language text not null check (language in ('kk', 'ru', 'en')),
  subject text not null,
  body_sealed bytea,
  created_at timestamptz not null default app.now(),
  sent_at timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text
);
create index outbox_waiting on messages.outbox (next_at) where sent_at is null;
