-- Settings of the operator, each with the act it rests on, or "not known": /legal-basis shows all of them.

create table app.settings (
  key text primary key check (key ~ '^[a-z_]+[.][a-z_]+$'),
  position int not null,
  kind text not null check (kind in ('Programme', 'Decimal', 'Integer', 'Text', 'YesNo')),
  value text,                -- null: not known, printed as "-"
  basis text,                -- the act; null: not known
  owner text not null check (owner in ('Operator', 'Ministry', 'TaxAuthority', 'Bank', 'Product')),
  -- what a gap does: Production does not start, a feature stays closed, or only "-" is printed
  gap text not null check (gap in ('Start', 'Feature', 'Shown')),
  changed_by uuid, approved_by uuid, changed_at timestamptz,
  constraint settings_two_people check (changed_by is null or (approved_by is not null and approved_by <> changed_by)),
  constraint settings_programme check (kind <> 'Programme' or value in ('Official', 'Illustrative'))
);
-- The application changes what a setting says only in the names of two people.
create function app.settings_keep() returns trigger language plpgsql as $$
begin
  if row(new.value, new.basis) is distinct from row(old.value, old.basis)
     and (new.changed_by is null or new.changed_at is null or new.changed_at is not distinct from old.changed_at) then
    raise exception 'a setting changes in the names of two people' using errcode = 'restrict_violation', constraint = 'settings_keep';
  end if;
  return new;
end $$;
create trigger settings_keep before update on app.settings
  for each row when (current_user = 'ewaste_app') execute function app.settings_keep();

-- Rows come with the product; the application only fills them in.
revoke insert, delete, truncate on app.settings from ewaste_app;

create table app.setting_changes (
  setting_change_id uuid primary key default uuidv7(),
  key text not null references app.settings,
  value text,
  basis text,
  reason text not null check (reason <> ''),
  state text not null default 'Proposed' check (state in ('Proposed', 'Applied', 'Withdrawn')),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint setting_changes_two_people check (state <> 'Applied' or (decided_by is not null and decided_by <> proposed_by))
);
create unique index setting_changes_one_open on app.setting_changes (key) where state = 'Proposed';
create trigger setting_changes_keep before update on app.setting_changes for each row execute function decided_once();
revoke delete, truncate on app.setting_changes from ewaste_app;

-- Which programme prices declarations is part of what a tariff snapshot holds.
create trigger tariff_stamp after insert or update on app.settings for each statement execute function tariff_stamp_grow();
