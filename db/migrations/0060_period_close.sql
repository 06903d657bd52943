-- Closing a period: two people, a frozen table of figures with its hash; what changes later is shown as an adjustment. domain.md, section 10.

create table reconciliation.closures (
  closure_id uuid primary key default uuidv7(),
  period integer not null check (period / 10 between 2000 and 2199 and period % 10 between 0 and 4), -- year * 10 + quarter; quarter 0 is the year
  state text not null default 'Proposed' check (state in ('Proposed', 'Closed', 'Reopened', 'Withdrawn')),
  -- What the checks said on the day, so that it can be told later what was known.
  findings jsonb not null,
  note text not null default '' check (length(note) <= 2000),
  cells integer,
  sha256 bytea check (length(sha256) = 32),
  proposed_by uuid not null references people, proposed_at timestamptz not null default app.now(),
  closed_by uuid references people, closed_at timestamptz,
  reopen_reason text,
  reopen_asked_by uuid references people, reopen_asked_at timestamptz,
  reopened_by uuid references people, reopened_at timestamptz,
  constraint closure_two_people check (state not in ('Closed', 'Reopened') or (closed_by is not null and closed_by <> proposed_by and closed_at is not null and sha256 is not null and cells is not null)),
  constraint closure_reopened_by_two_people check (state <> 'Reopened' or (reopened_by is not null and reopen_asked_by is not null and reopened_by <> reopen_asked_by and reopen_reason <> '')),
  constraint closure_reopening_says_why check ((reopen_asked_by is null) = (reopen_reason is null))
);
-- A period is closed, or about to be, once; those that were opened again stay as a trace.
create unique index closure_once_per_period on reconciliation.closures (period) where state in ('Proposed', 'Closed');

-- The frozen figures: only those of the period itself, so closing grows with its own rows only.
create table reconciliation.closure_cells (
  closure_id uuid not null references reconciliation.closures,
  region_kato text not null,
  measure text not null,
  category text not null,
  amount bigint not null,
  records bigint not null,
  primary key (closure_id, region_kato, measure, category)
);
create trigger append_only before update or delete on reconciliation.closure_cells for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on reconciliation.closure_cells for each statement execute function app.refuse_change();

-- What was closed stays as it was closed: only the reopening is added, and it never goes back.
create function reconciliation.closures_keep() returns trigger language plpgsql as $$
begin
  if old.state in ('Reopened', 'Withdrawn')
     or (old.state = 'Closed' and (new.state not in ('Closed', 'Reopened')
         or to_jsonb(new) - array['state', 'reopen_reason', 'reopen_asked_by', 'reopen_asked_at', 'reopened_by', 'reopened_at']
            is distinct from to_jsonb(old) - array['state', 'reopen_reason', 'reopen_asked_by', 'reopen_asked_at', 'reopened_by', 'reopened_at'])) then
    raise exception 'a closed period stays as it was closed' using errcode = 'restrict_violation', constraint = 'closures_keep';
  end if;
  return new;
end $$;
create trigger closures_keep before update on reconciliation.closures for each row execute function reconciliation.closures_keep();

grant insert, update on reconciliation.closures to ewaste_app;
grant insert on reconciliation.closure_cells to ewaste_app;
