-- A batch is not corrected while evidence stands on it, or while somebody reimbursed the fund for its grams.
-- Volatile on purpose: it looks with a snapshot of its own, so whoever holds the batch's row sees what was committed while it waited.
create or replace function batch_is_held(p_batch_id uuid) returns boolean
  language plpgsql volatile
  as $$
begin
  return exists (select from evidence_parts p where p.batch_id = p_batch_id and p.ended_at is null)
      or exists (select from payer_change_parts c where c.batch_id = p_batch_id);
end $$;
grant execute on function batch_is_held(uuid) to ewaste_app;
