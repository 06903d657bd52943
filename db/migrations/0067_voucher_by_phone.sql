-- A voucher opens for its owner by the browser of the drop-off, by the PIN printed at the counter, or by a code sent to the confirmed phone.
-- domain.md, section 8. A row stands for every question, also where the number has no voucher: whoever asks learns nothing from it.
create table voucher_phone_codes (
  voucher_phone_code_id uuid primary key default gen_random_uuid(), -- the address of the second step: not to be guessed from another one
  phone_hash bytea not null,
  code_hash bytea not null,
  attempts smallint not null default 0 constraint voucher_phone_code_few_tries check (attempts <= 5),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null default app.now() + interval '10 minutes',
  used_at timestamptz
);
create index voucher_phone_codes_of_phone on voucher_phone_codes (phone_hash, created_at);
