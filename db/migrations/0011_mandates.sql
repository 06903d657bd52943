-- Agents: who lets whom prepare, submit or pay for them, from which day to which, and what agents filed for many at once.

create table mandates (
  mandate_id uuid primary key default uuidv7(),
  client_id uuid not null references organisations,
  agent_id uuid not null references organisations,
  scopes text[] not null constraint mandate_scope_known check (cardinality(scopes) > 0 and scopes <@ array['prepare', 'submit', 'pay']),
  -- Half-open days in Asia/Almaty; without an end it holds until it is revoked.
  valid_from date not null,
  valid_until date,
  given_at timestamptz not null default app.now(),
  given_by uuid not null references people,
  changed_at timestamptz,
  changed_by uuid references people,
  revoked_at timestamptz,
  revoked_by uuid references people,
  constraint mandate_holds_a_day check (valid_from < valid_until),
  constraint mandate_not_to_oneself check (client_id <> agent_id),
  constraint mandate_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null)),
  -- Two at once for the same pair would leave open which one counts.
  constraint mandate_once_at_a_time exclude using gist (client_id with =, agent_id with =, daterange(valid_from, valid_until) with &&)
    where (revoked_at is null)
);
create index mandates_of_agent on mandates (agent_id, client_id) where revoked_at is null;
create index mandates_of_client on mandates (client_id, mandate_id);
revoke delete, truncate on mandates from ewaste_app;

-- What was revoked stays so: whoever wants the agent back gives a new mandate, and the audit shows the gap.
create function mandates_keep() returns trigger language plpgsql as $$
begin
  if old.revoked_at is not null or (new.client_id, new.agent_id, new.given_at, new.given_by) is distinct from (old.client_id, old.agent_id, old.given_at, old.given_by) then
    raise exception 'a mandate that was revoked, and its two sides, never change' using errcode = 'restrict_violation', constraint = 'mandates_keep';
  end if;
  return new;
end $$;
create trigger mandates_keep before update on mandates for each row execute function mandates_keep();

-- Nil declarations filed for several clients in one go. The id comes with the page that was shown: sent twice, it is the same batch.
create table nil_batches (
  nil_batch_id uuid primary key,
  person_id uuid not null references people,
  period_from date not null,
  period_until date not null,
  created_at timestamptz not null default app.now(),
  constraint nil_batch_holds_a_day check (period_from < period_until)
);
create index nil_batches_of_person on nil_batches (person_id, created_at);

create table nil_filings (
  nil_batch_id uuid not null references nil_batches,
  client_id uuid not null references organisations,
  state text not null default 'Waiting' check (state in ('Waiting', 'Filed', 'Refused')),
  refusal text,
  number text,
  finished_at timestamptz,
  primary key (nil_batch_id, client_id),
  constraint nil_filing_ends_one_way check (
    case state when 'Waiting' then num_nonnulls(refusal, finished_at) = 0
               when 'Filed' then number is not null and refusal is null and finished_at is not null
               else refusal is not null and finished_at is not null end)
);
revoke delete, truncate on nil_batches, nil_filings from ewaste_app;
revoke update on nil_batches from ewaste_app;
