-- One double-entry ledger for money (tiyn) and mass (grams per category). house.md, "Ledger"; domain.md, section 7.
-- A transfer is one row: it debits one account, credits one, and is never changed. Balance = credits - debits.
-- Nothing here is writable for the application: ledger.post, ledger.reverse and ledger.open_account (db/repeatable) are the only ways in.

create schema ledger;
grant usage on schema ledger to ewaste_app;
alter default privileges in schema ledger grant select on tables to ewaste_app;

-- Holds for every append-only table: the REVOKE is the first wall, this is the second, and it binds the owner too.
create function app.refuse_change() returns trigger
  language plpgsql
  as $$
begin
  raise exception '%.% is append-only: % is refused. A correction is a new row.', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'append_only';
end $$;

create table ledger.units (
  unit text primary key,
  description text not null
);

insert into ledger.units (unit, description) values
  ('KZT', 'tenge, counted in tiyn'),
  ('mass:1', 'grams of temperature exchange equipment'),
  ('mass:2', 'grams of screens and monitors'),
  ('mass:3', 'grams of lamps'),
  ('mass:4a', 'grams of large equipment'),
  ('mass:4b', 'grams of photovoltaic panels'),
  ('mass:5', 'grams of small equipment'),
  ('mass:6', 'grams of small IT and telecommunication equipment');

-- What an account is for decides its sort. Features add their purposes and kinds in migrations of their own.
--   guarded: the balance is stored, has a floor, and changes by difference in the statement that posts: many and narrow.
--   derived: the balance is what was folded plus the transfers since: busy accounts without a hot row.
create table ledger.purposes (
  purpose text primary key,
  sort text not null check (sort in ('guarded', 'derived')),
  description text not null,
  unique (purpose, sort)
);

-- Why a transfer was made: a closed list.
create table ledger.kinds (
  kind text primary key,
  description text not null
);

insert into ledger.kinds (kind, description) values
  ('reversal', 'takes back one earlier transfer, which it names');

create table ledger.accounts (
  account_id uuid primary key default uuidv7(),
  purpose text not null,
  sort text not null,
  owner_id uuid,
  unit text not null references ledger.units (unit),
  -- guarded: the balance. derived: the sum of the transfers before ledger.folding.through.
  balance bigint not null default 0,
  floor bigint not null default 0,
  opened_at timestamptz not null default app.now(),
  constraint account_once_per_purpose_owner_unit unique nulls not distinct (purpose, owner_id, unit),
  constraint account_unit unique (account_id, unit),
  constraint account_purpose foreign key (purpose, sort) references ledger.purposes (purpose, sort),
  constraint guarded_balance_not_below_floor check (sort = 'derived' or balance >= floor)
) with (fillfactor = 80);

create table ledger.transfers (
  transfer_id uuid primary key default uuidv7(),
  unit text not null,
  debit_account_id uuid not null,
  credit_account_id uuid not null,
  amount bigint not null,
  kind text not null,
  source_type text not null,
  source_id uuid not null,
  leg smallint not null,
  reverses_id uuid,
  posted_at timestamptz not null default app.now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  constraint transfer_amount_above_zero check (amount > 0),
  constraint transfer_between_two_accounts check (debit_account_id <> credit_account_id),
  constraint transfer_debit_in_unit foreign key (debit_account_id, unit) references ledger.accounts (account_id, unit),
  constraint transfer_credit_in_unit foreign key (credit_account_id, unit) references ledger.accounts (account_id, unit),
  constraint transfer_reverses foreign key (reverses_id) references ledger.transfers (transfer_id),
  constraint transfer_once_per_fact_and_leg unique (kind, source_type, source_id, leg),
  constraint transfer_reversal_says_so check ((kind = 'reversal') = (reverses_id is not null))
);

create unique index transfer_reversed_once on ledger.transfers (reverses_id) where reverses_id is not null;
create index transfers_by_debit on ledger.transfers (debit_account_id, transaction_id);
create index transfers_by_credit on ledger.transfers (credit_account_id, transaction_id);
create index transfers_by_transaction on ledger.transfers (transaction_id);

create trigger append_only before update or delete on ledger.transfers
  for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on ledger.transfers
  for each statement execute function app.refuse_change();

-- Up to which transaction derived balances are folded. Every transaction below it has ended, so no transfer is ever skipped.
create table ledger.folding (
  only_row boolean primary key default true check (only_row),
  through xid8 not null,
  folded_at timestamptz not null default app.now()
);

insert into ledger.folding (through) values ('0');

-- What is sealed into the chain of 0004_audit.sql. A changed recipe would break every hash, so it is a migration and never edited.
create function ledger.canonical(t ledger.transfers) returns text
  language sql stable
  return jsonb_build_array(t.transfer_id, t.unit, t.debit_account_id, t.credit_account_id, t.amount, t.kind, t.source_type, t.source_id, t.leg,
    t.reverses_id, to_char(t.posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text;
