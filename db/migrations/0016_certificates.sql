-- The certificate of payment: one live one for each invoice that is paid, a row for each document it covers, annulled for ever when the payment falls.

-- Every document that anybody may check at one address. A later feature adds its kind to the check and inserts its rows here.
create table verification_codes (
  code text primary key constraint verification_code_shape check (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  kind text not null constraint verification_code_kind check (kind in ('Certificate', 'Extract')),
  document_id uuid not null,
  issued_at timestamptz not null default app.now(),
  constraint verification_code_once_per_document unique (kind, document_id)
);
revoke update, delete, truncate on verification_codes from ewaste_app;

create table certificates (
  certificate_id uuid primary key,
  year integer not null,
  serial bigint not null,
  number text not null unique,
  code text not null unique references verification_codes,
  invoice_id uuid not null references invoices,
  organisation_id uuid not null references organisations,
  declaration_id uuid not null,
  version integer not null,
  programme text not null check (programme in ('Official', 'Illustrative')),
  amount_tiyn bigint not null constraint certificate_amount_above_zero check (amount_tiyn > 0),
  settled_on date not null,
  issued_on date not null,
  issued_at timestamptz not null default app.now(),
  state text not null default 'Live' check (state in ('Live', 'Annulled')),
  annulled_at timestamptz,
  annulled_cause text check (annulled_cause in ('Correction', 'Return', 'Refund', 'Dispute', 'BankReversal', 'Decision')),
  foreign key (declaration_id, version) references declaration_versions,
  constraint certificate_number_once unique (year, serial),
  constraint certificate_annulled_with_a_cause check (num_nulls(annulled_at, annulled_cause) = case state when 'Live' then 2 else 0 end)
);
create unique index certificate_one_live_per_invoice on certificates (invoice_id) where state = 'Live';
create index certificates_of_organisation on certificates (organisation_id, issued_at desc, certificate_id desc);
create index certificates_of_invoice on certificates (invoice_id, certificate_id desc);
revoke delete, truncate on certificates from ewaste_app;

-- A certificate is issued once and annulled once; nothing else about it changes.
create function certificates_keep() returns trigger language plpgsql as $$
declare
  v_free text[] := array['state', 'annulled_at', 'annulled_cause'];
begin
  if old.state = 'Annulled' or to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'certificate % was issued and never changes', old.number using errcode = 'restrict_violation', constraint = 'certificate_never_changes';
  end if;
  return new;
end $$;
create trigger certificates_keep before update on certificates for each row execute function certificates_keep();

-- A shipment's own extract: the document, its mass, what was paid for it. A correction may lower a document.
create table certificate_documents (
  certificate_id uuid not null references certificates,
  row_no integer not null check (row_no > 0),
  extract_id uuid not null unique default uuidv7(),
  code text not null unique references verification_codes,
  document_no text not null, -- '': lines that name no document
  credit_note text,          -- part of a credit note that several invoices share
  lines integer not null,
  units bigint not null,
  mass_grams bigint not null,
  amount_tiyn bigint not null,
  primary key (certificate_id, row_no)
);
revoke update, delete, truncate on certificate_documents from ewaste_app;

-- Invoices whose payment changed and whose certificate has to follow. A row appears with the change itself, whoever made it.
create table certificate_queue (
  invoice_id uuid primary key references invoices,
  queued_at timestamptz not null default app.now(),
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  last_error text
);
create index certificate_queue_in_order on certificate_queue (next_at, invoice_id);

create function invoices_to_certificates() returns trigger language plpgsql as $$
begin
  insert into certificate_queue (invoice_id) values (new.invoice_id)
  on conflict (invoice_id) do update set next_at = app.now(), attempts = 0;
  return null;
end $$;
create trigger invoices_to_certificates after update on invoices
  for each row when ((old.state = 'Paid' or new.state = 'Paid') and (old.state, old.credited_tiyn) is distinct from (new.state, new.credited_tiyn))
  execute function invoices_to_certificates();
insert into certificate_queue (invoice_id) select invoice_id from invoices where state = 'Paid';
