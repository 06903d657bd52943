-- What the bank's side adds to the steps of payments.sql: a decision of a person taken back, as far as nothing was built on it.

-- The invoices are open again and the money waits on its receipt, as before the decision. False: something was built on it since
-- (the credit pays another invoice, a refund took a part): then this is undone first.
create or replace function payments.undo_decision(p_receipt_id uuid, p_allocation_ids uuid[], p_credited_tiyn bigint, p_unassign boolean, p_cause_id uuid) returns boolean
  language plpgsql volatile
  as $$
declare
  v_receipt public.receipts;
  v_tiyn bigint;
  v_id uuid := uuidv7();
  v_on date := payments.business_day(app.today());
begin
  perform payments.lock_organisations(array(
    select organisation_id from public.receipts where receipt_id = p_receipt_id
    union select i.organisation_id from public.allocations a join public.invoices i using (invoice_id) where a.receipt_id = p_receipt_id));
  select * into strict v_receipt from public.receipts where receipt_id = p_receipt_id for no key update;
  select coalesce(sum(amount_tiyn), 0) into v_tiyn from public.allocations where allocation_id = any (p_allocation_ids) and taken_back_tiyn = 0;
  if v_receipt.credit_tiyn < p_credited_tiyn
     or exists (select from public.allocations where allocation_id = any (p_allocation_ids) and taken_back_tiyn > 0)
     or exists (select from public.allocations where receipt_id = p_receipt_id and taken_back_tiyn < amount_tiyn and not allocation_id = any (p_allocation_ids)
                   and allocation_id > any (p_allocation_ids)) then
    return false;
  end if;
  if v_tiyn > 0 then
    perform payments.take_back(p_receipt_id, v_tiyn, 'Correction', p_cause_id);
  end if;
  if p_credited_tiyn > 0 then
    update public.receipts set credit_tiyn = credit_tiyn - p_credited_tiyn where receipt_id = p_receipt_id;
    perform payments.fact(v_id, 'Correction', v_on, v_receipt.reference);
    perform payments.post('credit_undecided', 'correction', v_id, 1, 'credit', v_receipt.organisation_id, 'unallocated_receipts', v_receipt.organisation_id, p_credited_tiyn);
  end if;
  if p_unassign then
    select * into strict v_receipt from public.receipts where receipt_id = p_receipt_id;
    if v_receipt.allocated_tiyn + v_receipt.credit_tiyn = 0 then
      update public.receipts set organisation_id = null where receipt_id = p_receipt_id;
      if v_receipt.unallocated_tiyn > 0 then
        v_id := uuidv7();
        perform payments.fact(v_id, 'Assignment', v_on, v_receipt.reference);
        perform payments.post('receipt_assigned', 'assignment', v_id, 1, 'unallocated_receipts', v_receipt.organisation_id, 'unallocated_receipts', null, v_receipt.unallocated_tiyn);
      end if;
    end if;
  end if;
  return true;
end $$;

grant execute on all functions in schema payments to ewaste_app;
