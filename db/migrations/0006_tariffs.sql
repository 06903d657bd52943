-- What goods are (categories, UNU keys, HS codes), what they cost (methodologies, rows, MCI), and which days are worked.

create table equipment_categories (
  code text primary key check (code in ('1', '2', '3', '4a', '4b', '5', '6')),
  name_kk text not null, name_ru text not null, name_en text not null,
  short_kk text not null, short_ru text not null, short_en text not null,
  recovery_target_pct numeric, recycling_target_pct numeric,
  target_status text not null,
  source text not null
);

create table unu_keys (
  unu_key text primary key check (unu_key ~ '^[0-9]{4}$' and unu_key <> '0000'),
  category text not null references equipment_categories,
  description_en text not null,
  mean_weight_kg numeric check (mean_weight_kg > 0),
  mean_weight_year int,
  weibull_shape double precision check (weibull_shape > 0),
  weibull_scale double precision check (weibull_scale > 0),
  introduction_year int,
  source text not null,
  check ((weibull_shape is null) = (weibull_scale is null))
);

-- Our own short names; a table of its own because its source is another.
create table unu_key_names (
  unu_key text primary key references unu_keys,
  name_kk text not null, name_ru text not null, name_en text not null
);

create table unu_key_weights (
  unu_key text not null references unu_keys,
  year int not null,
  country text not null, -- ISO 3166 alpha-3, '' where the mean is of the EU
  mean_weight_kg numeric not null check (mean_weight_kg > 0),
  primary key (unu_key, year, country)
);

-- Two people stand behind everything the operator adds: one proposes, another publishes. Rows of the reference files have no people.
create table hs_unu_rows (
  hs_unu_row_id uuid primary key default uuidv7(),
  hs_prefix text not null check (hs_prefix ~ '^([0-9]{2}){2,5}$'),
  unu_key text not null references unu_keys,
  origin text not null check (origin in ('Reference', 'Supplement', 'Operator')),
  state text not null check (state in ('Proposed', 'Published', 'Withdrawn', 'Superseded')),
  description_en text,
  source text not null check (source <> ''),
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint hs_unu_rows_two_people check (
    origin <> 'Operator'
    or (proposed_by is not null and (state not in ('Published', 'Superseded') or (decided_by is not null and decided_by <> proposed_by))))
);
create unique index hs_unu_rows_one_published on hs_unu_rows (hs_prefix, origin) where state = 'Published';

create table spare_part_prefixes (
  hs_prefix text primary key check (hs_prefix ~ '^([0-9]{2}){2,5}$'),
  description_en text not null,
  source text not null
);

-- The national list of products (order 689). Its text is not known to us, so it starts empty.
create table product_groups (
  group_code text primary key check (group_code ~ '^[A-Za-z0-9.-]{1,20}$'),
  name_kk text not null, name_ru text not null, name_en text not null,
  act text not null
);
create table product_group_prefixes (
  group_code text not null references product_groups,
  hs_prefix text not null check (hs_prefix ~ '^([0-9]{2}){2,5}$'),
  valid daterange not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  constraint product_group_prefixes_no_overlap exclude using gist (hs_prefix with =, valid with &&)
);

create table methodologies (
  methodology_id uuid primary key default uuidv7(),
  code text not null constraint methodologies_code_form check (code ~ '^[A-Za-z0-9][A-Za-z0-9-]{1,39}$' and code not in ('new', 'mci', 'codes')),
  programme text not null check (programme in ('Official', 'Illustrative')),
  act_number text, act_date date, act_kk text, act_ru text, act_en text, act_link text check (act_link ~ '^https://'),
  title_kk text not null, title_ru text not null, title_en text not null,
  valid daterange not null
    constraint methodologies_valid_form check (not isempty(valid) and not lower_inf(valid) and lower_inc(valid) and not upper_inc(valid)),
  mci_by text not null check (mci_by in ('NotKnown', 'ImportDate', 'SubmissionDate', 'FirstOfYear')),
  mci_purpose text not null check (mci_purpose in ('General', 'Social')),
  rounding text not null check (rounding in ('LineHalfAway2', 'LineHalfAway0')),
  source_kk text not null, source_ru text not null, source_en text not null,
  origin text not null check (origin in ('Reference', 'Operator')),
  state text not null check (state in ('Proposed', 'Published', 'Superseded', 'Withdrawn')),
  superseded_by uuid references methodologies,
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint methodologies_official_has_act check (
    programme <> 'Official' or num_nonnulls(act_number, act_date, act_kk, act_ru, act_en) = 5),
  constraint methodologies_two_people check (
    origin <> 'Operator'
    or (proposed_by is not null and (state not in ('Published', 'Superseded') or (decided_by is not null and decided_by <> proposed_by)))),
  constraint methodologies_no_overlap exclude using gist (programme with =, valid with &&) where (state = 'Published')
);
create unique index methodologies_code on methodologies (code) where state <> 'Withdrawn';

create table tariff_rows (
  tariff_row_id uuid primary key default uuidv7(),
  methodology_id uuid not null references methodologies,
  row_no int not null check (row_no > 0),
  match_kind text not null check (match_kind in ('HsPrefix', 'ProductGroup', 'UnuKey', 'Category', 'Any', 'Packaging')),
  match text not null,
  -- 0 is "free by law", null is "not set": never the same
  coefficient numeric(12, 6) check (coefficient >= 0),
  note_kk text, note_ru text, note_en text,
  legal_basis text,
  unique (methodology_id, row_no),
  constraint tariff_rows_one_per_match unique (methodology_id, match_kind, match),
  constraint tariff_rows_match_form check (
    case match_kind
      when 'HsPrefix' then match ~ '^([0-9]{2}){2,5}$'
      when 'UnuKey' then match ~ '^[0-9]{4}$'
      when 'Category' then match in ('1', '2', '3', '4a', '4b', '5', '6')
      when 'Any' then match = 'EEE'
      when 'Packaging' then match in ('plastic', 'paper', 'metal', 'combined', 'glass')
      else match <> ''
    end),
  check (num_nonnulls(note_kk, note_ru, note_en) in (0, 3))
);

create table mci_values (
  mci_value_id uuid primary key default uuidv7(),
  effective_from date not null,
  value_kzt numeric(12, 2) not null check (value_kzt > 0),
  purpose text not null check (purpose in ('General', 'Social')),
  confirmation text not null check (confirmation in ('Press', 'ToCheck', 'BindingNotKnown', 'Act')),
  legal_basis text,
  origin text not null check (origin in ('Reference', 'Operator')),
  state text not null check (state in ('Proposed', 'Published', 'Superseded', 'Withdrawn')),
  proposed_by uuid, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  check (confirmation <> 'Act' or legal_basis is not null),
  constraint mci_values_two_people check (
    origin <> 'Operator'
    or (proposed_by is not null and (state not in ('Published', 'Superseded') or (decided_by is not null and decided_by <> proposed_by))))
);
create unique index mci_values_one_published on mci_values (effective_from, purpose) where state = 'Published';

-- A published version never changes: only a successor may close its end or take its place. Prices of the past keep their rows.
create function methodologies_keep() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - array['state', 'valid', 'superseded_by', 'decided_by', 'decided_at'] is distinct from
     to_jsonb(old) - array['state', 'valid', 'superseded_by', 'decided_by', 'decided_at'] then
    raise exception 'a version of a tariff is never edited: propose a new one' using errcode = 'restrict_violation', constraint = 'methodologies_keep';
  end if;
  if old.state = 'Proposed' and new.state in ('Published', 'Withdrawn') and new.valid = old.valid then
    return new;
  end if;
  if old.state = 'Published' and new.decided_by is not distinct from old.decided_by and new.decided_at is not distinct from old.decided_at
     and lower(new.valid) = lower(old.valid) and new.valid <@ old.valid
     and (new.state = 'Published' or (new.state = 'Superseded' and new.superseded_by is not null and new.valid = old.valid)) then
    return new;
  end if;
  raise exception 'a tariff cannot go from % to % this way', old.state, new.state using errcode = 'restrict_violation', constraint = 'methodologies_keep';
end $$;
create trigger methodologies_keep before update on methodologies for each row execute function methodologies_keep();

create function tariff_rows_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and exists (select from methodologies where methodology_id = new.methodology_id and state = 'Proposed') then
    return new;
  end if;
  raise exception 'rows of a tariff stand with its proposal and never change after it' using errcode = 'restrict_violation', constraint = 'tariff_rows_keep';
end $$;
create trigger tariff_rows_keep before insert or update or delete on tariff_rows for each row execute function tariff_rows_keep();

create function decided_once() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - array['state', 'decided_by', 'decided_at'] is distinct from to_jsonb(old) - array['state', 'decided_by', 'decided_at']
     or not ((old.state = 'Proposed' and new.state in ('Published', 'Applied', 'Withdrawn')) or (old.state = 'Published' and new.state = 'Superseded')) then
    raise exception 'what two people decided is replaced by a new row, never edited' using errcode = 'restrict_violation', constraint = 'decided_once';
  end if;
  return new;
end $$;
-- The reference files may correct their own rows; the operator's rows are as the two people left them.
create trigger mci_values_keep before update on mci_values
  for each row when (old.origin = 'Operator' or current_user = 'ewaste_app') execute function decided_once();
create trigger hs_unu_rows_keep before update on hs_unu_rows
  for each row when (old.origin = 'Operator' or current_user = 'ewaste_app') execute function decided_once();

-- The application only proposes: a row of the "reference" made by it would need no second person.
create function arrives_as_proposal() returns trigger language plpgsql as $$
begin
  raise exception 'the application adds proposals of the operator only' using errcode = 'restrict_violation', constraint = 'arrives_as_proposal';
end $$;
create trigger methodologies_arrive before insert on methodologies
  for each row when (new.state <> 'Proposed' or (current_user = 'ewaste_app' and new.origin <> 'Operator')) execute function arrives_as_proposal();
create trigger mci_values_arrive before insert on mci_values
  for each row when (current_user = 'ewaste_app' and (new.state <> 'Proposed' or new.origin <> 'Operator')) execute function arrives_as_proposal();
create trigger hs_unu_rows_arrive before insert on hs_unu_rows
  for each row when (current_user = 'ewaste_app' and (new.state <> 'Proposed' or new.origin <> 'Operator')) execute function arrives_as_proposal();

revoke delete, truncate on methodologies, tariff_rows, mci_values, hs_unu_rows from ewaste_app;
revoke update on tariff_rows from ewaste_app;
revoke insert, update, delete, truncate on equipment_categories, unu_keys, unu_key_names, unu_key_weights, spare_part_prefixes from ewaste_app;

-- One number that grows with every change, so that each node knows when to read the tables again.
create table tariff_stamp (one boolean primary key default true check (one), stamp bigint not null);
insert into tariff_stamp (stamp) values (1);
create function tariff_stamp_grow() returns trigger language plpgsql as $$
begin
  update tariff_stamp set stamp = stamp + 1;
  return null;
end $$;
do $$
declare
  name text;
begin
  foreach name in array array['equipment_categories', 'unu_keys', 'unu_key_names', 'hs_unu_rows', 'spare_part_prefixes', 'product_groups',
                              'product_group_prefixes', 'methodologies', 'tariff_rows', 'mci_values'] loop
    execute format('create trigger tariff_stamp after insert or update or delete on %I for each statement execute function tariff_stamp_grow()', name);
  end loop;
end $$;

create table waste_codes (
  code text primary key check (code ~ '^[0-9]{2} [0-9]{2} [0-9]{2}$'),
  hazardous boolean not null,
  name_kk text not null, name_ru text not null, name_en text not null,
  source text not null
);

-- Days off and days worked instead, year by year from the government's order. Without rows Saturday and Sunday are free.
create table calendar_days (
  day date primary key,
  kind text not null check (kind in ('Holiday', 'WorkingDay')),
  name_kk text not null, name_ru text not null, name_en text not null,
  act text not null
);

create function app.is_working_day(of_day date) returns boolean
  language sql stable
  return coalesce((select kind = 'WorkingDay' from public.calendar_days where day = of_day), extract(isodow from of_day) < 6);

-- The n-th working day after a day.
create function app.add_working_days(from_day date, days int) returns date
  language sql stable
  return (
    select candidate::date
      from generate_series(from_day + 1, from_day + 30 + days * 3, interval '1 day') candidate
     where app.is_working_day(candidate::date)
     order by candidate
     offset greatest(days, 1) - 1 limit 1);
