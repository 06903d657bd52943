-- What customs saw and what was declared, by importer, category and quarter. Only current versions count; exports do not lower what crossed the border.
create or replace view customs_gaps as
with seen as (
    select r.bin, r.category, date_trunc('quarter', r.cleared_on)::date as quarter_from, sum(r.mass_grams)::bigint as customs_grams, count(*) as rows
      from customs_rows r
     group by r.bin, r.category, date_trunc('quarter', r.cleared_on)
), declared as (
    select d.organisation_id, l.category, date_trunc('quarter', l.obligation_date)::date as quarter_from, sum(l.mass_grams)::bigint as grams
      from declarations d
      join declaration_lines l on l.declaration_id = d.declaration_id and l.version = d.current_version
     where d.state in ('Submitted', 'Accepted') and d.kind in ('Period', 'Consignment') and l.obligation_date is not null and l.category is not null
       and d.organisation_id in (select o.organisation_id from organisations o join seen s on s.bin = o.bin)
     group by d.organisation_id, l.category, date_trunc('quarter', l.obligation_date)
)
select s.bin, o.organisation_id, o.region_kato, s.category, s.quarter_from, s.customs_grams, s.rows, coalesce(d.grams, 0) as declared_grams, s.customs_grams - coalesce(d.grams, 0) as gap_grams
  from seen s
  left join organisations o on o.bin = s.bin
  left join declared d on d.organisation_id = o.organisation_id and d.category = s.category and d.quarter_from = s.quarter_from;
grant select on customs_gaps to ewaste_app;
