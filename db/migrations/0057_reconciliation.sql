-- Reconciliation: every gram and every tenge by measure, quarter, category and region. domain.md, section 10.
-- Nothing is added to the paths that write: the ledger and the submitted versions are the records, and a job folds them into cells up to the
-- oldest transaction still open, as ledger.fold does with balances. A read adds the tail. Rebuilt from nothing the cells must be the same.

create schema reconciliation;
grant usage on schema reconciliation to ewaste_app;
alter default privileges in schema reconciliation grant select on tables to ewaste_app;

-- Where an account stands: found once, then kept, so that a figure does not move when the page of a point is edited.
create table reconciliation.places (
  account_id uuid primary key references ledger.accounts,
  measure text not null,
  sign smallint not null check (sign in (-1, 1)), -- last holders and opening stock are debts of the chain: their balances are negative
  region_kato text,                               -- null: of the other side of each transfer
  since date                                      -- when the lot was opened: an estimate is replaced in the quarter in which it was made
);
create index places_of_measure on reconciliation.places (measure, region_kato);

-- Which versions count: +1 when one is submitted, -1 when a newer one takes its place or it is returned.
create table reconciliation.turns (
  turn_id uuid primary key default uuidv7(),
  declaration_id uuid not null,
  version integer not null,
  sign smallint not null check (sign in (-1, 1)),
  transaction_id xid8 not null default pg_current_xact_id(),
  turned_at timestamptz not null default app.now(),
  is_measured boolean not null default false,
  foreign key (declaration_id, version) references declaration_versions,
  constraint turn_once unique (declaration_id, version, sign)
);
create index turns_by_transaction on reconciliation.turns (transaction_id);
create index turns_to_measure on reconciliation.turns (declaration_id, version) where not is_measured;

-- What one version declares, by quarter of the obligation, category and kind of equipment. Lines of a submitted version never change, so this does not.
create table reconciliation.version_cells (
  declaration_id uuid not null,
  version integer not null,
  period integer not null,   -- year * 10 + quarter
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  unu_key text not null,     -- '-': only an HS code, and it leads to no key
  region_kato text not null, -- where the declarant is registered
  grams bigint not null,     -- an export lowers
  units bigint not null,
  fee_tiyn bigint not null,
  lines integer not null,
  primary key (declaration_id, version, period, category, unu_key)
);
create index version_cells_in_order on reconciliation.version_cells (period, category, region_kato, declaration_id);

-- The folded figures: by quarter and by year (quarter 0), by region and for the country ('*'). The years of one place lie side by side.
create table reconciliation.cells (
  region_kato text not null,
  quarter smallint not null check (quarter between 0 and 4),
  period integer not null check (period % 10 = quarter),
  measure text not null,
  category text not null, -- '-': money is not split by category
  amount bigint not null, -- grams or tiyn
  records bigint not null,
  primary key (region_kato, quarter, period, measure, category)
) with (fillfactor = 70);

create table reconciliation.folding (
  only_row boolean primary key default true check (only_row),
  through xid8 not null,
  folded_at timestamptz not null default app.now()
);
insert into reconciliation.folding (through) values ('0');

create function reconciliation.version_turned() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.state = 'Submitted' and (tg_op = 'INSERT' or old.state <> 'Submitted') then
    insert into reconciliation.turns (declaration_id, version, sign)
    select v.declaration_id, v.version, case when v.version = new.version then 1 else -1 end
      from public.declaration_versions v
     where v.declaration_id = new.declaration_id
       and (v.version = new.version
            or v.version = (select max(p.version) from public.declaration_versions p where p.declaration_id = new.declaration_id and p.version < new.version and p.state = 'Submitted')
               and v.decision is distinct from 'Returned');
  end if;
  if new.decision = 'Returned' and (tg_op = 'INSERT' or old.decision is distinct from 'Returned') then
    insert into reconciliation.turns (declaration_id, version, sign) values (new.declaration_id, new.version, -1)
    on conflict on constraint turn_once do nothing;
  end if;
  return null;
end $$;
create trigger declaration_versions_turn after insert or update of state, decision on declaration_versions
  for each row when (new.state = 'Submitted') execute function reconciliation.version_turned();
insert into reconciliation.turns (declaration_id, version, sign)
select v.declaration_id, v.version, s.sign
  from declaration_versions v cross join (values (1), (-1)) as s(sign)
 where v.state = 'Submitted'
   and (s.sign = 1 or v.decision = 'Returned' or exists (select from declaration_versions n where n.declaration_id = v.declaration_id and n.version > v.version and n.state = 'Submitted'));
