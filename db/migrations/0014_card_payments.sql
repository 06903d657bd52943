-- Payment by card. An attempt and its key are stored before the provider is asked; what the provider says is stored before it is believed.
-- Paid is what the provider's event says, or its answer when we ask; never what a browser brings back.

create table payment_attempts (
  attempt_id uuid primary key default uuidv7(),
  invoice_id uuid not null references invoices,
  organisation_id uuid not null references organisations,
  amount_tiyn bigint not null constraint attempt_amount_above_zero check (amount_tiyn > 0),
  -- Created: stored, the provider has not answered. Open: somebody can pay. Held: money moved that does not fit, a person decides.
  -- Refused: the provider would not open a page. Closed: a person closed a held one.
  state text not null default 'Created' check (state in ('Created', 'Open', 'Held', 'Paid', 'Expired', 'Refused', 'Closed')),
  is_live boolean not null,
  -- What the key stands for: the same call to the letter, however often it is sent.
  idempotency_key text not null constraint attempt_key_once unique,
  language text not null check (language in ('kk', 'ru', 'en')),
  title text not null check (length(title) between 1 and 100),
  pay_page text not null check (length(pay_page) <= 500),
  expires_at timestamptz not null,
  session_id text constraint attempt_session_once unique,
  url text,
  payment_id text constraint attempt_payment_once unique,
  receipt_id uuid constraint attempt_receipt_once unique references receipts,
  paid_at timestamptz,
  -- Asked for, approved or done: what may still be refunded is the rest.
  refunded_tiyn bigint not null default 0,
  last_decline text,
  created_at timestamptz not null default app.now(),
  created_by uuid,
  settled_at timestamptz,
  next_check_at timestamptz not null default app.now() + interval '1 minute',
  checks integer not null default 0,
  last_error text,
  constraint refunds_within_what_was_paid check (refunded_tiyn >= 0 and refunded_tiyn <= amount_tiyn and (refunded_tiyn = 0 or state = 'Paid')),
  constraint attempt_paid_with_a_receipt check ((state = 'Paid') = (num_nulls(payment_id, receipt_id, paid_at) = 0) and num_nulls(payment_id, receipt_id, paid_at) in (0, 3)),
  constraint attempt_open_has_a_page check (state <> 'Open' or num_nulls(session_id, url) = 0)
);
-- Two tabs, a double click and the back button find the same payment page.
create unique index one_open_attempt_per_invoice on payment_attempts (invoice_id) where state in ('Created', 'Open', 'Held');
create index payment_attempts_of_invoice on payment_attempts (invoice_id, attempt_id desc);
create index payment_attempts_to_ask_about on payment_attempts (next_check_at, attempt_id) where state in ('Created', 'Open');
create index payment_attempts_paid on payment_attempts (paid_at desc, attempt_id desc) where state = 'Paid';
revoke delete, truncate on payment_attempts from ewaste_app;

create function payment_attempts_keep() returns trigger language plpgsql as $$
begin
  if (new.attempt_id, new.invoice_id, new.organisation_id, new.amount_tiyn, new.is_live, new.idempotency_key, new.language, new.title, new.pay_page, new.expires_at)
     is distinct from (old.attempt_id, old.invoice_id, old.organisation_id, old.amount_tiyn, old.is_live, old.idempotency_key, old.language, old.title, old.pay_page, old.expires_at)
     or (old.session_id is not null and new.session_id is distinct from old.session_id) or (old.state = 'Paid' and new.state <> 'Paid') then
    raise exception 'what attempt % asked the provider for never changes', old.attempt_id using errcode = 'restrict_violation', constraint = 'attempt_never_changes';
  end if;
  return new;
end $$;
create trigger payment_attempts_keep before update on payment_attempts for each row execute function payment_attempts_keep();

-- Every event as it came, once. A later delivery of the same event finds it here and changes nothing.
create table provider_events (
  event_id text primary key,
  type text not null,
  is_live boolean not null,
  created_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  body bytea not null,
  -- Pending: not looked at, or to be tried again. Applied: it had its effect. Ignored: it concerns no books. Held: a person looks.
  state text not null default 'Pending' check (state in ('Pending', 'Applied', 'Ignored', 'Held')),
  effect text,
  payment_id text,
  attempt_id uuid references payment_attempts,
  -- The payment whose attempt is not known yet: when it is, the event is tried at once.
  waiting_for text,
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text,
  settled_at timestamptz,
  constraint event_has_exactly_one_effect check ((state = 'Pending') = (effect is null) and (state = 'Pending') = (settled_at is null))
);
create index provider_events_pending on provider_events (next_at, event_id) where state = 'Pending';
create index provider_events_waiting on provider_events (waiting_for) where state = 'Pending' and waiting_for is not null;
create index provider_events_of_attempt on provider_events (attempt_id, received_at, event_id) where attempt_id is not null;
alter table provider_events alter column body set storage external; -- a few kilobytes of JSON: trying to compress costs more than it saves
revoke delete, truncate on provider_events from ewaste_app;

create function provider_events_keep() returns trigger language plpgsql as $$
begin
  if (new.event_id, new.type, new.is_live, new.created_at, new.received_at, new.body) is distinct from (old.event_id, old.type, old.is_live, old.created_at, old.received_at, old.body)
     or (old.state in ('Applied', 'Ignored')) then
    raise exception 'event % is what the provider sent and had its effect', old.event_id using errcode = 'restrict_violation', constraint = 'event_never_changes';
  end if;
  return new;
end $$;
create trigger provider_events_keep before update on provider_events for each row execute function provider_events_keep();

-- Money given back. One person asks, another approves, the provider does it, its event confirms it.
create table card_refunds (
  refund_id uuid primary key default uuidv7(),
  attempt_id uuid not null references payment_attempts,
  amount_tiyn bigint not null constraint refund_amount_above_zero check (amount_tiyn > 0),
  reason text not null check (length(reason) between 1 and 1000),
  -- Provider: somebody refunded on the provider's own screen. It is in the books, because money moved, and it is a case.
  origin text not null check (origin in ('Ours', 'Provider')),
  state text not null check (state in ('Requested', 'Withdrawn', 'Approved', 'Sent', 'Succeeded', 'Failed')),
  idempotency_key text not null constraint refund_key_once unique,
  provider_refund_id text constraint refund_at_the_provider_once unique,
  requested_by uuid,
  requested_at timestamptz not null default app.now(),
  decided_by uuid,
  decided_at timestamptz,
  settled_at timestamptz,
  failure text,
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text,
  constraint refund_two_people check (origin = 'Provider' or (requested_by is not null
    and (state in ('Requested', 'Withdrawn') or (decided_by is not null and decided_by <> requested_by)))),
  constraint refund_settled_when_over check ((settled_at is not null) = (state in ('Withdrawn', 'Succeeded', 'Failed')))
);
create index card_refunds_of_attempt on card_refunds (attempt_id, refund_id);
create index card_refunds_waiting on card_refunds (state, requested_at, refund_id) where state in ('Requested', 'Approved', 'Sent');
revoke delete, truncate on card_refunds from ewaste_app;

-- What a cardholder objects to. The facts come in any order; what follows for the books is derived from all of them.
create table card_disputes (
  dispute_id uuid primary key default uuidv7(),
  provider_dispute_id text not null constraint dispute_at_the_provider_once unique,
  attempt_id uuid not null references payment_attempts,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  reason text not null check (length(reason) <= 200),
  opened_at timestamptz not null default app.now(),
  withdrawn_at timestamptz,
  reinstated_at timestamptz,
  outcome text check (outcome in ('Won', 'Lost')),
  closed_at timestamptz,
  -- None: the receipt stands. Reversed: its money is set aside. Restored: it stands again. Lost: it is gone.
  books text not null default 'None' check (books in ('None', 'Reversed', 'Restored', 'Lost'))
);
create index card_disputes_of_attempt on card_disputes (attempt_id, dispute_id);
revoke delete, truncate on card_disputes from ewaste_app;

-- What only a person can decide. One for each kind and thing, however often it is met.
create table payment_cases (
  case_id uuid primary key default uuidv7(),
  kind text not null check (kind in ('UnknownPayment', 'AmountDiffers', 'SecondPayment', 'NotUnderstood', 'NotApplicable', 'RefundOutside', 'RefundFailed', 'DisputeOpened', 'DisputeLost')),
  subject text not null,
  event_id text references provider_events,
  attempt_id uuid references payment_attempts,
  details jsonb not null default '{}',
  state text not null default 'Open' check (state in ('Open', 'Closed')),
  opened_at timestamptz not null default app.now(),
  closed_at timestamptz,
  closed_by uuid,
  note text,
  constraint payment_case_once unique (kind, subject),
  constraint payment_case_closed_with_a_reason check ((state = 'Open') = (num_nulls(closed_at, closed_by, note) = 3) and num_nulls(closed_at, closed_by, note) in (0, 3) and note <> '')
);
create index payment_cases_open on payment_cases (opened_at, case_id) where state = 'Open';
revoke delete, truncate on payment_cases from ewaste_app;

-- The pretended provider of the demonstration keeps its own books here, as a real one keeps them elsewhere.
create schema pretend;
grant usage on schema pretend to ewaste_app;

create table pretend.sessions (
  session_id text primary key,
  idempotency_key text not null unique,
  attempt_id uuid not null,
  amount_tiyn bigint not null,
  title text not null,
  back_to text not null,
  gave_up_to text not null,
  expires_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'complete', 'expired')),
  payment_id text unique
);

create table pretend.refunds (
  provider_refund_id text primary key,
  idempotency_key text not null unique,
  payment_id text not null references pretend.sessions (payment_id),
  refund_id uuid not null,
  amount_tiyn bigint not null,
  status text not null default 'pending'
);

create table pretend.events (
  event_id text primary key,
  body bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  tries integer not null default 0,
  next_at timestamptz not null default app.now()
);
create index pretend_events_waiting on pretend.events (next_at, event_id) where delivered_at is null;
grant select, insert, update on all tables in schema pretend to ewaste_app;

-- A program with its organisation's key may begin card payments.
alter table api_keys drop constraint api_key_scope_known;
alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ array[
  'declarations:read', 'declarations:write', 'declarations:submit', 'payments:read', 'payments:write']);
