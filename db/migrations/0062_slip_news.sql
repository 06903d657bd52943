-- Who asked for news is told once of each slip: the data of what they handed in are gone.
create table slip_news (
  data_slip_id uuid primary key references data_slips,
  drop_off_id uuid not null references drop_offs,
  told_at timestamptz not null default app.now()
);
revoke update, delete, truncate on slip_news from ewaste_app;
