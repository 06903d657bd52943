-- The base that every feature stands on: the application's role, its time, the operator's settings.

-- The program connects as the owner but works as this role, so that what is not granted cannot be done.
do $$
begin
  create role ewaste_app nologin;
exception when duplicate_object or unique_violation then
  null; -- roles belong to the server: another database has made it
end $$;

do $$
begin
  execute format('grant ewaste_app to %I', current_user);
exception when duplicate_object or unique_violation then
  null;
end $$;

create extension if not exists btree_gist;
create extension if not exists pgcrypto;

grant usage on schema app, public to ewaste_app;
grant select on app.applied_scripts to ewaste_app;
alter default privileges in schema public grant select, insert, update, delete on tables to ewaste_app;
alter default privileges in schema public grant usage, select on sequences to ewaste_app;
alter default privileges in schema app grant select, insert, update, delete on tables to ewaste_app;

-- SQL decides deadlines by this clock. Test databases replace the function by one with an offset; here it is plain.
create function app.now() returns timestamptz
  language sql stable
  return now();

-- The calendar day in the one time zone of the product.
create function app.today() returns date
  language sql stable
  return (app.now() at time zone 'Asia/Almaty')::date;
