-- A counter that worked without network: what its device says happened, kept as said, and what became of each record.
-- The server's order holds; the device's clock is a claim. domain.md, section 8.

create table point_events (
  event_id uuid primary key, -- made on the device
  device_id uuid not null references devices,
  organisation_id uuid not null references organisations,
  point_id uuid not null references collection_points (point_id),
  device_seq bigint not null check (device_seq > 0),
  previous_hash bytea, -- what the device says came before; none for its first
  event_hash bytea not null,
  kind text not null check (kind in ('DropOff', 'Accept', 'Refuse', 'Container', 'Seal', 'Undo')),
  person_id uuid not null references people,
  device_at timestamptz not null, -- the device's clock, as a claim
  received_at timestamptz not null default app.now(),
  body jsonb not null,
  -- Waiting: something it builds on has not arrived. Forked: the device used this sequence number for another record before.
  outcome text not null default 'Waiting' check (outcome in ('Waiting', 'Applied', 'Refused', 'Forked')),
  reason text,
  result_id uuid, -- the drop-off, intake, refusal or container it made
  applied_at timestamptz,
  constraint point_event_refused_says_why check (outcome <> 'Refused' or reason is not null),
  constraint point_event_applied_has_a_result check ((outcome = 'Applied') = (result_id is not null))
);
create unique index point_event_sequence_once on point_events (device_id, device_seq) where outcome <> 'Forked';
create index point_events_waiting on point_events (device_id, device_seq) where outcome = 'Waiting';
create index point_events_of_device on point_events (device_id, received_at);
create index point_events_of_point on point_events (point_id, received_at);

-- When value may follow: the container was weighed, or a sample of what was said to be accepted was looked at again.
create table sample_rescans (
  sample_rescan_id uuid primary key default uuidv7(),
  device_id uuid not null references devices,
  container_id uuid not null references containers,
  looked_at integer not null check (looked_at > 0),
  found integer not null check (found between 0 and looked_at),
  done_by uuid not null references people,
  done_at timestamptz not null default app.now()
);
