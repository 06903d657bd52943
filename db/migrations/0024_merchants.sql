-- Shops that take vouchers: who they are, what was redeemed there, and how they are paid the next working day.

insert into ledger.purposes (purpose, sort, description) values
  ('merchant_payable', 'derived', 'what is owed to a merchant for redeemed vouchers');

insert into ledger.kinds (kind, description) values
  ('voucher_redeemed', 'a merchant took a voucher as payment'),
  ('voucher_replaced', 'goods were returned: the merchant gives the value back and a new voucher holds it'),
  ('merchant_paid', 'a settlement was paid out of what the campaign received');

-- The rule of 0018 gains what became known with merchants: wrong guesses weigh 1, refusals that are no guess weigh 0,
-- so that every refusal does the same work and none can be told from another by its time.
alter table voucher_guesses drop constraint voucher_guesses_failures_check, add constraint voucher_guess_count check (failures >= 0);
drop function voucher_guess(bytea[], int[]);
create function voucher_guess(p_subjects bytea[], p_patience int[], p_weight int) returns boolean
  language plpgsql volatile
  as $$
begin
  insert into voucher_guesses as g (subject, failures, last_at)
  select s.subject, p_weight, app.now() from unnest(p_subjects, p_patience) as s(subject, patience) order by s.subject
  on conflict (subject) do update
     set failures = case when g.last_at < app.now() - interval '1 day' then 0 else g.failures end + p_weight,
         last_at = case when p_weight > 0 then app.now() else g.last_at end,
         blocked_until = case
             when g.last_at >= app.now() - interval '1 day' and p_weight > 0 and g.failures + p_weight >= p_patience[array_position(p_subjects, excluded.subject)]
             then app.now() + least(interval '1 hour', interval '1 minute' * power(2, least(g.failures + p_weight - p_patience[array_position(p_subjects, excluded.subject)], 10)))
             else g.blocked_until end;
  return true;
end $$;

create table merchants (
  organisation_id uuid primary key references organisations,
  state text not null default 'Proposed' check (state in ('Proposed', 'Active', 'Suspended')),
  payable_account_id uuid not null,
  contract_no text, contract_on date,
  iban text not null constraint merchant_iban_is_kazakh check (iban ~ '^KZ[0-9]{2}[0-9A-Z]{16}$'),
  bic text not null constraint merchant_bic check (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
  kbe text not null constraint merchant_kbe check (kbe ~ '^[0-9]{2}$'),
  hourly_limit int not null default 120 check (hourly_limit > 0), -- more redemptions in an hour hold the day's settlement
  joined_by uuid, joined_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint merchant_contract check (state = 'Proposed' or (contract_no <> '' and contract_on is not null and decided_by is not null)),
  constraint merchant_two_people check (state = 'Proposed' or decided_by is distinct from joined_by)
);

create table merchant_shops (
  shop_id uuid primary key default uuidv7(),
  merchant_id uuid not null references merchants,
  name text not null check (name <> ''),
  address text not null check (address <> ''),
  region_kato text not null references regions,
  opened_at timestamptz not null default app.now(),
  closed_at timestamptz,
  constraint merchant_shop_of unique (shop_id, merchant_id)
);
create index merchant_shops_of_merchant on merchant_shops (merchant_id, opened_at);
create index merchant_shops_of_region on merchant_shops (region_kato, name) where closed_at is null;

create table settlements (
  settlement_id uuid primary key default uuidv7(),
  number bigint generated always as identity constraint settlement_number_once unique,
  merchant_id uuid not null references merchants,
  day date not null,
  redemptions int not null check (redemptions >= 0),
  redeemed_tiyn bigint not null,
  returns int not null default 0,
  returned_tiyn bigint not null default 0,
  amount_tiyn bigint generated always as (redeemed_tiyn - returned_tiyn) stored check (amount_tiyn > 0),
  payable_on date not null,
  state text not null check (state in ('Payable', 'Held', 'Ordered', 'Paid')),
  hold_reason text check (hold_reason in ('Velocity', 'ByOperator')),
  made_at timestamptz not null default app.now(),
  released_by uuid, released_note text,
  ordered_by uuid, ordered_at timestamptz,
  paid_by uuid, paid_at timestamptz, bank_reference text,
  constraint settlement_once_a_day unique (merchant_id, day),
  constraint settlement_held_says_why check (state <> 'Held' or hold_reason is not null),
  constraint settlement_two_people check (state <> 'Paid' or (ordered_by is not null and paid_by is not null and ordered_by <> paid_by and bank_reference <> ''))
);
create index settlements_by_state on settlements (state, payable_on, number);

create table redemptions (
  redemption_id uuid primary key default uuidv7(),
  voucher_id uuid not null references vouchers,
  campaign_id uuid not null,
  merchant_id uuid not null,
  shop_id uuid not null,
  cashier_id uuid,
  api_key_id uuid,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  fiscal_receipt text not null check (length(fiscal_receipt) between 1 and 64),
  proof text not null check (proof in ('Pin', 'LiveQr')),
  redeemed_at timestamptz not null default app.now(),
  voided_at timestamptz, voided_by uuid,
  settlement_id uuid references settlements,
  constraint redemption_at_a_shop_of_the_merchant foreign key (shop_id, merchant_id) references merchant_shops (shop_id, merchant_id),
  constraint redemption_by_somebody check (num_nonnulls(cashier_id, api_key_id) = 1),
  constraint redemption_void_is_not_settled check (voided_at is null or settlement_id is null)
) with (fillfactor = 90);
create unique index redemption_one_live on redemptions (voucher_id) where voided_at is null;
create index redemptions_of_voucher on redemptions (voucher_id);
create index redemptions_of_merchant on redemptions (merchant_id, redeemed_at desc, redemption_id desc);
create index redemptions_unsettled on redemptions (merchant_id, redeemed_at) where settlement_id is null and voided_at is null;
create index redemptions_of_settlement on redemptions (settlement_id) where settlement_id is not null;

create table merchant_returns (
  merchant_return_id uuid primary key default uuidv7(),
  redemption_id uuid not null references redemptions constraint return_once unique,
  merchant_id uuid not null references merchants,
  campaign_id uuid not null references campaigns,
  new_voucher_id uuid not null references vouchers constraint return_has_its_voucher unique,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  fiscal_receipt text not null check (length(fiscal_receipt) between 1 and 64),
  returned_at timestamptz not null default app.now(),
  returned_by uuid,
  settlement_id uuid references settlements
);
create index merchant_returns_unsettled on merchant_returns (merchant_id) where settlement_id is null;
create index merchant_returns_of_settlement on merchant_returns (settlement_id) where settlement_id is not null;

revoke delete, truncate on merchants, merchant_shops, settlements, redemptions, merchant_returns from ewaste_app;

-- Keys of merchants' tills: scopes are added to the closed list, whatever other features have put there.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z][a-z-]*:[a-z][a-z-]*)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ %L::text[])',
    v_known || array['vouchers:read', 'vouchers:redeem']);
end $$;
