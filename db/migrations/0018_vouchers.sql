-- Campaigns that reward handing in, reservations of a reward, and the vouchers themselves. domain.md, section 8.
-- What a citizen was promised is set aside in a guarded account before it is promised: reserved or issued never exceeds the budget.

insert into ledger.purposes (purpose, sort, description) values
  ('campaign_cash', 'derived', 'money a campaign received from its funder, less what was paid out to merchants'),
  ('campaign_budget', 'guarded', 'what a campaign may still promise'),
  ('campaign_reserved', 'guarded', 'what a campaign has promised to drop-offs that are on their way'),
  ('voucher_liability', 'derived', 'what a campaign owes to the holders of its vouchers');

insert into ledger.kinds (kind, description) values
  ('campaign_funded', 'money of the funder became budget'),
  ('reward_reserved', 'the top of the estimate was set aside for a drop-off'),
  ('reward_released', 'a reservation, or the part of it that was not needed, went back to the budget'),
  ('voucher_issued', 'a voucher was made for an intake'),
  ('voucher_returned', 'an expired or cancelled voucher went back to the budget of its campaign');

create table campaigns (
  campaign_id uuid primary key default uuidv7(),
  campaign_no bigint generated always as identity (start with 101) constraint campaign_no_once unique,
  name_kk text not null, name_ru text not null, name_en text not null,
  funding text not null check (funding in ('Sponsor', 'LocalBudget', 'Grant', 'FeeFund')),
  funder text not null check (funder <> ''),
  -- What lets the money of the fee be spent on vouchers; not known to us, so it is entered by two people or the campaign stays shut.
  legal_basis text, legal_basis_by uuid, legal_basis_approved_by uuid,
  valid daterange not null constraint campaign_has_days check (not isempty(valid) and not lower_inf(valid) and not upper_inf(valid)),
  regions text[] not null default '{}', -- KATO codes; empty is the whole country
  voucher_days int not null default 60 check (voucher_days between 1 and 365),
  item_cap_tiyn bigint not null, person_cap_tiyn bigint not null, point_day_cap_tiyn bigint not null, walk_in_cap_tiyn bigint not null,
  staff_pair_cap int not null check (staff_pair_cap > 0),
  reserve_percent int not null default 30 check (reserve_percent between 1 and 30),
  state text not null default 'Proposed' check (state in ('Proposed', 'Open', 'Paused', 'Closed', 'Withdrawn')),
  cash_account_id uuid not null, budget_account_id uuid not null, reserved_account_id uuid not null, liability_account_id uuid not null,
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint campaign_two_people check (state not in ('Open', 'Paused', 'Closed') or (decided_by is not null and proposed_by is not null and decided_by <> proposed_by)),
  constraint campaign_fee_fund_locked check (
    funding <> 'FeeFund' or state not in ('Open', 'Paused') or coalesce(legal_basis <> '' and legal_basis_by <> legal_basis_approved_by, false)),
  constraint campaign_caps_above_zero check (least(item_cap_tiyn, person_cap_tiyn, point_day_cap_tiyn, walk_in_cap_tiyn) > 0)
);
create index campaigns_by_state on campaigns (state, campaign_no);

-- tenge by key or category, weight band and condition. The most specific row counts.
create table campaign_rules (
  campaign_rule_id uuid primary key default uuidv7(),
  campaign_id uuid not null references campaigns,
  unu_key text references unu_keys,
  category text references equipment_categories,
  from_grams bigint not null default 0 check (from_grams >= 0),
  below_grams bigint check (below_grams > from_grams),
  condition text not null check (condition in ('Any', 'Working', 'Repairable', 'Broken')),
  amount_tiyn bigint not null constraint reward_in_hundreds_of_tenge check (amount_tiyn > 0 and amount_tiyn % 10000 = 0),
  constraint campaign_rule_key_or_category check (num_nonnulls(unu_key, category) <= 1),
  constraint campaign_rule_once unique nulls not distinct (campaign_id, unu_key, category, from_grams, condition)
);
create index campaign_rules_of_campaign on campaign_rules (campaign_id);

-- Rules may change only while nobody was promised anything by them.
create function campaign_rules_keep() returns trigger language plpgsql as $$
begin
  if not exists (select from campaigns c where c.campaign_id = coalesce(new.campaign_id, old.campaign_id) and c.state = 'Proposed') then
    raise exception 'the rules of a campaign that was opened stay as they are' using errcode = 'restrict_violation', constraint = 'campaign_rules_keep';
  end if;
  return coalesce(new, old);
end $$;
create trigger campaign_rules_keep before insert or update or delete on campaign_rules for each row execute function campaign_rules_keep();

-- What the funder paid in, by document. It becomes budget when a second person has seen the document.
create table campaign_fundings (
  campaign_funding_id uuid primary key default uuidv7(),
  campaign_id uuid not null references campaigns,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  document text not null check (document <> ''),
  received_on date not null,
  state text not null default 'Proposed' check (state in ('Proposed', 'Posted', 'Withdrawn')),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint campaign_funding_two_people check (state <> 'Posted' or (decided_by is not null and decided_by <> proposed_by)),
  constraint campaign_funding_document_once unique (campaign_id, document)
);

create table reservations (
  reservation_id uuid primary key default uuidv7(),
  campaign_id uuid not null references campaigns,
  drop_off_id uuid not null constraint reservation_once_per_drop_off unique,
  point_id uuid,
  low_tiyn bigint not null check (low_tiyn >= 0),
  amount_tiyn bigint not null check (amount_tiyn >= low_tiyn), -- the top of the range
  device_hash bytea not null,
  phone_hash bytea,
  state text not null default 'Soft' check (state in ('Soft', 'Confirmed', 'Used', 'Released', 'Expired')),
  made_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint reservation_ends check ((ended_at is null) = (state in ('Soft', 'Confirmed')))
);
create index reservations_of_device on reservations (device_hash) where state in ('Soft', 'Confirmed');
create index reservations_of_phone on reservations (phone_hash) where state in ('Soft', 'Confirmed');
create index reservations_to_end on reservations (expires_at) where state in ('Soft', 'Confirmed');
create index reservations_of_campaign on reservations (campaign_id) where state in ('Soft', 'Confirmed');

create table vouchers (
  voucher_id uuid primary key default uuidv7(),
  voucher_no bigint generated always as identity constraint voucher_no_once unique, -- for people who must name one without knowing its code
  campaign_id uuid not null references campaigns,
  liability_account_id uuid not null, -- of the campaign; here so that a redemption looks at one row
  code_hash bytea not null constraint voucher_code_once unique,
  code_sealed bytea not null,
  pin_hash bytea not null, -- keyed, over code and PIN: it cannot be compared without the code
  pin_sealed bytea not null,
  amount_tiyn bigint not null constraint voucher_in_hundreds_of_tenge check (amount_tiyn > 0 and amount_tiyn % 10000 = 0),
  state text not null check (state in ('Pending', 'Issued', 'Held', 'Redeemed', 'Expired', 'Cancelled')),
  made_at timestamptz not null default app.now(),
  releases_at timestamptz not null, -- until then the counter may undo
  expires_on date not null,
  expires_at timestamptz not null, -- 24:00 of that day in Almaty
  intake_id uuid constraint voucher_once_per_intake unique,
  drop_off_id uuid,
  reservation_id uuid references reservations constraint voucher_once_per_reservation unique,
  replaces_id uuid references vouchers constraint voucher_replaced_once unique,
  point_id uuid, region_kato text references regions,
  staff_id uuid,
  device_hash bytea, phone_hash bytea,
  held_from text check (held_from in ('Pending', 'Issued')),
  held_at timestamptz,
  constraint voucher_held_says_from check ((state = 'Held') = (held_from is not null and held_at is not null)),
  constraint voucher_has_an_origin check (num_nonnulls(intake_id, replaces_id) = 1)
) with (fillfactor = 80);
create index vouchers_to_release on vouchers (releases_at) where state = 'Pending';
create index vouchers_to_expire on vouchers (expires_at) where state = 'Issued';
create index vouchers_held on vouchers (held_at, voucher_id) where state = 'Held';
create index vouchers_of_campaign on vouchers (campaign_id, state);
create index vouchers_of_phone on vouchers (phone_hash, made_at) where phone_hash is not null;
create index vouchers_of_device on vouchers (device_hash, made_at) where device_hash is not null;
create index vouchers_of_drop_off on vouchers (drop_off_id) where drop_off_id is not null;
create index vouchers_of_point on vouchers (point_id, made_at);

create table voucher_history (
  voucher_id uuid not null references vouchers,
  place int not null,
  from_state text,
  to_state text not null,
  at timestamptz not null default app.now(),
  primary key (voucher_id, place)
);
create trigger append_only before update or delete on voucher_history for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on voucher_history for each statement execute function app.refuse_change();

-- The closed list of changes, whoever makes them, and a row of history for each.
create function voucher_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ('Pending', 'Held', 'Issued') then
      raise exception 'a voucher begins as Pending, Held or, as a replacement, Issued' using errcode = 'check_violation', constraint = 'voucher_transition';
    end if;
    insert into voucher_history (voucher_id, place, from_state, to_state) values (new.voucher_id, 1, null, new.state);
    return null;
  end if;
  if row(new.amount_tiyn, new.campaign_id, new.code_hash, new.intake_id) is distinct from row(old.amount_tiyn, old.campaign_id, old.code_hash, old.intake_id)
     or (old.state, new.state) not in (('Pending', 'Issued'), ('Pending', 'Held'), ('Pending', 'Cancelled'), ('Issued', 'Held'), ('Issued', 'Redeemed'),
          ('Issued', 'Expired'), ('Issued', 'Cancelled'), ('Held', 'Pending'), ('Held', 'Issued'), ('Held', 'Cancelled'), ('Redeemed', 'Issued')) then
    raise exception 'a voucher does not go from % to %', old.state, new.state using errcode = 'check_violation', constraint = 'voucher_transition';
  end if;
  insert into voucher_history (voucher_id, place, from_state, to_state)
  select new.voucher_id, 1 + max(place), old.state, new.state from voucher_history where voucher_id = new.voucher_id;
  return null;
end $$;
create trigger voucher_begins after insert on vouchers for each row execute function voucher_moves();
create trigger voucher_moves after update of state, amount_tiyn, campaign_id, code_hash, intake_id on vouchers for each row execute function voucher_moves();
revoke delete, truncate on vouchers, campaigns, campaign_fundings, reservations from ewaste_app;
revoke update, delete, truncate on voucher_history from ewaste_app;

-- Why a voucher is held, what its owner says to it, and who decided. A reason is the name of a rule.
create table voucher_holds (
  voucher_hold_id uuid primary key default uuidv7(),
  voucher_id uuid not null references vouchers,
  reason text not null check (reason in ('DuplicateSerial', 'PersonOverLimit', 'StaffIsGiver', 'StaffPairTooOften', 'ImplausibleWeight', 'OutOfHours', 'AwaitsWeighing', 'ByOperator')),
  held_at timestamptz not null default app.now(),
  held_by uuid,
  decide_by date not null,
  appeal text check (length(appeal) between 1 and 2000), appealed_at timestamptz,
  outcome text check (outcome in ('Released', 'Cancelled')),
  note text, decided_by uuid, decided_at timestamptz,
  constraint voucher_hold_decided check (num_nonnulls(outcome, decided_at) in (0, 2))
);
create index voucher_holds_of_voucher on voucher_holds (voucher_id, held_at);
create index voucher_holds_open on voucher_holds (decide_by, voucher_hold_id) where outcome is null;

-- Cancelling takes two people: one proposes, another decides.
create table voucher_cancellations (
  voucher_cancellation_id uuid primary key default uuidv7(),
  voucher_id uuid not null references vouchers,
  reason text not null check (reason <> ''),
  state text not null default 'Proposed' check (state in ('Proposed', 'Applied', 'Withdrawn')),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint voucher_cancellation_two_people check (state <> 'Applied' or (decided_by is not null and decided_by <> proposed_by))
);
create unique index voucher_cancellation_one_open on voucher_cancellations (voucher_id) where state = 'Proposed';

-- Wrong codes and PINs, by account, merchant, address and code. Kept as keyed hashes; forgotten after a day of quiet.
create table voucher_guesses (
  subject bytea primary key,
  failures int not null check (failures > 0),
  last_at timestamptz not null,
  blocked_until timestamptz
) with (fillfactor = 70);

-- Counts one wrong guess. Each subject has its own patience; beyond it the wait doubles up to an hour.
create function voucher_guess(p_subjects bytea[], p_patience int[]) returns void
  language sql volatile
  as $$
    insert into voucher_guesses as g (subject, failures, last_at)
    select s.subject, 1, app.now() from unnest(p_subjects, p_patience) as s(subject, patience) order by s.subject
    on conflict (subject) do update
       set failures = case when g.last_at < app.now() - interval '1 day' then 1 else g.failures + 1 end,
           last_at = app.now(),
           blocked_until = case when g.last_at >= app.now() - interval '1 day'
               and g.failures + 1 >= p_patience[array_position(p_subjects, excluded.subject)]
               then app.now() + least(interval '1 hour', interval '1 minute' * power(2, least(g.failures + 1 - p_patience[array_position(p_subjects, excluded.subject)], 10))) end;
  $$;
