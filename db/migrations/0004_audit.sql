-- Who did what, on whose behalf, when and from where: one row for every write, append-only, sealed into a chain by a job.
-- Writers wait for nobody. Transfers of the ledger are sealed into the same chain, so that an edited one is named too.

create schema audit;
grant usage on schema audit to ewaste_app;
alter default privileges in schema audit grant select on tables to ewaste_app;

create table audit.entries (
  entry_id uuid primary key default uuidv7(),
  at timestamptz not null default app.now(),
  user_id uuid,
  organisation_id uuid,
  on_behalf_of_id uuid,
  role text not null,
  action text not null,
  object_type text not null,
  object_id text not null,
  address text,
  request_id text not null,
  details jsonb not null default '{}',
  transaction_id xid8 not null default pg_current_xact_id()
);

create index entries_by_transaction on audit.entries (transaction_id);
create index entries_by_object on audit.entries (object_type, object_id, entry_id);
create index entries_by_organisation on audit.entries (organisation_id, entry_id);
create index entries_by_time on audit.entries (at, entry_id);

-- Time, id and transaction come from the database alone.
grant insert (user_id, organisation_id, on_behalf_of_id, role, action, object_type, object_id, address, request_id, details) on audit.entries to ewaste_app;

create trigger append_only before update or delete on audit.entries
  for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on audit.entries
  for each statement execute function app.refuse_change();

-- The recipe of the hash: a JSON array in this order, UTC with microseconds, UTF-8. Never edited: a new one would be a new function.
create function audit.canonical(e audit.entries) returns text
  language sql stable
  return jsonb_build_array(e.entry_id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.user_id, e.organisation_id, e.on_behalf_of_id,
    e.role, e.action, e.object_type, e.object_id, e.address, e.request_id, e.details)::text;

create table audit.seals (
  seal_no bigint primary key,
  first_leaf bigint not null,
  last_leaf bigint not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  -- Every transaction below had ended when this seal was made, so all its rows are sealed.
  complete_below xid8 not null,
  check (last_leaf >= first_leaf)
);

create table audit.leaves (
  leaf_no bigint primary key,
  seal_no bigint not null references audit.seals (seal_no),
  source text not null check (source in ('audit', 'ledger')),
  row_id uuid not null,
  sha256 bytea not null,
  unique (source, row_id)
);

create index leaves_by_seal on audit.leaves (seal_no);

-- The last hash of each day (Asia/Almaty): public, so that a rewritten chain no longer matches what others hold.
create table audit.daily_roots (
  day date primary key,
  seal_no bigint not null,
  hash bytea not null,
  published_at timestamptz not null default app.now()
);

create trigger append_only before update or delete on audit.seals for each row execute function app.refuse_change();
create trigger append_only before update or delete on audit.leaves for each row execute function app.refuse_change();
create trigger append_only before update or delete on audit.daily_roots for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on audit.seals for each statement execute function app.refuse_change();
create trigger append_only_truncate before truncate on audit.leaves for each statement execute function app.refuse_change();
create trigger append_only_truncate before truncate on audit.daily_roots for each statement execute function app.refuse_change();
