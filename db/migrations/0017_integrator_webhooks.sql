-- Our own webhooks: an organisation's programs hear of its declarations, invoices and certificates at an address that it names.
-- A fact writes its event in its own transaction, whoever made it, and only where somebody listens; a sweep makes deliveries of events and sends them.

create schema integrations;
grant usage on schema integrations to ewaste_app;

create table integrations.endpoints (
  endpoint_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  url text not null constraint endpoint_is_https check (url ~ '^https://' and length(url) <= 500),
  note text not null default '' check (length(note) <= 100),
  events text[] not null constraint endpoint_event_known check (cardinality(events) > 0 and events <@ array[
    'declaration.submitted', 'declaration.accepted', 'declaration.returned', 'invoice.issued', 'invoice.paid', 'invoice.credited', 'certificate.issued', 'certificate.annulled']),
  secret_sealed bytea not null,
  -- The secret before the last rotation signs beside the new one until this moment.
  old_secret_sealed bytea,
  old_secret_until timestamptz,
  -- Stopped: by a person. Failed: nothing was taken for days. Both keep what waits; Removed drops it.
  state text not null default 'Active' check (state in ('Active', 'Stopped', 'Failed', 'Removed')),
  failing_since timestamptz,
  is_notice_due boolean not null default false,
  created_at timestamptz not null default app.now(),
  created_by uuid,
  constraint endpoint_old_secret_ends check ((old_secret_sealed is null) = (old_secret_until is null))
);
create unique index endpoint_once_per_address on integrations.endpoints (organisation_id, url) where state <> 'Removed';
create index endpoints_of_organisation on integrations.endpoints (organisation_id, endpoint_id desc);
create index endpoints_to_tell_of on integrations.endpoints (endpoint_id) where is_notice_due;

-- What happened, as it is told. Thin on purpose: who wants more asks the API.
create table integrations.events (
  event_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  type text not null,
  subject text not null,
  data jsonb not null,
  occurred_at timestamptz not null default app.now(),
  -- A trial goes to the endpoint that asked for it and to no other.
  only_endpoint_id uuid references integrations.endpoints,
  spread_at timestamptz
);
create index events_to_spread on integrations.events (event_id) where spread_at is null;

-- An event on its way to an endpoint: the row is the queue.
create table integrations.deliveries (
  delivery_id uuid primary key default uuidv7(),
  endpoint_id uuid not null references integrations.endpoints,
  event_id uuid not null references integrations.events,
  organisation_id uuid not null references organisations,
  state text not null default 'Waiting' check (state in ('Waiting', 'Delivered', 'GivenUp')),
  attempts integer not null default 0 check (attempts >= 0), -- since it was last asked for
  next_at timestamptz not null default app.now(),
  -- Somebody is sending it; after this moment he is believed dead.
  leased_until timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default app.now(),
  constraint delivery_once_per_event unique (endpoint_id, event_id),
  constraint delivery_delivered_at_a_moment check ((state = 'Delivered') = (delivered_at is not null))
);
create index deliveries_due on integrations.deliveries (next_at, delivery_id) where state = 'Waiting';
create index deliveries_leased on integrations.deliveries (organisation_id) where leased_until is not null;

-- The log: what was answered, never what was in the answer.
create table integrations.delivery_attempts (
  attempt_id uuid primary key default uuidv7(),
  delivery_id uuid not null references integrations.deliveries,
  attempted_at timestamptz not null default app.now(),
  status integer check (status between 100 and 599),
  problem text check (problem in ('NoAddress', 'AddressNotPublic', 'NoConnection', 'CertificateNotTrusted', 'TooSlow', 'Redirect', 'Refused')),
  milliseconds integer not null check (milliseconds >= 0),
  constraint attempt_taken_or_a_problem check ((problem is null) = coalesce(status between 200 and 299, false))
);
create index delivery_attempts_of_delivery on integrations.delivery_attempts (delivery_id, attempt_id desc);
create trigger append_only before update or delete on integrations.delivery_attempts for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on integrations.delivery_attempts for each statement execute function app.refuse_change();

grant select, insert, update on integrations.endpoints, integrations.events, integrations.deliveries to ewaste_app;
grant select, insert on integrations.delivery_attempts to ewaste_app;

create function integrations.events_keep() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'spread_at' is distinct from to_jsonb(old) - 'spread_at' then
    raise exception 'event % is what happened', old.event_id using errcode = 'restrict_violation', constraint = 'told_event_never_changes';
  end if;
  return new;
end $$;
create trigger events_keep before update on integrations.events for each row execute function integrations.events_keep();

create function integrations.tell(p_organisation uuid, p_type text, p_subject text, p_data jsonb) returns void language sql as $$
  insert into integrations.events (organisation_id, type, subject, data)
  select p_organisation, p_type, p_subject, p_data
   where exists (select from integrations.endpoints where organisation_id = p_organisation and state = 'Active' and p_type = any(events))
$$;

create function integrations.kzt(p_tiyn bigint) returns text language sql immutable as $$
  select round(p_tiyn / 100.0, 2)::text
$$;

create function integrations.of_declaration() returns trigger language plpgsql as $$
declare
  v_declaration declarations;
  v_data jsonb;
begin
  select * into v_declaration from declarations where declaration_id = new.declaration_id;
  v_data := jsonb_build_object('declaration', v_declaration.number, 'version', new.version, 'kind', lower(v_declaration.kind), 'fee_kzt', integrations.kzt(new.fee_tiyn), 'programme', lower(new.programme));
  if tg_op = 'INSERT' or old.state <> 'Submitted' then
    perform integrations.tell(v_declaration.organisation_id, 'declaration.submitted', v_declaration.number, v_data);
  end if;
  if new.decision is not null and (tg_op = 'INSERT' or old.decision is null) then
    perform integrations.tell(v_declaration.organisation_id, 'declaration.' || lower(new.decision), v_declaration.number, v_data || jsonb_build_object('reasons', new.decision_reasons));
  end if;
  return null;
end $$;
create trigger tell_integrators after insert or update of state, decision on declaration_versions
  for each row when (new.state = 'Submitted') execute function integrations.of_declaration();

create function integrations.of_invoice() returns trigger language plpgsql as $$
declare
  v_declaration text := (select number from declarations where declaration_id = new.declaration_id);
  v_data jsonb := jsonb_build_object('invoice', new.number, 'declaration', v_declaration, 'version', new.version, 'state', lower(regexp_replace(new.state, '(.)([A-Z])', '\1_\2', 'g')),
    'amount_kzt', integrations.kzt(new.amount_tiyn), 'credited_kzt', integrations.kzt(new.credited_tiyn), 'paid_kzt', integrations.kzt(new.allocated_tiyn), 'open_kzt', integrations.kzt(new.open_tiyn), 'due_on', new.due_on);
begin
  if tg_op = 'INSERT' then
    perform integrations.tell(new.organisation_id, 'invoice.issued', new.number, v_data);
    return null;
  end if;
  if new.credited_tiyn > old.credited_tiyn then
    perform integrations.tell(new.organisation_id, 'invoice.credited', new.number, v_data);
  end if;
  if new.state = 'Paid' and old.state <> 'Paid' then
    perform integrations.tell(new.organisation_id, 'invoice.paid', new.number, v_data);
  end if;
  return null;
end $$;
create trigger tell_integrators_of_issue after insert on invoices for each row execute function integrations.of_invoice();
create trigger tell_integrators after update on invoices
  for each row when (old.credited_tiyn <> new.credited_tiyn or old.allocated_tiyn <> new.allocated_tiyn) execute function integrations.of_invoice();

create function integrations.of_certificate() returns trigger language plpgsql as $$
declare
  v_data jsonb := jsonb_build_object('certificate', new.number, 'code', new.code, 'state', lower(new.state), 'amount_kzt', integrations.kzt(new.amount_tiyn),
    'invoice', (select number from invoices where invoice_id = new.invoice_id), 'declaration', (select number from declarations where declaration_id = new.declaration_id), 'version', new.version);
begin
  if tg_op = 'INSERT' then
    perform integrations.tell(new.organisation_id, 'certificate.issued', new.number, v_data);
  else
    perform integrations.tell(new.organisation_id, 'certificate.annulled', new.number, v_data || jsonb_build_object('cause', lower(regexp_replace(new.annulled_cause, '(.)([A-Z])', '\1_\2', 'g'))));
  end if;
  return null;
end $$;
create trigger tell_integrators_of_issue after insert on certificates for each row execute function integrations.of_certificate();
create trigger tell_integrators after update on certificates
  for each row when (old.state = 'Live' and new.state = 'Annulled') execute function integrations.of_certificate();

-- Keys of programs that read invoices or keep webhooks: added to the closed list, whatever other features have put there.
do $$
declare
  v_known text[];
begin
  -- Written as a list of literals or as one array literal, depending on which feature was there first.
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z-]+:[a-z-]+)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ array[%s])',
    (select string_agg(quote_literal(scope), ', ' order by scope) from unnest(v_known || array['payments:read', 'webhooks:write']) scope));
end $$;
