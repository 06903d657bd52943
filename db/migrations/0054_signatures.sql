-- Electronic signatures over our exact bytes. The signed bytes stay where they are made again (the canonical file of a declaration's version,
-- the file of a return); here stand their hash, the signature as it came, and what its certificate said when it was verified.

create table signatures (
  signature_id uuid primary key default uuidv7(),
  subject_type text not null check (subject_type in ('declaration_version', 'throughput_return')),
  subject_id uuid not null,
  subject_version integer not null check (subject_version > 0),
  organisation_id uuid not null references organisations,
  content_sha256 bytea not null check (length(content_sha256) = 32),
  content_bytes bigint not null check (content_bytes > 0),
  -- The certificate inside names a person by a number, so the whole is sealed.
  cms_sealed bytea not null,
  signer_name text not null,
  signer_role text not null check (signer_role in ('Head', 'Signatory', 'FinanceSignatory', 'Employee', 'Person')),
  certificate_serial text not null,
  certificate_issuer text not null,
  certificate_until timestamptz not null,
  algorithm text not null,
  verified_by text not null check (verified_by in ('Here', 'Service')),
  person_id uuid not null references people,
  signed_at timestamptz not null default app.now(),
  constraint signature_once unique (subject_type, subject_id, subject_version)
);
create index signatures_of_organisation on signatures (organisation_id, signed_at);
revoke update, delete, truncate on signatures from ewaste_app;
create trigger append_only before update or delete on signatures for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on signatures for each statement execute function app.refuse_change();
