-- What a declaration owes turns into money in the fund: invoices, credit notes, receipts, and how a receipt pays an invoice. domain.md, section 7.
-- The steps themselves are functions (db/repeatable/payments.sql): each moves its counters by difference and posts in one statement.

create schema payments;
grant usage on schema payments to ewaste_app;

insert into ledger.purposes (purpose, sort, description) values
  ('receivable', 'derived', 'what an organisation owes by its invoices (a debt is a negative balance)'),
  ('fund_accrued', 'derived', 'invoiced to the fund and not received yet'),
  ('fund_received', 'derived', 'received by the fund for invoices'),
  ('unallocated_receipts', 'derived', 'money that came and pays no invoice yet; without an owner while the payer is unknown'),
  ('credit', 'derived', 'what the fund owes a payer'),
  ('refunds_payable', 'derived', 'refunds that two people approved and that are not paid out yet'),
  ('card_clearing', 'derived', 'taken by the card provider and not paid out to the bank yet'),
  ('bank', 'derived', 'the fund''s bank account'),
  ('provider_fees', 'derived', 'kept by the card provider as its fee'),
  ('disputed', 'derived', 'card payments that the card holder disputes');

insert into ledger.kinds (kind, description) values
  ('invoice_issued', 'a submitted version owes more than was invoiced'),
  ('invoice_credited', 'a credit note lowers what is still owed'),
  ('payment_credited', 'a credit note frees money that was paid'),
  ('receipt_card', 'a card payment, by the provider''s word'),
  ('receipt_bank', 'a bank transfer, by the statement'),
  ('receipt_assigned', 'somebody found out whose money it is'),
  ('allocation', 'a receipt pays an invoice'),
  ('set_off', 'credit pays an invoice'),
  ('fund_receipt', 'what was accrued is received'),
  ('allocation_taken_back', 'a receipt no longer pays an invoice'),
  ('fund_receipt_taken_back', 'what was received is open again'),
  ('surplus_credited', 'money of a known payer with nothing open becomes credit'),
  ('refund_approved', 'two people decided to pay money back'),
  ('refund_executed', 'the provider or the bank paid it back'),
  ('refund_failed', 'it could not be paid back and is the payer''s money again'),
  ('dispute_opened', 'a card holder disputes a payment'),
  ('dispute_won', 'the payment stands after all'),
  ('dispute_lost', 'the provider took the disputed payment back'),
  ('bank_reversal', 'the bank took a transfer back'),
  ('bank_reversal_undone', 'the bank''s reversal was itself reversed'),
  ('provider_payout', 'the card provider paid out to the bank'),
  ('provider_fee', 'the card provider kept a fee'),
  ('money_correction', 'two people corrected an entry by hand');

-- Days whose books are closed. Two people close them; nobody opens them again: a correction is an entry of an open day.
create table period_locks (
  period_lock_id uuid primary key default uuidv7(),
  period_from date not null,
  period_until date not null,
  state text not null default 'Proposed' check (state in ('Proposed', 'Applied', 'Withdrawn')),
  reason text not null check (reason <> ''),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint period_lock_has_days check (period_from < period_until),
  constraint period_lock_two_people check (state <> 'Applied' or (decided_by is not null and decided_by <> proposed_by)),
  constraint period_locked_once exclude using gist (daterange(period_from, period_until) with &&) where (state <> 'Withdrawn')
);
create trigger period_locks_keep before update on period_locks for each row execute function decided_once();
create function period_locked_alone() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.period', 0));
  new.decided_at := greatest(app.now(), clock_timestamp()); -- after the wait: what was written before it is older
  return new;
end $$;
create trigger period_locked_alone before insert or update on period_locks
  for each row when (new.state = 'Applied') execute function period_locked_alone();
revoke delete, truncate on period_locks from ewaste_app;

-- Every step that moves money, with the day it belongs to in the books and the document a reader would look for.
-- The source of each posting is the id here, so a statement of account is transfers joined to facts.
create table payment_facts (
  fact_id uuid primary key,
  fact text not null check (fact in ('Invoice', 'CreditNote', 'Receipt', 'Assignment', 'Allocation', 'SetOff', 'TakeBack', 'Surplus',
    'Refund', 'Dispute', 'BankReversal', 'Restoration', 'Payout', 'Fee', 'Correction')),
  business_on date not null,
  document text not null check (length(document) between 1 and 200),
  recorded_at timestamptz not null default app.now()
);
create index payment_facts_by_day on payment_facts (business_on, fact_id);
create trigger append_only before update or delete on payment_facts for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on payment_facts for each statement execute function app.refuse_change();
revoke update, delete, truncate on payment_facts from ewaste_app;

-- Whoever closes a period holds the lock alone: a fact that is being written is either before the closing or is refused.
create function payment_fact_of_an_open_day() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('payments.period', 0));
  if exists (select from period_locks where state = 'Applied' and new.business_on >= period_from and new.business_on < period_until) then
    raise exception 'the books of % are closed', new.business_on using errcode = 'check_violation', constraint = 'period_is_open';
  end if;
  return new;
end $$;
create trigger payment_fact_of_an_open_day before insert on payment_facts for each row execute function payment_fact_of_an_open_day();

create table invoices (
  invoice_id uuid primary key,
  year integer not null,
  serial bigint not null,
  number text not null unique,
  organisation_id uuid not null references organisations,
  declaration_id uuid not null,
  version integer not null,
  programme text not null check (programme in ('Official', 'Illustrative')),
  amount_tiyn bigint not null constraint invoice_amount_above_zero check (amount_tiyn > 0),
  credited_tiyn bigint not null default 0,
  allocated_tiyn bigint not null default 0,
  open_tiyn bigint generated always as (amount_tiyn - credited_tiyn - allocated_tiyn) stored,
  state text generated always as (case
    when credited_tiyn = amount_tiyn then 'Credited'
    when allocated_tiyn = amount_tiyn - credited_tiyn then 'Paid'
    when allocated_tiyn > 0 then 'PartPaid'
    else 'Unpaid' end) stored,
  issued_on date not null,
  due_on date,                -- null: no rule is known, printed as "-"
  settled_on date,            -- the day it was paid in full, while it is
  -- Typed by a payer into a bank form: eight characters of Crockford's alphabet, the last one checks the others.
  payment_reference text not null unique check (payment_reference ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
  -- The organisation itself, unless it says that somebody else pays.
  payer_name_kk text not null check (length(payer_name_kk) between 1 and 300),
  payer_name_ru text not null check (length(payer_name_ru) between 1 and 300),
  payer_bin text check (payer_bin ~ '^[0-9]{12}$'), -- a sole trader's number is personal and is not kept here
  payer_address text not null default '',
  -- As they stood on the day of issue: beneficiary, account, codes, contract, VAT treatment with its basis.
  terms jsonb not null,
  esf_number text check (length(esf_number) between 1 and 100),
  esf_status text not null default 'NotIssued' check (esf_status in ('NotIssued', 'Issued', 'Cancelled')),
  issued_at timestamptz not null default app.now(),
  foreign key (declaration_id, version) references declaration_versions,
  constraint invoice_once_per_version unique (declaration_id, version),
  constraint invoice_number_once unique (year, serial),
  constraint invoice_not_credited_above_amount check (credited_tiyn between 0 and amount_tiyn),
  constraint invoice_not_paid_above_what_is_owed check (allocated_tiyn >= 0 and allocated_tiyn <= amount_tiyn - credited_tiyn),
  constraint invoice_esf_number_when_issued check ((esf_status = 'NotIssued') = (esf_number is null))
);
create index invoices_of_organisation on invoices (organisation_id, issued_on desc, invoice_id desc);
create index invoices_open on invoices (organisation_id, due_on, invoice_id) where open_tiyn > 0;
create index invoices_by_day on invoices (issued_on desc, invoice_id desc);
create index invoices_due on invoices (due_on, invoice_id) where open_tiyn > 0;

-- What is printed stays: only the counters, the payer and the e-invoice's number change.
create function invoices_keep() returns trigger language plpgsql as $$
declare
  v_free text[] := array['credited_tiyn', 'allocated_tiyn', 'open_tiyn', 'state', 'settled_on', 'payer_name_kk', 'payer_name_ru', 'payer_bin', 'payer_address', 'esf_number', 'esf_status'];
begin
  if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'invoice % was issued and never changes', old.number using errcode = 'restrict_violation', constraint = 'issued_invoice_never_changes';
  end if;
  new.settled_on := case when new.allocated_tiyn > 0 and new.allocated_tiyn = new.amount_tiyn - new.credited_tiyn
    then coalesce(old.settled_on, app.today()) end;
  return new;
end $$;
create trigger invoices_keep before update on invoices for each row execute function invoices_keep();
revoke delete, truncate on invoices from ewaste_app;

-- By category, coefficient and MCI; a supplementary invoice says the difference, where a line may be negative.
create table invoice_lines (
  invoice_id uuid not null references invoices,
  position integer not null check (position > 0),
  category text not null,
  packaging text check (packaging in ('plastic', 'paper', 'metal', 'combined', 'glass')),
  coefficient numeric,
  mci_value numeric,
  lines integer not null,
  mass_grams bigint not null,
  amount_tiyn bigint not null,
  primary key (invoice_id, position)
);
revoke update, delete, truncate on invoice_lines from ewaste_app;

create table credit_notes (
  credit_note_id uuid primary key,
  year integer not null,
  serial bigint not null,
  number text not null unique,
  organisation_id uuid not null references organisations,
  declaration_id uuid not null,
  version integer not null,
  cause text not null check (cause in ('Correction', 'Return')),
  amount_tiyn bigint not null constraint credit_note_amount_above_zero check (amount_tiyn > 0),
  issued_on date not null,
  issued_at timestamptz not null default app.now(),
  foreign key (declaration_id, version) references declaration_versions,
  constraint credit_note_once_per_version unique (declaration_id, version, cause),
  constraint credit_note_number_once unique (year, serial)
);
create index credit_notes_of_organisation on credit_notes (organisation_id, issued_on desc, credit_note_id desc);

create table credit_note_lines (
  credit_note_id uuid not null references credit_notes,
  position integer not null check (position > 0),
  category text not null,
  packaging text check (packaging in ('plastic', 'paper', 'metal', 'combined', 'glass')),
  coefficient numeric,
  mci_value numeric,
  lines integer not null,
  mass_grams bigint not null,
  amount_tiyn bigint not null,
  primary key (credit_note_id, position)
);

-- A declaration may have several invoices: the youngest is lowered first.
create table credit_note_parts (
  credit_note_id uuid not null references credit_notes,
  invoice_id uuid not null references invoices,
  unpaid_tiyn bigint not null check (unpaid_tiyn >= 0),
  paid_tiyn bigint not null check (paid_tiyn >= 0),
  primary key (credit_note_id, invoice_id),
  constraint credit_note_part_above_zero check (unpaid_tiyn + paid_tiyn > 0)
);
create index credit_note_parts_of_invoice on credit_note_parts (invoice_id);
revoke update, delete, truncate on credit_notes, credit_note_lines, credit_note_parts from ewaste_app;

-- What became of each submitted version, and of each return: the sweep takes what has no row here.
create table billed_versions (
  declaration_id uuid not null,
  version integer not null,
  event text not null check (event in ('Submitted', 'Returned')),
  outcome text not null check (outcome in ('Invoice', 'CreditNote', 'Nothing')),
  -- The version whose amounts stood before; null: nothing did.
  since_version integer,
  difference_tiyn bigint not null,
  invoice_id uuid references invoices,
  credit_note_id uuid references credit_notes,
  billed_at timestamptz not null default app.now(),
  primary key (declaration_id, version, event),
  foreign key (declaration_id, version) references declaration_versions,
  constraint billed_outcome_names_its_document check (
    (invoice_id is not null) = (outcome = 'Invoice') and (credit_note_id is not null) = (outcome = 'CreditNote')
    and sign(difference_tiyn) = case outcome when 'Invoice' then 1 when 'CreditNote' then -1 else 0 end)
);
revoke update, delete, truncate on billed_versions from ewaste_app;

-- What is still to be billed: a row appears with the submission or the return and goes with its billing, whoever wrote the version.
create table billing_queue (
  declaration_id uuid not null,
  version integer not null,
  event text not null check (event in ('Submitted', 'Returned')),
  queued_at timestamptz not null default app.now(),
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text,
  primary key (declaration_id, version, event),
  foreign key (declaration_id, version) references declaration_versions
);
create index billing_queue_in_order on billing_queue (next_at, declaration_id, version);

create function declaration_versions_to_billing() returns trigger language plpgsql as $$
begin
  if new.state = 'Submitted' and (tg_op = 'INSERT' or old.state <> 'Submitted') then
    insert into billing_queue (declaration_id, version, event) values (new.declaration_id, new.version, 'Submitted');
  end if;
  if new.decision = 'Returned' and (tg_op = 'INSERT' or old.decision is null) then
    insert into billing_queue (declaration_id, version, event) values (new.declaration_id, new.version, 'Returned');
  end if;
  return null;
end $$;
create trigger declaration_versions_to_billing after insert or update of state, decision on declaration_versions
  for each row when (new.state = 'Submitted') execute function declaration_versions_to_billing();
insert into billing_queue (declaration_id, version, event)
select declaration_id, version, e.event
  from declaration_versions v cross join (values ('Submitted'), ('Returned')) as e(event)
 where v.state = 'Submitted' and (e.event = 'Submitted' or v.decision = 'Returned');

-- Money that came. It is always in one of four places: it pays invoices, is credit, went back, or waits.
create table receipts (
  receipt_id uuid primary key,
  source text not null check (source in ('Card', 'Bank')),
  source_id uuid not null,
  organisation_id uuid references organisations, -- null: nobody knows yet whose money it is
  invoice_id uuid references invoices,            -- the one that the payer named
  amount_tiyn bigint not null constraint receipt_amount_above_zero check (amount_tiyn > 0),
  allocated_tiyn bigint not null default 0,
  credit_tiyn bigint not null default 0,
  reversed_tiyn bigint not null default 0,
  unallocated_tiyn bigint generated always as (amount_tiyn - allocated_tiyn - credit_tiyn - reversed_tiyn) stored,
  received_on date not null,
  business_on date not null,
  reference text not null check (length(reference) between 1 and 200),
  payer_name text not null default '' check (length(payer_name) <= 300),
  payer_bin text check (payer_bin ~ '^[0-9]{12}$'),
  recorded_at timestamptz not null default app.now(),
  constraint receipt_once_per_source unique (source, source_id),
  constraint receipt_not_used_above_its_amount check (
    allocated_tiyn >= 0 and credit_tiyn >= 0 and reversed_tiyn >= 0 and allocated_tiyn + credit_tiyn + reversed_tiyn <= amount_tiyn),
  constraint receipt_used_by_somebody check (organisation_id is not null or allocated_tiyn + credit_tiyn = 0)
);
create index receipts_of_organisation on receipts (organisation_id, received_on desc, receipt_id desc);
create index receipts_unallocated on receipts (received_on, receipt_id) where unallocated_tiyn > 0;
create index receipts_with_credit on receipts (organisation_id, received_on, receipt_id) where credit_tiyn > 0;
create index receipts_by_day on receipts (received_on desc, receipt_id desc);
revoke delete, truncate on receipts from ewaste_app;

create table allocations (
  allocation_id uuid primary key default uuidv7(),
  receipt_id uuid not null references receipts,
  invoice_id uuid not null references invoices,
  via text not null check (via in ('Receipt', 'Credit')),
  amount_tiyn bigint not null check (amount_tiyn > 0),
  taken_back_tiyn bigint not null default 0,
  reason text not null default '' check (length(reason) <= 2000),
  allocated_on date not null,
  allocated_at timestamptz not null default app.now(),
  allocated_by uuid,
  constraint allocation_not_taken_back_above_its_amount check (taken_back_tiyn between 0 and amount_tiyn)
);
create index allocations_of_receipt on allocations (receipt_id, allocation_id desc);
create index allocations_of_invoice on allocations (invoice_id, allocation_id desc);
revoke delete, truncate on allocations from ewaste_app;

create table take_backs (
  take_back_id uuid primary key default uuidv7(),
  allocation_id uuid not null references allocations,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  cause text not null check (cause in ('CreditNote', 'Refund', 'Dispute', 'BankReversal', 'Correction')),
  cause_id uuid not null,
  taken_back_on date not null,
  taken_back_at timestamptz not null default app.now()
);
create index take_backs_of_allocation on take_backs (allocation_id);
create index take_backs_by_cause on take_backs (cause_id);
revoke update, delete, truncate on take_backs from ewaste_app;

-- Money that went back to where it came from, or is on its way: one row for each refund, dispute or reversal of the bank.
create table receipt_reversals (
  reversal_id uuid primary key default uuidv7(),
  receipt_id uuid not null references receipts,
  cause text not null check (cause in ('Refund', 'Dispute', 'BankReversal')),
  cause_id uuid not null,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  restored_tiyn bigint not null default 0,
  reversed_on date not null,
  reversed_at timestamptz not null default app.now(),
  constraint receipt_reversal_once_per_cause unique (cause, cause_id),
  constraint receipt_reversal_not_restored_above_its_amount check (restored_tiyn between 0 and amount_tiyn)
);
create index receipt_reversals_of_receipt on receipt_reversals (receipt_id);
revoke delete, truncate on receipt_reversals from ewaste_app;

create table invoice_reminders (
  invoice_id uuid not null references invoices,
  step integer not null, -- days after the due date at which this one is sent; negative: before
  sent_at timestamptz not null default app.now(),
  primary key (invoice_id, step)
);

-- One setting for each field of a requisite, instead of one text for all of them.
delete from app.setting_changes where key = 'payments.requisites';
delete from app.settings where key = 'payments.requisites';
