-- Evidence of treatment: what may be claimed of closed batches, by whom it was claimed, who holds it, and who paid for each gram. domain.md, section 9.
-- Grams of evidence are not grams of matter, so they have units of their own: the mass of a category goes on adding up without them.

insert into ledger.units (unit, description)
select 'evidence:' || c, 'grams that evidence may be claimed for, category ' || c from unnest(array['1', '2', '3', '4a', '4b', '5', '6']) as c;
insert into ledger.purposes (purpose, sort, description) values
  ('evidence_treated', 'derived', 'input grams of closed batches, credited to the figures of a waste balance: negative, twice each gram (total and available)'),
  ('evidence_total', 'guarded', 'a waste balance: grams treated and not yet evidenced by an approved note'),
  ('evidence_available', 'guarded', 'a waste balance: grams that a new note may still claim'),
  ('evidence_claimed', 'derived', 'grams of a balance that stand in submitted and approved notes'),
  ('evidence_held', 'guarded', 'grams of one note in the hands of one holder'),
  ('evidence_moving', 'derived', 'grams of a note that were offered to another holder who has not answered'),
  ('reimbursements', 'derived', 'what an own system paid back to the fund: negative'),
  ('fund_reimbursed', 'derived', 'what own systems paid back to the fund');
insert into ledger.kinds (kind, description) values
  ('evidence_credited', 'a batch was closed: its input may be evidenced'),
  ('evidence_debited', 'a closed batch was corrected: its input may no longer be evidenced'),
  ('evidence_submitted', 'a note claims grams of what is available'),
  ('evidence_given_back', 'a returned, rejected or void note gives its grams back to what is available'),
  ('evidence_approved', 'a note was approved: out of the total into the hands of its recipient'),
  ('evidence_voided', 'an approved note was made void: back into the total'),
  ('evidence_offered', 'a holder offers grams of a note to another'),
  ('evidence_accepted', 'the other holder took them'),
  ('evidence_not_taken', 'the offer was declined or withdrawn'),
  ('evidence_payer_changed', 'grams that the fund had paid were reimbursed and are another payer''s now'),
  ('fund_reimbursed', 'an own system paid the fund back');

-- One balance for each site, category, year of the verified weigh-in, and payer.
create table waste_balances (
  balance_id uuid primary key default uuidv7(),
  site_id uuid not null,
  organisation_id uuid not null,
  category text not null check (category in ('1', '2', '3', '4a', '4b', '5', '6')),
  year integer not null check (year between 2020 and 2200),
  payer text not null check (payer in ('FeeFund', 'OwnSystem', 'Market', 'Sponsor')),
  own_system_id uuid references organisations,
  total_account_id uuid not null constraint balance_total_once unique references ledger.accounts (account_id),
  available_account_id uuid not null constraint balance_available_once unique references ledger.accounts (account_id),
  claimed_account_id uuid not null constraint balance_claimed_once unique references ledger.accounts (account_id),
  constraint balance_of_site foreign key (site_id, organisation_id) references sites (site_id, organisation_id),
  constraint balance_once unique nulls not distinct (site_id, category, year, payer, own_system_id),
  constraint balance_payer unique (balance_id, payer),
  constraint balance_own_system_is_named check ((payer = 'OwnSystem') = (own_system_id is not null))
);
create index waste_balances_of_organisation on waste_balances (organisation_id, year desc, category, balance_id);
-- Never changed; the right to update is left because holding a row takes it.
revoke delete, truncate on waste_balances from ewaste_app;
create trigger append_only before update or delete on waste_balances for each row execute function app.refuse_change();

-- Which closed batches were looked at: one row a batch, so that nothing is credited twice and what earns nothing is not asked again.
create table evidence_batches (
  batch_id uuid primary key references batches,
  credited_grams bigint not null default 0 check (credited_grams >= 0),
  without_grams bigint not null default 0 check (without_grams >= 0), -- estimated, weighed on an unverified scale, or opening stock
  credited_at timestamptz not null default app.now(),
  debited_at timestamptz
);
revoke delete, truncate on evidence_batches from ewaste_app;

-- Every gram that may be evidenced: of which input of which batch, in which balance. Claimed never exceeds credited: a gram is claimed once.
create table evidence_grams (
  batch_input_id uuid not null references batch_inputs,
  balance_id uuid not null references waste_balances,
  batch_id uuid not null references batches,
  credited_grams bigint not null check (credited_grams >= 0),
  claimed_grams bigint not null default 0,
  made_at timestamptz not null default app.now(),
  primary key (batch_input_id, balance_id),
  constraint gram_claimed_once check (claimed_grams between 0 and credited_grams)
);
create index evidence_grams_free on evidence_grams (balance_id, made_at, batch_input_id) where claimed_grams < credited_grams;
create index evidence_grams_of_batch on evidence_grams (batch_id);
revoke delete, truncate on evidence_grams from ewaste_app;

-- Why a balance changed by a batch: signed, one row for each batch and balance, append-only.
create table evidence_credits (
  credit_id uuid primary key default uuidv7(),
  balance_id uuid not null references waste_balances,
  batch_id uuid not null references batches,
  kind text not null check (kind in ('Closed', 'Corrected')),
  grams bigint not null check ((kind = 'Closed') = (grams > 0) and grams <> 0),
  made_at timestamptz not null default app.now(),
  constraint credit_once unique (balance_id, batch_id, kind)
);
create index evidence_credits_of_batch on evidence_credits (batch_id);
revoke update, delete, truncate on evidence_credits from ewaste_app;
create trigger append_only before update or delete on evidence_credits for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on evidence_credits for each statement execute function app.refuse_change();

-- Every document that anybody may check: the closed list grows by one, whatever other features have put there.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([A-Z][a-z][A-Za-z]*)', 'g') m
   where c.conname = 'verification_code_kind';
  alter table verification_codes drop constraint verification_code_kind;
  execute format('alter table verification_codes add constraint verification_code_kind check (kind = any (%L::text[]))', v_known || array['Evidence']);
end $$;

create sequence evidence_numbers;
create table evidence_notes (
  note_id uuid primary key,
  number text not null constraint evidence_number_once unique check (number ~ '^E-[0-9]{4}-[0-9]{4,}$'),
  balance_id uuid not null,
  organisation_id uuid not null references organisations,
  payer text not null,
  recipient_id uuid references organisations, -- none: the operator, for the fund
  grams bigint not null constraint evidence_has_mass check (grams > 0),
  state text not null default 'Draft',
  prepared_by uuid,
  prepared_at timestamptz not null default app.now(),
  submitted_by uuid, submitted_at timestamptz,
  approved_by uuid, approved_at timestamptz,
  changed_by uuid, -- of the last change, for the history
  reason text,
  code text constraint evidence_code_once unique references verification_codes,
  constraint evidence_of_balance foreign key (balance_id, payer) references waste_balances (balance_id, payer),
  -- Grams that the fund paid for discharge nobody's own obligation: they go to the fund and nowhere else until it was reimbursed.
  constraint evidence_of_the_fund_stays_with_it check (payer <> 'FeeFund' or recipient_id is null),
  constraint evidence_two_people check (approved_by is null or (approved_by is distinct from prepared_by and approved_by is distinct from submitted_by)),
  constraint evidence_ended_says_why check (state not in ('Returned', 'Rejected', 'Void') or reason <> ''),
  constraint evidence_approved_has_its_code check ((state in ('Approved', 'Void')) = (code is not null) and (code is not null) = (approved_at is not null))
);
create index evidence_notes_of_organisation on evidence_notes (organisation_id, note_id desc);
create index evidence_notes_of_recipient on evidence_notes (recipient_id, note_id desc) where recipient_id is not null;
create index evidence_notes_of_balance on evidence_notes (balance_id, state);
revoke delete, truncate on evidence_notes from ewaste_app;

-- What may become what. Nothing else does, whoever asks.
create table evidence_transitions (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into evidence_transitions (from_state, to_state) values
  ('', 'Draft'), ('Draft', 'Submitted'), ('Submitted', 'Approved'), ('Submitted', 'Returned'), ('Submitted', 'Rejected'), ('Approved', 'Void');
revoke insert, update, delete, truncate on evidence_transitions from ewaste_app;

create table evidence_history (
  note_id uuid not null references evidence_notes,
  step_no smallint not null,
  from_state text not null,
  to_state text not null,
  person_id uuid,
  reason text,
  at timestamptz not null default app.now(),
  primary key (note_id, step_no),
  constraint evidence_step_is_allowed foreign key (from_state, to_state) references evidence_transitions
);
revoke update, delete, truncate on evidence_history from ewaste_app;
create trigger append_only before update or delete on evidence_history for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on evidence_history for each statement execute function app.refuse_change();

-- The history writes itself, so no way of changing a state can forget it; and what was submitted never changes.
create function evidence_notes_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.state <> 'Draft'
     and row(new.note_id, new.number, new.balance_id, new.organisation_id, new.payer, new.recipient_id, new.grams, new.prepared_by, new.submitted_by)
         is distinct from row(old.note_id, old.number, old.balance_id, old.organisation_id, old.payer, old.recipient_id, old.grams, old.prepared_by, old.submitted_by) then
    raise exception 'note % was submitted and never changes', old.number using errcode = 'restrict_violation', constraint = 'evidence_never_changes';
  end if;
  if tg_op = 'INSERT' then
    insert into evidence_history (note_id, step_no, from_state, to_state, person_id, reason) values (new.note_id, 1, '', new.state, new.prepared_by, null);
  elsif new.state <> old.state then
    insert into evidence_history (note_id, step_no, from_state, to_state, person_id, reason)
    select new.note_id, count(*) + 1, old.state, new.state, new.changed_by, new.reason from evidence_history where note_id = new.note_id;
  end if;
  return null;
end $$;
create trigger evidence_notes_keep after insert or update on evidence_notes for each row execute function evidence_notes_keep();

-- Which grams a note stands on. trace_links (batch -> evidence) say the same with the transfer.
create table evidence_parts (
  note_id uuid not null references evidence_notes,
  batch_input_id uuid not null,
  balance_id uuid not null,
  batch_id uuid not null references batches,
  grams bigint not null check (grams > 0),
  ended_at timestamptz, -- given back
  primary key (note_id, batch_input_id),
  constraint evidence_part_of_credited_grams foreign key (batch_input_id, balance_id) references evidence_grams
);
create index evidence_parts_of_batch on evidence_parts (batch_id) where ended_at is null;
create index evidence_parts_of_input on evidence_parts (batch_input_id) where ended_at is null;
revoke delete, truncate on evidence_parts from ewaste_app;

-- Who holds how much of an approved note. No holder: the operator.
create table evidence_holdings (
  holding_id uuid primary key default uuidv7(),
  note_id uuid not null references evidence_notes,
  holder_id uuid references organisations,
  account_id uuid not null constraint holding_account_once unique references ledger.accounts (account_id),
  constraint holding_once unique nulls not distinct (note_id, holder_id)
);
create index evidence_holdings_of_holder on evidence_holdings (holder_id, holding_id);
revoke update, delete, truncate on evidence_holdings from ewaste_app;

create table evidence_transfers (
  transfer_no bigint generated always as identity constraint evidence_transfer_number_once unique,
  evidence_transfer_id uuid primary key,
  note_id uuid not null references evidence_notes,
  from_id uuid references organisations,
  to_id uuid references organisations,
  grams bigint not null check (grams > 0),
  state text not null default 'Offered' check (state in ('Offered', 'Accepted', 'Declined', 'Withdrawn')),
  note text,
  offered_by uuid, offered_at timestamptz not null default app.now(),
  answered_by uuid, answered_at timestamptz,
  constraint transfer_between_two_holders check (from_id is distinct from to_id),
  constraint transfer_answered_at_a_time check ((state = 'Offered') = (answered_at is null)),
  constraint transfer_not_taken_says_why check (state not in ('Declined') or note <> '')
);
create index evidence_transfers_of_note on evidence_transfers (note_id, transfer_no);
create index evidence_transfers_to on evidence_transfers (to_id, transfer_no desc);
create index evidence_transfers_from on evidence_transfers (from_id, transfer_no desc);
revoke delete, truncate on evidence_transfers from ewaste_app;

-- Grams that the fund had paid become an own system's, after the fund got its money back: a document of two people.
create sequence payer_change_numbers;
create table payer_changes (
  payer_change_id uuid primary key,
  number text not null constraint payer_change_number_once unique check (number ~ '^P-[0-9]{4}-[0-9]{4,}$'),
  from_balance_id uuid not null,
  from_payer text not null default 'FeeFund' check (from_payer = 'FeeFund'),
  own_system_id uuid not null references organisations,
  to_balance_id uuid references waste_balances,
  grams bigint not null check (grams > 0),
  amount_tiyn bigint not null check (amount_tiyn > 0),
  bank_reference text not null check (bank_reference <> ''),
  reason text not null check (reason <> ''),
  state text not null default 'Proposed' check (state in ('Proposed', 'Approved', 'Withdrawn')),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint payer_change_of_the_fund foreign key (from_balance_id, from_payer) references waste_balances (balance_id, payer),
  constraint payer_change_two_people check (state <> 'Approved' or (decided_by is not null and decided_by <> proposed_by and to_balance_id is not null))
);
create unique index payer_change_one_payment on payer_changes (bank_reference) where state <> 'Withdrawn';
revoke delete, truncate on payer_changes from ewaste_app;
create table payer_change_parts (
  payer_change_id uuid not null references payer_changes,
  batch_input_id uuid not null references batch_inputs,
  batch_id uuid not null references batches,
  grams bigint not null check (grams > 0),
  primary key (payer_change_id, batch_input_id)
);
create index payer_change_parts_of_input on payer_change_parts (batch_input_id);
create index payer_change_parts_of_batch on payer_change_parts (batch_id);
revoke update, delete, truncate on payer_change_parts from ewaste_app;

-- Keys of recyclers' programs.
do $$
declare
  v_known text[];
begin
  select array_agg(distinct m[1]) into v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '([a-z][a-z-]*:[a-z][a-z-]*)', 'g') m
   where c.conname = 'api_key_scope_known';
  alter table api_keys drop constraint api_key_scope_known;
  execute format('alter table api_keys add constraint api_key_scope_known check (cardinality(scopes) > 0 and scopes <@ %L::text[])',
    v_known || array['evidence:read', 'evidence:write']);
end $$;
