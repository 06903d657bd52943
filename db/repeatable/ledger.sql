-- The only ways to write the ledger, and how a balance is read. All run as the owner: the application has no DML here.

-- Opens the account, or finds it: the same purpose, owner and unit is the same account.
create or replace function ledger.open_account(p_purpose text, p_owner_id uuid, p_unit text, p_floor bigint default 0) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  v_id uuid;
begin
  insert into ledger.accounts (purpose, sort, owner_id, unit, floor)
  select p.purpose, p.sort, p_owner_id, p_unit, p_floor from ledger.purposes p where p.purpose = p_purpose
  on conflict on constraint account_once_per_purpose_owner_unit do nothing
  returning account_id into v_id;
  if v_id is null then
    select account_id into v_id from ledger.accounts
     where purpose = p_purpose and owner_id is not distinct from p_owner_id and unit = p_unit;
  end if;
  if v_id is null then
    raise exception 'No account purpose %', p_purpose using errcode = 'foreign_key_violation', constraint = 'account_purpose';
  end if;
  return v_id;
end $$;

-- Whoever changes several guarded accounts in one transaction takes them in this order, so that nobody waits in a circle.
create or replace function ledger.lock_accounts(p_account_ids uuid[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
begin
  perform from ledger.accounts where account_id = any (p_account_ids) and sort = 'guarded' order by account_id for no key update;
end $$;

-- Posts one transfer: debit -> credit. Called from C# or from the final select of a feature's statement, over the row it has claimed
-- (a select in a CTE that nothing reads does not run). A guarded account changes by difference: two at once cannot both pass the floor.
create or replace function ledger.post(p_kind text, p_source_type text, p_source_id uuid, p_leg integer,
    p_unit text, p_debit_account_id uuid, p_credit_account_id uuid, p_amount bigint, p_reverses_id uuid default null) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  v_id uuid;
begin
  -- A foreign key would take a lock on the kind's one row for every posting; kinds are never deleted, so looking is enough.
  if not exists (select from ledger.kinds k where k.kind = p_kind) then
    raise exception 'No kind of transfer %', p_kind using errcode = 'foreign_key_violation', constraint = 'transfer_kind';
  end if;

  if p_reverses_id is not null and not exists (
      select from ledger.transfers t
       where t.transfer_id = p_reverses_id and t.unit = p_unit and t.amount = p_amount
         and t.debit_account_id = p_credit_account_id and t.credit_account_id = p_debit_account_id) then
    raise exception 'Not the mirror of transfer %', p_reverses_id using errcode = 'check_violation', constraint = 'transfer_reversal_mirrors';
  end if;

  insert into ledger.transfers (unit, debit_account_id, credit_account_id, amount, kind, source_type, source_id, leg, reverses_id)
  values (p_unit, p_debit_account_id, p_credit_account_id, p_amount, p_kind, p_source_type, p_source_id, p_leg, p_reverses_id)
  returning transfer_id into v_id;

  update ledger.accounts
     set balance = balance + case account_id when p_credit_account_id then p_amount else -p_amount end
   where account_id = least(p_debit_account_id, p_credit_account_id) and sort = 'guarded';
  update ledger.accounts
     set balance = balance + case account_id when p_credit_account_id then p_amount else -p_amount end
   where account_id = greatest(p_debit_account_id, p_credit_account_id) and sort = 'guarded';
  return v_id;
end $$;

-- Posts several: [{"kind":..,"source_type":..,"source_id":..,"leg":..,"unit":..,"debit":..,"credit":..,"amount":..}, ...], all or none.
create or replace function ledger.post_all(p_postings jsonb) returns setof uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  p record;
begin
  perform ledger.lock_accounts(array(
    select x.account_id from jsonb_to_recordset(p_postings) as r(debit uuid, credit uuid), unnest(array[r.debit, r.credit]) as x(account_id)));
  for p in
    select * from rows from (jsonb_to_recordset(p_postings) as (kind text, source_type text, source_id uuid, leg integer, unit text, debit uuid, credit uuid, amount bigint))
      with ordinality as r(kind, source_type, source_id, leg, unit, debit, credit, amount, place)
     order by place
  loop
    return next ledger.post(p.kind, p.source_type, p.source_id, p.leg, p.unit, p.debit, p.credit, p.amount);
  end loop;
end $$;

-- Takes one transfer back; the source is the new fact (the void, the annulment), not the old one.
create or replace function ledger.reverse(p_transfer_id uuid, p_source_type text, p_source_id uuid, p_leg integer default 1) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  t ledger.transfers;
begin
  select * into t from ledger.transfers where transfer_id = p_transfer_id;
  if not found then
    raise exception 'No transfer %', p_transfer_id using errcode = 'foreign_key_violation', constraint = 'transfer_reverses';
  end if;
  return ledger.post('reversal', p_source_type, p_source_id, p_leg, t.unit, t.credit_account_id, t.debit_account_id, t.amount, t.transfer_id);
end $$;

-- All balances at once, for statements and verification. Of one account: ledger.balance.
create or replace view ledger.balances as
select a.account_id, a.purpose, a.sort, a.owner_id, a.unit, a.floor,
       case a.sort when 'guarded' then a.balance else a.balance + c.amount - d.amount end as balance
  from ledger.accounts a
 cross join lateral (
       select coalesce(sum(t.amount), 0)::bigint as amount from ledger.transfers t
        where a.sort = 'derived' and t.credit_account_id = a.account_id and t.transaction_id >= (select through from ledger.folding)) c
 cross join lateral (
       select coalesce(sum(t.amount), 0)::bigint as amount from ledger.transfers t
        where a.sort = 'derived' and t.debit_account_id = a.account_id and t.transaction_id >= (select through from ledger.folding)) d;

-- The balance of one account. The folding point is a value when the tail is planned, not an unknown:
-- so the tail of a busy account is a short range of its index and never a scan of all transfers.
create or replace function ledger.balance(p_account_id uuid) returns bigint
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
  as $$
declare
  v_through xid8 := (select through from ledger.folding);
  v_account ledger.accounts;
begin
  select * into v_account from ledger.accounts where account_id = p_account_id;
  if v_account.sort is distinct from 'derived' then
    return v_account.balance;
  end if;
  return v_account.balance
    + coalesce((select sum(amount) from ledger.transfers where credit_account_id = p_account_id and transaction_id >= v_through), 0)
    - coalesce((select sum(amount) from ledger.transfers where debit_account_id = p_account_id and transaction_id >= v_through), 0);
end $$;

-- Moves the tail of finished transactions into derived balances. One at a time; who comes second does nothing.
create or replace function ledger.fold() returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
  as $$
declare
  v_from xid8;
  v_until xid8;
  v_accounts bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('ledger.fold', 0)) then
    return 0;
  end if;
  select through into v_from from ledger.folding;
  v_until := pg_snapshot_xmin(pg_current_snapshot()); -- everything below has ended
  if v_until <= v_from then
    return 0;
  end if;
  update ledger.accounts a
     set balance = a.balance + moved.amount
    from (select m.account_id, sum(m.amount)::bigint as amount
            from (select credit_account_id as account_id, amount from ledger.transfers where transaction_id >= v_from and transaction_id < v_until
                  union all
                  select debit_account_id, -amount from ledger.transfers where transaction_id >= v_from and transaction_id < v_until) m
           group by m.account_id) moved
   where a.account_id = moved.account_id and a.sort = 'derived';
  get diagnostics v_accounts = row_count;
  update ledger.folding set through = v_until, folded_at = app.now();
  return v_accounts;
end $$;

revoke execute on all functions in schema ledger from public;
grant execute on all functions in schema ledger to ewaste_app;
grant select on all tables in schema ledger to ewaste_app;
