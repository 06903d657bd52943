-- A database restored from a dump has rows with transaction ids of another server, whose count may be far ahead.
-- Folding and sealing begin their search at a transaction id, so old rows get id 0, "before everything", and derived balances
-- are folded whole. The only update that ledger and audit ever see: transaction_id is bookkeeping and no part of what is sealed.
-- Called by the migrator at every start; costs one look when there is nothing to do.
create or replace function app.rebase_after_restore() returns boolean
  language plpgsql
  as $$
begin
  if (select through from ledger.folding) <= pg_snapshot_xmax(pg_current_snapshot()) then
    return false;
  end if;
  alter table ledger.transfers disable trigger append_only;
  alter table audit.entries disable trigger append_only;
  update ledger.transfers set transaction_id = '0';
  update audit.entries set transaction_id = '0';
  update ledger.accounts a
     set balance = coalesce((select sum(case t.credit_account_id when a.account_id then t.amount else -t.amount end)
                               from ledger.transfers t where a.account_id in (t.credit_account_id, t.debit_account_id)), 0)
   where a.sort = 'derived';
  update ledger.folding set through = '1', folded_at = app.now();
  update reconciliation.turns set transaction_id = '0';
  perform reconciliation.rebuild();
  alter table ledger.transfers enable trigger append_only;
  alter table audit.entries enable trigger append_only;
  return true;
end $$;

revoke execute on function app.rebase_after_restore() from public;
