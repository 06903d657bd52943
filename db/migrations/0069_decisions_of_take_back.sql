-- Two decisions that only people can take: records of a counter without network that will never come, and lists of others that hold value back.

-- A device broke before it had told everything: what lies behind the gap waits for its forerunners until two people say that they will not come.
create table point_event_losses (
  point_event_loss_id uuid primary key default uuidv7(),
  device_id uuid not null references devices,
  records int8range not null constraint point_event_loss_names_records check (not isempty(records) and not lower_inf(records) and not upper_inf(records)),
  reason text not null constraint point_event_loss_says_why check (length(reason) between 1 and 500),
  state text not null default 'Proposed' check (state in ('Proposed', 'Applied', 'Withdrawn')),
  proposed_by uuid not null references people, proposed_at timestamptz not null default app.now(),
  decided_by uuid references people, decided_at timestamptz,
  constraint point_event_loss_two_people check (state <> 'Applied' or (decided_by is not null and decided_by <> proposed_by)),
  constraint point_event_loss_once exclude using gist (device_id with =, records with &&) where (state <> 'Withdrawn')
);
create index point_event_losses_open on point_event_losses (proposed_at) where state = 'Proposed';
create trigger point_event_losses_keep before update on point_event_losses for each row execute function decided_once();
revoke delete, truncate on point_event_losses from ewaste_app;

-- Who brought or took back which list, in numbers: the serials themselves stand hashed in watched_serials and nowhere else.
create table serial_list_changes (
  serial_list_change_id uuid primary key default uuidv7(),
  list text not null check (list in ('Stolen', 'Remarketed', 'Types')),
  change text not null check (change in ('Added', 'Removed')),
  source text not null check (length(source) between 1 and 200),
  lines integer not null check (lines > 0), -- that were readable
  changed integer not null check (changed between 0 and lines),
  done_by uuid not null references people,
  done_at timestamptz not null default app.now()
);
create trigger append_only before update or delete on serial_list_changes for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on serial_list_changes for each statement execute function app.refuse_change();
revoke update, delete, truncate on serial_list_changes from ewaste_app;
