-- The yearly extract for the cadastre: what an organisation's sites held on 1 January and what they did in the year before, signed by 1 March.
-- domain.md, section 9. The signed bytes are kept, because a later correction of a batch would make other ones.
create table cadastre_extracts (
  cadastre_extract_id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  year integer not null check (year between 2020 and 2200), -- as at 1 January of it
  content text not null,
  content_sha256 bytea not null constraint cadastre_hash_is_of_content check (content_sha256 = sha256(convert_to(content, 'UTF8'))),
  row_count integer not null check (row_count >= 0),
  signed_by uuid not null references people,
  signed_at timestamptz not null default app.now(),
  constraint cadastre_once_a_year unique (organisation_id, year)
);
revoke update, delete, truncate on cadastre_extracts from ewaste_app;
create trigger append_only before update or delete on cadastre_extracts for each row execute function app.refuse_change();
create trigger append_only_truncate before truncate on cadastre_extracts for each statement execute function app.refuse_change();

-- One more kind of document that is signed, whatever kinds others have added.
do $$
declare
  v_name text;
  v_known text[];
begin
  select c.conname, array_agg(distinct m[1]) into v_name, v_known
    from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
   where c.conrelid = 'public.signatures'::regclass and c.contype = 'c' and pg_get_constraintdef(c.oid) like '%subject_type%'
   group by c.conname;
  execute format('alter table public.signatures drop constraint %I', v_name);
  execute format('alter table public.signatures add constraint %I check (subject_type = any (%L::text[]))', v_name, v_known || array['cadastre_extract']);
end $$;
