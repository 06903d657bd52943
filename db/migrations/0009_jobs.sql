-- The scheduler's own tables (Quartz makes them) and what an operator wants to know about the jobs.

-- The application may create tables here and nowhere else: Quartz brings its schema itself, and moves it with its version.
create schema jobs;
grant usage, create on schema jobs to ewaste_app;

-- One row for each job: when it ran and how it went. A job that fails keeps its last error until it works again.
create table app.job_health (
  job text primary key,
  runs bigint not null default 0,
  last_started_at timestamptz not null,
  last_finished_at timestamptz,
  last_succeeded_at timestamptz,
  failures_in_a_row integer not null default 0,
  last_error text
);
