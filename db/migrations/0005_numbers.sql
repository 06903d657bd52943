-- Gapless numbers, and the memory of answered requests.

-- Invoices, credit notes and certificates are numbered without gaps, per year of Asia/Almaty. All other numbers come from sequences.
create table app.counters (
  series text not null check (series in ('Invoice', 'CreditNote', 'Certificate')),
  year integer not null check (year between 2000 and 2199),
  last_number bigint not null check (last_number > 0),
  primary key (series, year)
);

-- Takes the next number. Everybody else who wants one waits until this transaction ends: make it the last statement of a short one.
-- A rollback gives the number back, so there is no gap.
create function app.next_number(p_series text, out year integer, out number bigint)
  language sql volatile
  as $$
    insert into app.counters as c (series, year, last_number)
    values (p_series, extract(year from app.today())::integer, 1)
    on conflict (series, year) do update set last_number = c.last_number + 1
    returning c.year, c.last_number;
  $$;

-- One row for each request that was answered: it commits together with what the request did.
create table app.idempotency_keys (
  principal text not null,
  route text not null,
  key text not null check (length(key) between 1 and 255),
  body_sha256 bytea not null,
  status integer not null,
  answer text not null,
  answered_at timestamptz not null default app.now(),
  primary key (principal, route, key)
);

create index idempotency_keys_by_age on app.idempotency_keys (answered_at);
