-- How money moves between invoices, receipts and the ledger. Each step changes its counters by difference, so that the constraints
-- of 0013 decide under a race, and posts under the id of the fact it is. "a -> b": debit a, credit b.
--
-- Whoever touches money of organisations holds their locks, taken in one order: the steps of one organisation follow each other.

create or replace function payments.lock_organisations(p_organisations uuid[]) returns void
  language plpgsql volatile
  as $$
declare
  v_id uuid;
begin
  for v_id in select distinct o from unnest(p_organisations) as o where o is not null order by o loop
    perform pg_advisory_xact_lock(hashtextextended('payments:' || v_id, 0));
  end loop;
end $$;

-- What is printed stays: only the counters, the payer and the e-invoice's number change. Settled on the day that the money came.
create or replace function public.invoices_keep() returns trigger
  language plpgsql
  as $$
declare
  v_free text[] := array['credited_tiyn', 'allocated_tiyn', 'open_tiyn', 'state', 'settled_on', 'payer_name_kk', 'payer_name_ru', 'payer_bin', 'payer_address', 'esf_number', 'esf_status'];
begin
  if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'invoice % was issued and never changes', old.number using errcode = 'restrict_violation', constraint = 'issued_invoice_never_changes';
  end if;
  new.settled_on := case when new.allocated_tiyn > 0 and new.allocated_tiyn = new.amount_tiyn - new.credited_tiyn
    then coalesce(old.settled_on, new.settled_on, app.today()) end;
  return new;
end $$;

-- The day in the books: the day asked for, or today when its books are closed.
create or replace function payments.business_day(p_wanted date) returns date
  language sql stable
  return case when exists (select from public.period_locks where state = 'Applied' and p_wanted >= period_from and p_wanted < period_until)
              then app.today() else p_wanted end;

create or replace function payments.account(p_purpose text, p_owner uuid) returns uuid
  language sql volatile
  return coalesce(
    (select account_id from ledger.accounts where purpose = p_purpose and owner_id is not distinct from p_owner and unit = 'KZT'),
    ledger.open_account(p_purpose, p_owner, 'KZT'));

create or replace function payments.fact(p_fact_id uuid, p_fact text, p_on date, p_document text) returns void
  language sql volatile
  as $$
    insert into public.payment_facts (fact_id, fact, business_on, document) values (p_fact_id, p_fact, p_on, p_document);
  $$;

-- One transfer between two purposes, in tiyn.
create or replace function payments.post(p_kind text, p_fact text, p_fact_id uuid, p_leg integer,
    p_debit text, p_debit_owner uuid, p_credit text, p_credit_owner uuid, p_tiyn bigint) returns void
  language plpgsql volatile
  as $$
begin
  perform ledger.post(p_kind, p_fact, p_fact_id, p_leg, 'KZT', payments.account(p_debit, p_debit_owner), payments.account(p_credit, p_credit_owner), p_tiyn);
end $$;

-- A receipt, or the credit that is left of it, pays an invoice. The caller holds the locks.
drop function if exists payments.pay_invoice(uuid, uuid, bigint, text, text, uuid);
create or replace function payments.pay_invoice(p_receipt_id uuid, p_invoice_id uuid, p_tiyn bigint, p_via text, p_reason text, p_person uuid, p_on date default null) returns uuid
  language plpgsql volatile
  as $$
declare
  v_id uuid := uuidv7();
  v_on date := payments.business_day(coalesce(p_on, app.today()));
  v_invoice public.invoices;
  v_receipt public.receipts;
begin
  update public.invoices set allocated_tiyn = allocated_tiyn + p_tiyn, settled_on = v_on where invoice_id = p_invoice_id returning * into strict v_invoice;
  update public.receipts
     set allocated_tiyn = allocated_tiyn + p_tiyn, credit_tiyn = credit_tiyn - case p_via when 'Credit' then p_tiyn else 0 end
   where receipt_id = p_receipt_id returning * into strict v_receipt;
  insert into public.allocations (allocation_id, receipt_id, invoice_id, via, amount_tiyn, reason, allocated_on, allocated_by)
  values (v_id, p_receipt_id, p_invoice_id, p_via, p_tiyn, p_reason, v_on, p_person);

  if p_via = 'Credit' then
    perform payments.fact(v_id, 'SetOff', v_on, v_invoice.number);
    perform payments.post('set_off', 'allocation', v_id, 1, 'credit', v_receipt.organisation_id, 'receivable', v_invoice.organisation_id, p_tiyn);
  else
    perform payments.fact(v_id, 'Allocation', v_on, v_invoice.number);
    perform payments.post('allocation', 'allocation', v_id, 1, 'unallocated_receipts', v_receipt.organisation_id, 'receivable', v_invoice.organisation_id, p_tiyn);
  end if;
  perform payments.post('fund_receipt', 'allocation', v_id, 2, 'fund_accrued', null, 'fund_received', null, p_tiyn);
  return v_id;
end $$;

-- What waits on a receipt of a known payer becomes credit.
create or replace function payments.credit_receipt(p_receipt_id uuid, p_tiyn bigint) returns void
  language plpgsql volatile
  as $$
declare
  v_id uuid := uuidv7();
  v_receipt public.receipts;
begin
  update public.receipts set credit_tiyn = credit_tiyn + p_tiyn where receipt_id = p_receipt_id returning * into strict v_receipt;
  perform payments.fact(v_id, 'Surplus', payments.business_day(app.today()), v_receipt.reference);
  perform payments.post('surplus_credited', 'surplus', v_id, 1, 'unallocated_receipts', v_receipt.organisation_id, 'credit', v_receipt.organisation_id, p_tiyn);
end $$;

-- By rule: what is left after a known payer's money has paid something becomes credit when none of the payer's invoices is open.
-- Otherwise a person decides: money that pays nothing may be meant for somebody else's invoice.
create or replace function payments.credit_surplus(p_receipt_id uuid) returns bigint
  language plpgsql volatile
  as $$
declare
  v_tiyn bigint;
begin
  select unallocated_tiyn into v_tiyn
    from public.receipts r
   where receipt_id = p_receipt_id and unallocated_tiyn > 0 and allocated_tiyn > 0
     and not exists (select from public.invoices i where i.organisation_id = r.organisation_id and i.open_tiyn > 0);
  if v_tiyn is null then
    return 0;
  end if;
  perform payments.credit_receipt(p_receipt_id, v_tiyn);
  return v_tiyn;
end $$;

-- By rule: credit pays open invoices of its owner, the oldest money first, the earliest due invoice first.
create or replace function payments.set_off_credit(p_organisation_id uuid) returns bigint
  language plpgsql volatile
  as $$
declare
  v_receipt record;
  v_invoice record;
  v_tiyn bigint;
  v_total bigint := 0;
begin
  loop
    select receipt_id, credit_tiyn into v_receipt
      from public.receipts where organisation_id = p_organisation_id and credit_tiyn > 0 order by received_on, receipt_id limit 1;
    exit when not found;
    select invoice_id, open_tiyn into v_invoice
      from public.invoices where organisation_id = p_organisation_id and open_tiyn > 0 order by coalesce(due_on, issued_on), invoice_id limit 1;
    exit when not found;
    v_tiyn := least(v_receipt.credit_tiyn, v_invoice.open_tiyn);
    perform payments.pay_invoice(v_receipt.receipt_id, v_invoice.invoice_id, v_tiyn, 'Credit', '', null);
    v_total := v_total + v_tiyn;
  end loop;
  return v_total;
end $$;

-- Money came: posted, and as much of it as is open pays the invoice that was named. False: this source was recorded before.
create or replace function payments.record_receipt(p_receipt_id uuid, p_source text, p_source_id uuid, p_organisation_id uuid, p_invoice_id uuid, p_tiyn bigint,
    p_received_on date, p_reference text, p_payer_name text, p_payer_bin text, p_actor jsonb) returns boolean
  language plpgsql volatile
  as $$
declare
  v_owner uuid := p_organisation_id;
  v_debtor uuid;
  v_open bigint;
  v_on date := payments.business_day(p_received_on);
begin
  select organisation_id into v_debtor from public.invoices where invoice_id = p_invoice_id;
  v_owner := coalesce(v_owner, v_debtor);
  perform payments.lock_organisations(array[v_owner, v_debtor]);

  insert into public.receipts (receipt_id, source, source_id, organisation_id, invoice_id, amount_tiyn, received_on, business_on, reference, payer_name, payer_bin)
  values (p_receipt_id, p_source, p_source_id, v_owner, p_invoice_id, p_tiyn, p_received_on, v_on, p_reference, p_payer_name, p_payer_bin)
  on conflict on constraint receipt_once_per_source do nothing;
  if not found then
    return false;
  end if;
  perform payments.fact(p_receipt_id, 'Receipt', v_on, p_reference);
  perform payments.post('receipt_' || lower(p_source), 'receipt', p_receipt_id, 1,
    case p_source when 'Card' then 'card_clearing' else 'bank' end, null, 'unallocated_receipts', v_owner, p_tiyn);

  select least(p_tiyn, open_tiyn), greatest(v_on, issued_on) into v_open, v_on from public.invoices where invoice_id = p_invoice_id;
  if v_open > 0 then
    perform payments.pay_invoice(p_receipt_id, p_invoice_id, v_open, 'Receipt', '', (p_actor ->> 'user_id')::uuid, v_on); -- paid on the day the money came
  end if;
  perform payments.credit_surplus(p_receipt_id);
  perform audit.write(p_actor, 'receipt.recorded', 'receipt', p_receipt_id::text,
    jsonb_build_object('source', p_source, 'source_id', p_source_id, 'tiyn', p_tiyn, 'invoice', p_invoice_id, 'paid', coalesce(greatest(v_open, 0), 0)));
  return true;
end $$;

-- Somebody, or a rule, found out whose money it is: what waits moves to that organisation's account.
create or replace function payments.assign_receipt(p_receipt_id uuid, p_organisation_id uuid) returns void
  language plpgsql volatile
  as $$
declare
  v_id uuid := uuidv7();
  v_receipt public.receipts;
begin
  update public.receipts set organisation_id = p_organisation_id where receipt_id = p_receipt_id and organisation_id is null returning * into v_receipt;
  if found and v_receipt.unallocated_tiyn > 0 then
    perform payments.fact(v_id, 'Assignment', payments.business_day(app.today()), v_receipt.reference);
    perform payments.post('receipt_assigned', 'assignment', v_id, 1, 'unallocated_receipts', null, 'unallocated_receipts', p_organisation_id, v_receipt.unallocated_tiyn);
  end if;
end $$;

-- A decision about what waits on a receipt: invoices to pay, in tiyn. The constraints refuse more than is there or is owed.
create or replace function payments.allocate_receipt(p_receipt_id uuid, p_invoice_ids uuid[], p_tiyn bigint[], p_reason text, p_actor jsonb) returns void
  language plpgsql volatile
  as $$
declare
  v_part record;
begin
  perform payments.lock_organisations(array(
    select organisation_id from public.invoices where invoice_id = any (p_invoice_ids) union select organisation_id from public.receipts where receipt_id = p_receipt_id));
  perform payments.assign_receipt(p_receipt_id, (select organisation_id from public.invoices where invoice_id = p_invoice_ids[1]));
  for v_part in select invoice_id, tiyn from unnest(p_invoice_ids, p_tiyn) as x(invoice_id, tiyn) order by invoice_id loop
    perform payments.pay_invoice(p_receipt_id, v_part.invoice_id, v_part.tiyn, 'Receipt', p_reason, (p_actor ->> 'user_id')::uuid);
  end loop;
  perform payments.credit_surplus(p_receipt_id);
  perform audit.write(p_actor, 'receipt.allocated', 'receipt', p_receipt_id::text,
    jsonb_build_object('invoices', p_invoice_ids, 'tiyn', p_tiyn, 'reason', p_reason));
end $$;

-- A receipt stops paying what it paid last, and the invoice is open again. The caller holds the locks; the money waits on the receipt.
create or replace function payments.take_back(p_receipt_id uuid, p_tiyn bigint, p_cause text, p_cause_id uuid) returns void
  language plpgsql volatile
  as $$
declare
  v_rest bigint := p_tiyn;
  v_part bigint;
  v_id uuid;
  v_on date := payments.business_day(app.today());
  a record;
begin
  for a in
    select al.allocation_id, al.invoice_id, al.amount_tiyn - al.taken_back_tiyn as left_tiyn, i.organisation_id as debtor, i.number, r.organisation_id as payer
      from public.allocations al join public.invoices i using (invoice_id) join public.receipts r using (receipt_id)
     where al.receipt_id = p_receipt_id and al.taken_back_tiyn < al.amount_tiyn
     order by al.allocation_id desc
  loop
    exit when v_rest = 0;
    v_part := least(v_rest, a.left_tiyn);
    v_id := uuidv7();
    update public.allocations set taken_back_tiyn = taken_back_tiyn + v_part where allocation_id = a.allocation_id;
    update public.invoices set allocated_tiyn = allocated_tiyn - v_part where invoice_id = a.invoice_id;
    update public.receipts set allocated_tiyn = allocated_tiyn - v_part where receipt_id = p_receipt_id;
    insert into public.take_backs (take_back_id, allocation_id, amount_tiyn, cause, cause_id, taken_back_on) values (v_id, a.allocation_id, v_part, p_cause, p_cause_id, v_on);
    perform payments.fact(v_id, 'TakeBack', v_on, a.number);
    perform payments.post('allocation_taken_back', 'take_back', v_id, 1, 'receivable', a.debtor, 'unallocated_receipts', a.payer, v_part);
    perform payments.post('fund_receipt_taken_back', 'take_back', v_id, 2, 'fund_received', null, 'fund_accrued', null, v_part);
    v_rest := v_rest - v_part;
  end loop;
  if v_rest > 0 then
    raise exception 'the receipt has % tiyn less than is to be taken back', v_rest using errcode = 'check_violation', constraint = 'receipt_not_used_above_its_amount';
  end if;
end $$;

-- Where money goes that leaves a receipt.
create or replace function payments.way_out(p_cause text, out purpose text, out kind text, out has_owner boolean)
  language sql immutable
  as $$
    select x.purpose, x.kind, x.has_owner
      from (values ('Refund', 'refunds_payable', 'refund_approved', true), ('Dispute', 'disputed', 'dispute_opened', true), ('BankReversal', 'bank', 'bank_reversal', false))
        as x(cause, purpose, kind, has_owner)
     where x.cause = p_cause
  $$;

-- Money leaves a receipt: first what waits, then credit, then what pays invoices, the latest first. False: this cause was done before.
create or replace function payments.reverse_receipt(p_receipt_id uuid, p_tiyn bigint, p_cause text, p_cause_id uuid, p_actor jsonb) returns boolean
  language plpgsql volatile
  as $$
declare
  v_id uuid := uuidv7();
  v_on date := payments.business_day(app.today());
  v_out record;
  v_receipt public.receipts;
  v_credit bigint;
  v_waiting bigint;
begin
  perform payments.lock_organisations(array(
    select organisation_id from public.receipts where receipt_id = p_receipt_id
    union select i.organisation_id from public.allocations a join public.invoices i using (invoice_id) where a.receipt_id = p_receipt_id));
  select * into strict v_receipt from public.receipts where receipt_id = p_receipt_id for no key update;
  insert into public.receipt_reversals (reversal_id, receipt_id, cause, cause_id, amount_tiyn, reversed_on)
  values (v_id, p_receipt_id, p_cause, p_cause_id, p_tiyn, v_on)
  on conflict on constraint receipt_reversal_once_per_cause do nothing;
  if not found then
    return false;
  end if;
  v_out := payments.way_out(p_cause);
  v_waiting := least(p_tiyn, v_receipt.unallocated_tiyn);
  v_credit := least(p_tiyn - v_waiting, v_receipt.credit_tiyn);
  if p_tiyn > v_waiting + v_credit then
    perform payments.take_back(p_receipt_id, p_tiyn - v_waiting - v_credit, p_cause, p_cause_id);
  end if;
  update public.receipts set credit_tiyn = credit_tiyn - v_credit, reversed_tiyn = reversed_tiyn + p_tiyn where receipt_id = p_receipt_id;

  perform payments.fact(v_id, p_cause, v_on, v_receipt.reference);
  if p_tiyn > v_credit then
    perform payments.post(v_out.kind, 'receipt_reversal', v_id, 1, 'unallocated_receipts', v_receipt.organisation_id,
      v_out.purpose, case when v_out.has_owner then v_receipt.organisation_id end, p_tiyn - v_credit);
  end if;
  if v_credit > 0 then
    perform payments.post(v_out.kind, 'receipt_reversal', v_id, 2, 'credit', v_receipt.organisation_id,
      v_out.purpose, case when v_out.has_owner then v_receipt.organisation_id end, v_credit);
  end if;
  perform audit.write(p_actor, 'receipt.reversed', 'receipt', p_receipt_id::text,
    jsonb_build_object('cause', p_cause, 'cause_id', p_cause_id, 'tiyn', p_tiyn));
  return true;
end $$;

-- A refund that failed or a dispute that was won: the money pays again what it paid before, as far as that is open.
create or replace function payments.restore_receipt(p_cause text, p_cause_id uuid, p_tiyn bigint, p_actor jsonb) returns void
  language plpgsql volatile
  as $$
declare
  v_id uuid := uuidv7();
  v_receipt public.receipts;
  v_out record := payments.way_out(p_cause);
  v_owner uuid;
  v_rest bigint := p_tiyn;
  v_part bigint;
  t record;
begin
  perform payments.lock_organisations(array(
    select r.organisation_id from public.receipts r join public.receipt_reversals v using (receipt_id) where v.cause = p_cause and v.cause_id = p_cause_id
    union select i.organisation_id from public.take_backs tb join public.allocations a using (allocation_id) join public.invoices i using (invoice_id) where tb.cause_id = p_cause_id));
  update public.receipt_reversals v set restored_tiyn = restored_tiyn + p_tiyn where cause = p_cause and cause_id = p_cause_id;
  update public.receipts r set reversed_tiyn = reversed_tiyn - p_tiyn
    from public.receipt_reversals v
   where v.cause = p_cause and v.cause_id = p_cause_id and r.receipt_id = v.receipt_id returning r.* into strict v_receipt;
  perform payments.fact(v_id, 'Restoration', payments.business_day(app.today()), v_receipt.reference);
  -- From where it went: whose money it is may have been found out since.
  select a.owner_id into v_owner
    from public.receipt_reversals v
    join ledger.transfers l on l.source_id = v.reversal_id and l.source_type = 'receipt_reversal'
    join ledger.accounts a on a.account_id = l.credit_account_id
   where v.cause = p_cause and v.cause_id = p_cause_id
   order by l.leg limit 1;
  perform payments.post(case p_cause when 'Refund' then 'refund_failed' when 'Dispute' then 'dispute_won' else 'bank_reversal_undone' end, 'restoration', v_id, 1,
    v_out.purpose, v_owner, 'unallocated_receipts', v_receipt.organisation_id, p_tiyn);
  for t in
    select a.invoice_id, sum(tb.amount_tiyn)::bigint as tiyn
      from public.take_backs tb join public.allocations a using (allocation_id)
     where tb.cause = p_cause and tb.cause_id = p_cause_id
     group by a.invoice_id order by a.invoice_id
  loop
    select least(v_rest, t.tiyn, open_tiyn) into v_part from public.invoices where invoice_id = t.invoice_id;
    if v_part > 0 then
      perform payments.pay_invoice(v_receipt.receipt_id, t.invoice_id, v_part, 'Receipt', '', (p_actor ->> 'user_id')::uuid);
      v_rest := v_rest - v_part;
    end if;
  end loop;
  perform payments.credit_surplus(v_receipt.receipt_id);
  perform audit.write(p_actor, 'receipt.restored', 'receipt', v_receipt.receipt_id::text,
    jsonb_build_object('cause', p_cause, 'cause_id', p_cause_id, 'tiyn', p_tiyn));
end $$;

-- A posting that changes no receipt: a payout, a fee, an executed refund. False: the fact was posted before.
create or replace function payments.post_fact(p_kind text, p_fact text, p_fact_id uuid, p_on date, p_document text,
    p_debit text, p_debit_owner uuid, p_credit text, p_credit_owner uuid, p_tiyn bigint) returns boolean
  language plpgsql volatile
  as $$
begin
  insert into public.payment_facts (fact_id, fact, business_on, document)
  values (p_fact_id, p_fact, payments.business_day(p_on), p_document) on conflict (fact_id) do nothing;
  if not found then
    return false;
  end if;
  perform payments.post(p_kind, lower(p_fact), p_fact_id, 1, p_debit, p_debit_owner, p_credit, p_credit_owner, p_tiyn);
  return true;
end $$;

-- What a version costs, by category (or packaging), coefficient and MCI. Each priced line was rounded by itself; these are sums of them.
create or replace function payments.fee_groups(p_declaration_id uuid, p_version integer)
    returns table (category text, packaging text, coefficient numeric, mci_value numeric, lines bigint, mass_grams bigint, tiyn bigint)
  language sql stable
  as $$
    select coalesce(l.category, '-'), null, l.coefficient, l.mci_value, count(*), sum(l.mass_grams)::bigint, sum(l.product_fee_tiyn)::bigint
      from public.declaration_lines l
     where l.declaration_id = p_declaration_id and l.version = p_version and l.fee_tiyn is not null
     group by coalesce(l.category, '-'), l.coefficient, l.mci_value
    union all
    select '-', p.kind, p.coefficient, p.mci_value, count(*), sum(p.mass_grams)::bigint, sum(p.fee_tiyn)::bigint
      from public.declaration_packaging p
     where p.declaration_id = p_declaration_id and p.version = p_version and p.fee_tiyn is not null
     group by p.kind, p.coefficient, p.mci_value
  $$;

-- The lines of an invoice (sign 1) or of a credit note (sign -1): what the one version costs more than the other.
create or replace function payments.fee_difference(p_declaration_id uuid, p_version integer, p_since_version integer, p_sign integer)
    returns table ("position" bigint, category text, packaging text, coefficient numeric, mci_value numeric, lines bigint, mass_grams bigint, tiyn bigint)
  language sql stable
  as $$
    select row_number() over (order by category, packaging nulls first, coefficient, mci_value), category, packaging, coefficient, mci_value,
           (p_sign * sum(lines))::bigint, (p_sign * sum(mass_grams))::bigint, (p_sign * sum(tiyn))::bigint
      from (select g.category, g.packaging, g.coefficient, g.mci_value, g.lines, g.mass_grams, g.tiyn from payments.fee_groups(p_declaration_id, p_version) g
            union all
            select g.category, g.packaging, g.coefficient, g.mci_value, -g.lines, -g.mass_grams, -g.tiyn from payments.fee_groups(p_declaration_id, p_since_version) g) both_versions
     group by category, packaging, coefficient, mci_value
    having p_since_version is null or sum(tiyn) <> 0
     order by 1
  $$;

-- Lowers one invoice: first what is not paid; what is paid becomes the payers' credit, the latest payment first. The caller holds the locks.
create or replace function payments.credit_invoice(p_credit_note_id uuid, p_invoice_id uuid, p_tiyn bigint, p_on date) returns void
  language plpgsql volatile
  as $$
declare
  v_invoice public.invoices;
  v_unpaid bigint;
  v_rest bigint;
  v_part bigint;
  v_id uuid;
  a record;
begin
  select * into strict v_invoice from public.invoices where invoice_id = p_invoice_id for no key update;
  v_unpaid := least(p_tiyn, v_invoice.open_tiyn);
  v_rest := p_tiyn - v_unpaid;
  insert into public.credit_note_parts (credit_note_id, invoice_id, unpaid_tiyn, paid_tiyn) values (p_credit_note_id, p_invoice_id, v_unpaid, v_rest);
  update public.invoices set credited_tiyn = credited_tiyn + p_tiyn, allocated_tiyn = allocated_tiyn - v_rest where invoice_id = p_invoice_id;
  if v_unpaid > 0 then
    v_id := uuidv7();
    perform payments.fact(v_id, 'CreditNote', p_on, (select number from public.credit_notes where credit_note_id = p_credit_note_id));
    perform payments.post('invoice_credited', 'credit_note', v_id, 1, 'fund_accrued', null, 'receivable', v_invoice.organisation_id, v_unpaid);
  end if;
  for a in
    select al.allocation_id, al.receipt_id, al.amount_tiyn - al.taken_back_tiyn as left_tiyn, r.organisation_id as payer
      from public.allocations al join public.receipts r using (receipt_id)
     where al.invoice_id = p_invoice_id and al.taken_back_tiyn < al.amount_tiyn
     order by al.allocation_id desc
  loop
    exit when v_rest = 0;
    v_part := least(v_rest, a.left_tiyn);
    v_id := uuidv7();
    update public.allocations set taken_back_tiyn = taken_back_tiyn + v_part where allocation_id = a.allocation_id;
    update public.receipts set allocated_tiyn = allocated_tiyn - v_part, credit_tiyn = credit_tiyn + v_part where receipt_id = a.receipt_id;
    insert into public.take_backs (take_back_id, allocation_id, amount_tiyn, cause, cause_id, taken_back_on)
    values (v_id, a.allocation_id, v_part, 'CreditNote', p_credit_note_id, p_on);
    perform payments.fact(v_id, 'CreditNote', p_on, (select number from public.credit_notes where credit_note_id = p_credit_note_id));
    perform payments.post('payment_credited', 'take_back', v_id, 1, 'fund_received', null, 'credit', a.payer, v_part);
    v_rest := v_rest - v_part;
  end loop;
end $$;

-- What a submitted or returned version changes in what its declaration owes: an invoice, a credit note, or nothing.
-- Null: it was done before. Early: something of this declaration that happened before is still to be billed.
-- The number is taken late, because whoever else wants one waits from there to the end of the transaction.
create or replace function payments.bill_version(p_declaration_id uuid, p_version integer, p_event text, p_on date, p_due_on date, p_reference text, p_terms jsonb, p_actor jsonb) returns text
  language plpgsql volatile
  as $$
declare
  v_org public.organisations;
  v_version public.declaration_versions;
  v_since integer;
  v_difference bigint;
  v_id uuid := uuidv7();
  v_on date := payments.business_day(coalesce(p_on, app.today()));
  v_outcome text;
  v_number text;
  i record;
begin
  select o.* into strict v_org from public.organisations o join public.declarations d using (organisation_id) where d.declaration_id = p_declaration_id;
  select * into strict v_version from public.declaration_versions where declaration_id = p_declaration_id and version = p_version and state = 'Submitted';
  perform payments.lock_organisations(array(
    select v_org.organisation_id
    union select r.organisation_id from public.invoices iv join public.allocations a using (invoice_id) join public.receipts r using (receipt_id)
           where iv.declaration_id = p_declaration_id));
  if exists (select from public.billed_versions where declaration_id = p_declaration_id and version = p_version and event = p_event) then
    return null;
  end if;
  if exists (select from public.billing_queue q where q.declaration_id = p_declaration_id
                and (q.version < p_version or (q.version = p_version and q.event = 'Submitted' and p_event = 'Returned'))) then
    return 'Early';
  end if;
  select case b.event when 'Submitted' then b.version end into v_since
    from public.billed_versions b where b.declaration_id = p_declaration_id order by b.version desc, b.event limit 1; -- 'Returned' sorts before 'Submitted'
  select case p_event when 'Submitted' then v_version.fee_tiyn else 0 end - coalesce(sum(amount_tiyn - credited_tiyn), 0) into v_difference
    from public.invoices where declaration_id = p_declaration_id;

  v_outcome := case sign(v_difference) when 1 then 'Invoice' when -1 then 'CreditNote' else 'Nothing' end;
  if v_outcome = 'Invoice' then
    v_number := payments.issue_invoice(v_id, v_org, v_version, v_difference, v_since, v_on, p_due_on, p_reference, p_terms);
  elsif v_outcome = 'CreditNote' then
    v_number := payments.issue_credit_note(v_id, v_org, v_version, p_event, -v_difference, v_since, v_on);
  end if;
  insert into public.billed_versions (declaration_id, version, event, outcome, since_version, difference_tiyn, invoice_id, credit_note_id)
  values (p_declaration_id, p_version, p_event, v_outcome, v_since, v_difference,
          case v_outcome when 'Invoice' then v_id end, case v_outcome when 'CreditNote' then v_id end);
  delete from public.billing_queue where declaration_id = p_declaration_id and version = p_version and event = p_event;
  if v_outcome <> 'Nothing' then
    perform audit.write(p_actor, case v_outcome when 'Invoice' then 'invoice.issued' else 'credit_note.issued' end,
      case v_outcome when 'Invoice' then 'invoice' else 'credit_note' end, v_number,
      jsonb_build_object('declaration', p_declaration_id, 'version', p_version, 'event', p_event, 'tiyn', abs(v_difference)));
  end if;
  -- The credit that a credit note made, or that waited for an invoice, finds one.
  for i in
    select distinct r.organisation_id from public.receipts r
     where r.credit_tiyn > 0 and (r.organisation_id = v_org.organisation_id
           or r.receipt_id in (select a.receipt_id from public.allocations a join public.invoices iv using (invoice_id) where iv.declaration_id = p_declaration_id))
     order by 1
  loop
    perform payments.set_off_credit(i.organisation_id);
  end loop;
  return v_outcome;
end $$;

create or replace function payments.issue_invoice(p_id uuid, p_org public.organisations, p_version public.declaration_versions, p_tiyn bigint,
    p_since integer, p_on date, p_due_on date, p_reference text, p_terms jsonb) returns text
  language plpgsql volatile
  as $$
declare
  n record;
  v_number text;
begin
  n := app.next_number('Invoice');
  v_number := format('INV-%s-%s', n.year, lpad(n.number::text, 6, '0'));
  insert into public.invoices (invoice_id, year, serial, number, organisation_id, declaration_id, version, programme, amount_tiyn, issued_on, due_on,
                               payment_reference, payer_name_kk, payer_name_ru, payer_bin, payer_address, terms)
  values (p_id, n.year, n.number, v_number, p_org.organisation_id, p_version.declaration_id, p_version.version, p_version.programme, p_tiyn, p_on, p_due_on,
          p_reference, p_org.name_kk, p_org.name_ru, p_org.bin, p_org.address, p_terms);
  insert into public.invoice_lines (invoice_id, position, category, packaging, coefficient, mci_value, lines, mass_grams, amount_tiyn)
  select p_id, d."position", d.category, d.packaging, d.coefficient, d.mci_value, d.lines, d.mass_grams, d.tiyn
    from payments.fee_difference(p_version.declaration_id, p_version.version, p_since, 1) d;
  perform payments.fact(p_id, 'Invoice', p_on, v_number);
  perform payments.post('invoice_issued', 'invoice', p_id, 1, 'receivable', p_org.organisation_id, 'fund_accrued', null, p_tiyn);
  return v_number;
end $$;

create or replace function payments.issue_credit_note(p_id uuid, p_org public.organisations, p_version public.declaration_versions, p_event text, p_tiyn bigint,
    p_since integer, p_on date) returns text
  language plpgsql volatile
  as $$
declare
  n record;
  v_number text;
  v_rest bigint := p_tiyn;
  v_part bigint;
  i record;
begin
  n := app.next_number('CreditNote');
  v_number := format('CRN-%s-%s', n.year, lpad(n.number::text, 6, '0'));
  insert into public.credit_notes (credit_note_id, year, serial, number, organisation_id, declaration_id, version, cause, amount_tiyn, issued_on)
  values (p_id, n.year, n.number, v_number, p_org.organisation_id, p_version.declaration_id, p_version.version,
          case p_event when 'Returned' then 'Return' else 'Correction' end, p_tiyn, p_on);
  insert into public.credit_note_lines (credit_note_id, position, category, packaging, coefficient, mci_value, lines, mass_grams, amount_tiyn)
  select p_id, d."position", d.category, d.packaging, d.coefficient, d.mci_value, d.lines, d.mass_grams, d.tiyn
    from payments.fee_difference(p_version.declaration_id, case p_event when 'Submitted' then p_version.version end, p_since, -1) d;
  -- What is still owed is lowered before what was paid, the youngest invoice first.
  for i in
    select invoice_id, amount_tiyn - credited_tiyn as left_tiyn from public.invoices
     where declaration_id = p_version.declaration_id and credited_tiyn < amount_tiyn
     order by open_tiyn = 0, version desc
  loop
    exit when v_rest = 0;
    v_part := least(v_rest, i.left_tiyn);
    perform payments.credit_invoice(p_id, i.invoice_id, v_part, p_on);
    v_rest := v_rest - v_part;
  end loop;
  return v_number;
end $$;

grant execute on all functions in schema payments to ewaste_app;
