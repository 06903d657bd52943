-- Writing, sealing and publishing the audit.

-- For a feature's own statement: call it in the final select, over the row that was claimed. The actor is Actor.ToJson().
create or replace function audit.write(p_actor jsonb, p_action text, p_object_type text, p_object_id text, p_details jsonb default '{}') returns uuid
  language sql volatile
  as $$
    insert into audit.entries (user_id, organisation_id, on_behalf_of_id, role, action, object_type, object_id, address, request_id, details)
    values ((p_actor ->> 'user_id')::uuid, (p_actor ->> 'organisation_id')::uuid, (p_actor ->> 'on_behalf_of_id')::uuid, p_actor ->> 'role',
            p_action, p_object_type, p_object_id, p_actor ->> 'address', p_actor ->> 'request_id', p_details)
    returning entry_id;
  $$;

-- Everything that the chain covers, with the text that is hashed.
create or replace view audit.sealable as
select 'audit' as source, e.entry_id as row_id, e.transaction_id, audit.canonical(e) as canonical from audit.entries e
union all
select 'ledger', t.transfer_id, t.transaction_id, ledger.canonical(t) from ledger.transfers t;

-- The one rule for a seal's hash, used to make it and to check it.
create or replace function audit.seal_hash(p_previous_hash bytea, p_seal_no bigint, p_first_leaf bigint, p_last_leaf bigint, p_sealed_at timestamptz, p_leaves bytea) returns bytea
  language sql stable
  return sha256(p_previous_hash
    || convert_to(format(' %s %s-%s %s ', p_seal_no, p_first_leaf, p_last_leaf, to_char(p_sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')
    || p_leaves);

-- Seals what can be seen and is not sealed yet. A row of a transaction still open is not seen, and is sealed when it has ended:
-- complete_below says only where the search may begin, so a long transaction neither loses its rows nor holds up the others.
--
-- The search must stay a walk along transaction_id with one look into the leaves for each row, whatever the statistics say:
-- as a join the planner may read all leaves each second, or scan the leaves that this same statement is adding.
create or replace function audit.seal() returns bigint
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off
  as $$
declare
  v_last audit.seals;
  v_from xid8;
  v_rows bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('audit.seal', 0)) then
    return 0; -- another node is at it
  end if;
  -- A statement of its own, so that its snapshot is younger than the lock.
  select * into v_last from audit.seals order by seal_no desc limit 1;
  -- A database restored from a dump counts its transactions anew: then search from the beginning, once.
  v_from := case when v_last.complete_below <= pg_snapshot_xmax(pg_current_snapshot()) then v_last.complete_below else '0' end;
  with fresh as materialized (
    select row_number() over (order by s.transaction_id, s.source, s.row_id) + coalesce(v_last.last_leaf, 0) as leaf_no,
           s.source, s.row_id, sha256(convert_to(s.canonical, 'UTF8')) as sha256
      from audit.sealable s
     where s.transaction_id >= v_from
       and (select l.leaf_no from audit.leaves l where l.source = s.source and l.row_id = s.row_id) is null
  ), written as (
    insert into audit.leaves (leaf_no, seal_no, source, row_id, sha256)
    select leaf_no, coalesce(v_last.seal_no, 0) + 1, source, row_id, sha256 from fresh
    returning leaf_no, sha256
  ), whole as (
    select min(leaf_no) as first_leaf, max(leaf_no) as last_leaf, string_agg(sha256, '' order by leaf_no) as leaves from written having count(*) > 0
  )
  insert into audit.seals (seal_no, first_leaf, last_leaf, previous_hash, hash, sealed_at, complete_below)
  select coalesce(v_last.seal_no, 0) + 1, first_leaf, last_leaf, coalesce(v_last.hash, ''),
         audit.seal_hash(coalesce(v_last.hash, ''), coalesce(v_last.seal_no, 0) + 1, first_leaf, last_leaf, app.now(), leaves),
         app.now(), pg_snapshot_xmin(pg_current_snapshot())
    from whole;
  select last_leaf - coalesce(v_last.last_leaf, 0) into v_rows from audit.seals where seal_no = coalesce(v_last.seal_no, 0) + 1;
  return coalesce(v_rows, 0);
end $$;

-- What the chain does not cover yet, by the same walk.
create or replace function audit.unsealed_tail(out rows bigint, out oldest_at timestamptz)
  language plpgsql stable
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off
  as $$
declare
  v_from xid8 := coalesce((select s.complete_below from audit.seals s order by s.seal_no desc limit 1), '0');
begin
  select count(*), min(e.at) into rows, oldest_at
    from audit.entries e
   where e.transaction_id >= v_from
     and (select l.leaf_no from audit.leaves l where l.source = 'audit' and l.row_id = e.entry_id) is null;
end $$;

-- The root of every day that is over and had a seal.
create or replace function audit.publish_daily_roots() returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  v_days bigint;
begin
  insert into audit.daily_roots (day, seal_no, hash)
  select distinct on (d.day) d.day, s.seal_no, s.hash
    from audit.seals s
   cross join lateral (select (s.sealed_at at time zone 'Asia/Almaty')::date as day) d
   where d.day < app.today() and s.seal_no > coalesce((select max(r.seal_no) from audit.daily_roots r), 0)
   order by d.day, s.seal_no desc
  on conflict (day) do nothing;
  get diagnostics v_days = row_count;
  return v_days;
end $$;

revoke execute on function audit.seal(), audit.publish_daily_roots() from public;
grant execute on function audit.seal(), audit.publish_daily_roots() to ewaste_app;
grant select on all tables in schema audit to ewaste_app;
