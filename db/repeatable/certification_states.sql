-- Each change of state of an application, audit or certification is a row of its history, written here and nowhere else, and only along the allow-list.
create or replace function app.certification_state_changed() returns trigger
  language plpgsql
  as $$
declare
  v_old text := case when tg_op = 'INSERT' then '' else old.state end;
begin
  if tg_op = 'UPDATE' and new.state = old.state then
    return new;
  end if;
  if not exists (select from certification_transitions t where t.subject = tg_argv[0] and t.from_state = v_old and t.to_state = new.state) then
    raise exception '% cannot go from % to %', tg_argv[0], v_old, new.state using errcode = 'check_violation', constraint = 'certification_transition_allowed';
  end if;
  insert into certification_history (subject, subject_id, organisation_id, from_state, to_state, reason, person_id)
  values (tg_argv[0], (to_jsonb(new) ->> tg_argv[1])::uuid, new.organisation_id, v_old, new.state, new.state_reason, new.state_by);
  return new;
end $$;
create or replace trigger certification_state_changed after insert or update on certifications for each row execute function app.certification_state_changed('Certification', 'certification_id');
create or replace trigger certification_state_changed after insert or update on certification_applications for each row execute function app.certification_state_changed('Application', 'application_id');
create or replace trigger certification_state_changed after insert or update on audits for each row execute function app.certification_state_changed('Audit', 'audit_id');

-- A certification covers sites of its own organisation, and operations that stand in the list.
create or replace function app.certified_scope_is_own() returns trigger
  language plpgsql
  as $$
begin
  if not exists (select from certifications c join sites s using (organisation_id) where c.certification_id = new.certification_id and s.site_id = new.site_id) then
    raise exception 'A certification covers only sites of its own organisation.' using errcode = 'check_violation', constraint = 'certified_scope_of_own_site';
  end if;
  if exists (select from unnest(new.operations) o where not exists (select from treatment_operations t where t.operation = o)) then
    raise exception 'An operation is not in the list.' using errcode = 'check_violation', constraint = 'certified_scope_operation_known';
  end if;
  return new;
end $$;
create or replace trigger certified_scope_is_own before insert on certified_scopes for each row execute function app.certified_scope_is_own();
create or replace function app.application_operations_known() returns trigger
  language plpgsql
  as $$
begin
  if exists (select from unnest(new.operations) o where not exists (select from treatment_operations t where t.operation = o)) then
    raise exception 'An operation is not in the list.' using errcode = 'check_violation', constraint = 'certified_scope_operation_known';
  end if;
  return new;
end $$;
create or replace trigger application_operations_known before insert or update on application_scopes for each row execute function app.application_operations_known();
