-- Claims a key for the rest of the transaction. The lock and the look are two statements of a volatile function,
-- so the look has a snapshot younger than the lock and sees what the former holder committed.
--   Claimed: do it, then app.store_answer. Answered: here is the answer. OtherBody: the key was used for something else. Running: somebody is at it.
create or replace function app.claim_key(p_principal text, p_route text, p_key text, p_body_sha256 bytea, out claim text, out status integer, out answer text)
  language plpgsql volatile
  as $$
declare
  v_row app.idempotency_keys;
begin
  if not pg_try_advisory_xact_lock(hashtextextended(concat_ws(e'\n', 'idempotency', p_principal, p_route, p_key), 0)) then
    claim := 'Running';
    return;
  end if;
  delete from app.idempotency_keys k
   where k.principal = p_principal and k.route = p_route and k.key = p_key and k.answered_at < app.now() - interval '30 days';
  select * into v_row from app.idempotency_keys k where k.principal = p_principal and k.route = p_route and k.key = p_key;
  if not found then
    claim := 'Claimed';
  elsif v_row.body_sha256 <> p_body_sha256 then
    claim := 'OtherBody';
  else
    claim := 'Answered';
    status := v_row.status;
    answer := v_row.answer;
  end if;
end $$;

create or replace function app.store_answer(p_principal text, p_route text, p_key text, p_body_sha256 bytea, p_status integer, p_answer text) returns void
  language sql volatile
  as $$
    insert into app.idempotency_keys (principal, route, key, body_sha256, status, answer)
    values (p_principal, p_route, p_key, p_body_sha256, p_status, p_answer);
  $$;
