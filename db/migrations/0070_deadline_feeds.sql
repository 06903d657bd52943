-- A person's deadlines of an organisation as a calendar that a phone or a mail program fetches by itself. It cannot sign in:
-- the address is the secret, one for each person and organisation, and only its hash is kept. It opens as long as the membership lasts.
create table deadline_feeds (
  deadline_feed_id uuid primary key default uuidv7(),
  person_id uuid not null references people,
  organisation_id uuid not null references organisations,
  token_hash bytea not null constraint deadline_feed_token_once unique check (length(token_hash) = 32),
  created_at timestamptz not null default app.now(),
  last_read_at timestamptz,
  revoked_at timestamptz
);
create unique index deadline_feed_one_open on deadline_feeds (person_id, organisation_id) where revoked_at is null;
