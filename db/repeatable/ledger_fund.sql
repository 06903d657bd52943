-- Spending fee money: one at a time, and only what was received. Who pays out of the fund calls this in the final select over the row it has claimed;
-- the constraint's name tells the caller that the fund has too little.
create or replace function ledger.take_from_fund(p_kind text, p_source_type text, p_source_id uuid, p_leg integer, p_credit_account_id uuid, p_amount bigint) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  v_fund uuid := ledger.open_account('fund_received', null, 'KZT');
begin
  -- Each statement of a volatile function sees what was committed before it: after the lock the balance is the true one.
  perform pg_advisory_xact_lock(hashtextextended('ledger.fund_received', 0));
  if ledger.balance(v_fund) < p_amount then
    raise exception 'the fund has % tiyn and % are asked for', ledger.balance(v_fund), p_amount using errcode = 'check_violation', constraint = 'fund_has_received_enough';
  end if;
  return ledger.post(p_kind, p_source_type, p_source_id, p_leg, 'KZT', v_fund, p_credit_account_id, p_amount);
end $$;

create or replace function ledger.fund_received() returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select coalesce((select ledger.balance(account_id) from ledger.accounts where purpose = 'fund_received' and owner_id is null and unit = 'KZT'), 0) $$;

revoke execute on function ledger.take_from_fund(text, text, uuid, integer, uuid, bigint), ledger.fund_received() from public;
grant execute on function ledger.take_from_fund(text, text, uuid, integer, uuid, bigint), ledger.fund_received() to ewaste_app;
