-- What the bank says: statements as they came, each document of the bank once, and what people decided about those that match nothing.

insert into ledger.purposes (purpose, sort, description) values
  ('bank_fees', 'derived', 'what the bank kept for its services'),
  ('bank_other', 'derived', 'paid out of the bank account for what is neither a refund nor a fee, with a reason'),
  ('bank_unexplained', 'derived', 'paid out of the bank account, and nobody has said yet why');

insert into ledger.kinds (kind, description) values
  ('bank_fee', 'the bank kept a fee'),
  ('bank_payment_unexplained', 'money left the bank account and its statement does not tell why'),
  ('bank_payment_explained', 'somebody said why it left: what is unexplained is less by it'),
  ('bank_payment_other', 'it left for what is neither a refund nor a fee'),
  ('credit_undecided', 'a decision that made money credit was taken back');

create table bank_statements (
  statement_id uuid primary key default uuidv7(),
  state text not null check (state in ('Columns', 'Preview', 'Imported', 'Discarded')),
  format text not null check (format in ('OneC', 'Csv')),
  file_name text not null check (length(file_name) between 1 and 200),
  file_sha256 bytea not null check (length(file_sha256) = 32),
  file_bytes bigint not null check (file_bytes > 0),
  encoding text not null default '',
  -- CSV names no account: the person did.
  account text,
  rows_read integer not null default 0,
  uploaded_by uuid,
  uploaded_at timestamptz not null default app.now(),
  imported_by uuid,
  imported_at timestamptz,
  constraint bank_statement_imported_as_a_whole check ((state = 'Imported') = (imported_at is not null))
);
create index bank_statements_by_time on bank_statements (uploaded_at desc, statement_id desc);
create index bank_statements_by_file on bank_statements (file_sha256);

-- The file itself, to be read again when its columns are named and to be shown to an auditor.
create table bank_statement_files (
  statement_id uuid primary key references bank_statements,
  content bytea not null
);

-- What the statement says of each account: the bank's side of every comparison.
create table bank_statement_accounts (
  statement_id uuid not null references bank_statements,
  account text not null,
  from_on date not null,
  until_on date not null, -- the last day, as the file says it
  opening_tiyn bigint,
  received_tiyn bigint,
  spent_tiyn bigint,
  closing_tiyn bigint,
  primary key (statement_id, account)
);

-- A document of the bank, once, whatever number of files it stands in. Money in tiyn; party_key is the payer's number or, without one, the name.
create table bank_rows (
  bank_row_id uuid primary key default uuidv7(),
  statement_id uuid not null references bank_statements,
  row_no integer not null,
  account text not null,
  way text not null check (way in ('In', 'Out')),
  amount_tiyn bigint not null,
  booked_on date not null,
  document_on date not null,
  document_no text not null,
  party_name text not null,
  party_number text,
  party_account text,
  party_key text not null generated always as (coalesce(party_number, upper(regexp_replace(party_name, '[\s"«»]', '', 'g')))) stored,
  purpose text not null,
  purpose_code text,
  -- Two equal documents in one statement are two payments: 1, 2, ...
  occurrence smallint not null default 1,
  status text not null default 'Pending' check (status in ('Pending', 'Matched', 'Waiting', 'Decided')),
  class text check (class in ('Exact', 'Part', 'Over', 'Split', 'OtherPayer', 'Payer', 'Unknown', 'Payout', 'Refund', 'Fee', 'Storno', 'Other')),
  reference text,
  organisation_id uuid references organisations,
  invoice_id uuid,
  receipt_id uuid,
  -- The earlier row that this one takes back.
  takes_back_id uuid references bank_rows,
  revision integer not null default 0,
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text,
  created_at timestamptz not null default app.now(),
  settled_at timestamptz,
  constraint bank_row_amount_above_zero check (amount_tiyn > 0 and amount_tiyn <= 99999999999999),
  constraint bank_row_once unique (account, way, document_on, document_no, amount_tiyn, party_key, occurrence),
  constraint bank_row_known_when_looked_at check ((status = 'Pending') = (class is null))
);
create index bank_rows_pending on bank_rows (next_at, bank_row_id) where status = 'Pending';
create index bank_rows_waiting on bank_rows (booked_on, bank_row_id) where status = 'Waiting';
create index bank_rows_by_day on bank_rows (account, booked_on, bank_row_id);
create index bank_rows_by_receipt on bank_rows (receipt_id) where receipt_id is not null;
create unique index bank_row_taken_back_once on bank_rows (takes_back_id) where takes_back_id is not null and status in ('Matched', 'Decided');

-- Every row of every file and what became of it: no row disappears.
create table bank_statement_rows (
  statement_id uuid not null references bank_statements,
  row_no integer not null,
  line_no integer not null,
  -- New: to be imported. Known: there before. Doubtful: equal to one that the bank booked on another day. Refused: with field and reason.
  fate text not null check (fate in ('New', 'Known', 'Doubtful', 'Refused', 'Imported')),
  fault text,
  fault_field text,
  fault_value text,
  account text,
  way text check (way in ('In', 'Out')),
  amount_tiyn bigint,
  booked_on date,
  document_on date,
  document_no text,
  party_name text,
  party_number text,
  party_account text,
  party_key text generated always as (coalesce(party_number, upper(regexp_replace(party_name, '[\s"«»]', '', 'g')))) stored,
  purpose text,
  purpose_code text,
  occurrence smallint not null default 1,
  bank_row_id uuid references bank_rows,
  primary key (statement_id, row_no),
  constraint statement_row_refused_with_a_reason check ((fate = 'Refused') = (fault is not null)),
  constraint statement_row_whole_unless_refused check (fate = 'Refused' or num_nulls(account, way, amount_tiyn, booked_on, document_on, document_no, party_name, purpose) = 0),
  constraint statement_row_leads_to_its_document check ((fate in ('Known', 'Imported')) = (bank_row_id is not null))
);
create index bank_statement_rows_by_document on bank_statement_rows (bank_row_id);

-- What an operator decided about a row, and whether it was taken back. One decision stands at a time.
create table bank_decisions (
  decision_id uuid primary key default uuidv7(),
  bank_row_id uuid not null references bank_rows,
  kind text not null check (kind in ('Allocate', 'Credit', 'Return', 'Payout', 'Refund', 'Fee', 'Storno', 'Other')),
  reason text not null check (length(reason) between 3 and 500),
  details jsonb not null default '{}',
  decided_by uuid not null,
  decided_at timestamptz not null default app.now(),
  undone_by uuid,
  undone_at timestamptz,
  undo_reason text check (length(undo_reason) between 3 and 500),
  constraint bank_decision_undone_as_a_whole check (num_nulls(undone_by, undone_at, undo_reason) in (0, 3))
);
create unique index bank_decision_one_stands on bank_decisions (bank_row_id) where undone_at is null;

-- Money to be sent back to where it came from: one person asks, another approves, the bank pays, its statement says so.
create sequence bank_refund_numbers;
create table bank_refunds (
  refund_id uuid primary key default uuidv7(),
  number text not null unique default 'RB-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('bank_refund_numbers')::text, 5, '0'),
  receipt_id uuid not null references receipts,
  organisation_id uuid references organisations,
  amount_tiyn bigint not null constraint bank_refund_amount_above_zero check (amount_tiyn > 0),
  payee_name text not null,
  payee_number text,
  payee_account text,
  reason text not null check (length(reason) between 3 and 500),
  state text not null default 'Requested' check (state in ('Requested', 'Withdrawn', 'Approved', 'Executed')),
  requested_by uuid not null,
  requested_at timestamptz not null default app.now(),
  decided_by uuid,
  decided_at timestamptz,
  -- The bank's own document that says it was paid.
  bank_row_id uuid unique references bank_rows,
  executed_at timestamptz,
  constraint bank_refund_two_people check (state in ('Requested', 'Withdrawn') or (decided_by is not null and decided_by <> requested_by)),
  constraint bank_refund_executed_by_the_bank check ((state = 'Executed') = (bank_row_id is not null))
);
create index bank_refunds_open on bank_refunds (requested_at, refund_id) where state in ('Requested', 'Approved');
create index bank_refunds_of_receipt on bank_refunds (receipt_id);
revoke delete, truncate on bank_rows, bank_decisions, bank_refunds from ewaste_app;

-- What the bank said never changes; what we found out about it does.
create function bank_rows_keep() returns trigger language plpgsql as $$
declare
  v_free text[] := array['party_key', 'status', 'class', 'reference', 'organisation_id', 'invoice_id', 'receipt_id', 'takes_back_id', 'revision', 'attempts', 'next_at', 'last_error', 'settled_at'];
begin
  if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'row % of a statement is what the bank said', old.bank_row_id using errcode = 'restrict_violation', constraint = 'bank_row_never_changes';
  end if;
  return new;
end $$;
create trigger bank_rows_keep before update on bank_rows for each row execute function bank_rows_keep();

-- What the columns of a bank's CSV mean, remembered from the last time somebody said so. '' leaves the column out.
create table bank_csv_columns (
  header_key text primary key check (length(header_key) between 1 and 200),
  meaning text not null,
  told_by uuid,
  told_at timestamptz not null default app.now()
);
