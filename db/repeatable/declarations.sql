-- The canonical file of a version: the object that is signed. Whoever follows the recipe gets the same bytes and the same SHA-256.
--
-- The recipe, "ewaste-declaration-1". UTF-8 without byte order mark, fields divided by commas, every line ends with one LF (0x0A).
-- A field is written as it is; if it holds a comma, a quotation mark, CR or LF it stands in quotation marks and those inside are doubled.
-- A text that begins with = + - @ tab or CR has an apostrophe before it, so that no spreadsheet takes it for a formula.
-- What is missing is empty. Days are YYYY-MM-DD. Masses are kilograms with three decimals, fees tenge with two, both with a point;
-- coefficients and the MCI have no zeros at their end.
--   line 1: names of the declaration's fields;  line 2: their values;  line 3: names of the lines' fields;  then the lines by number.
-- Packaging is kind:kilograms, divided by "; ", in the order in which it was declared.

create or replace function app.csv_quoted(p_text text) returns text
  language sql immutable parallel safe
  return case when p_text ~ '[",\r\n]' then '"' || replace(p_text, '"', '""') || '"' else p_text end;

create or replace function app.csv_text(p_text text) returns text
  language sql immutable parallel safe
  return case
    when p_text is null or p_text = '' then ''
    when p_text ~ '^[=+@\t\r-]' then app.csv_quoted('''' || p_text)
    else app.csv_quoted(p_text) end;

create or replace function app.canonical_head(p_declaration_id uuid, p_version integer) returns text
  language sql stable
  return (
    select 'format,number,version,kind,organisation,period_from,period_until,document_no,packaging_document_no,correction_reason' || e'\n'
        || concat_ws(',', 'ewaste-declaration-1', d.number, v.version, d.kind, d.organisation_id,
             coalesce(to_char(d.period_from, 'YYYY-MM-DD'), ''), coalesce(to_char(d.period_until - 1, 'YYYY-MM-DD'), ''),
             app.csv_text(d.document_no), app.csv_text(v.packaging_document_no), app.csv_text(v.correction_reason)) || e'\n'
        || 'line_no,hs_code,unu_key,description,units,mass_kg,packaging,battery_kg,source,condition,obligation_date,origin,document_no,'
        || 'category,methodology,tariff_row,coefficient,mci,fee_kzt,exported_number,exported_line_no,function_test' || e'\n'
      from public.declarations d
      join public.declaration_versions v on v.declaration_id = d.declaration_id and v.version = p_version
     where d.declaration_id = p_declaration_id);

-- Stable, not immutable, although its answer never changes: concat_ws and date::text are only stable, and a function that claims more than its
-- parts is called a million times instead of being written into the query (49 s against 5.5 s for a million lines).
create or replace function app.canonical_line(l public.declaration_lines, p_packaging text, p_methodology text, p_exported text) returns text
  language sql stable parallel safe
  return concat_ws(',', l.line_no, coalesce(l.hs_code, ''), coalesce(l.unu_key, ''), app.csv_text(l.description), coalesce(l.units::text, ''),
    coalesce((l.mass_grams / 1000.0)::numeric(20, 3)::text, ''),
    case when l.packaging_document is null then coalesce(p_packaging, '') else app.csv_text('declared elsewhere ' || l.packaging_document) end,
    coalesce((l.battery_grams / 1000.0)::numeric(20, 3)::text, ''), coalesce(l.source, ''), coalesce(l.condition, ''),
    coalesce(l.obligation_date::text, ''), coalesce(l.origin, ''), app.csv_text(l.document_no),
    coalesce(l.category, ''), coalesce(p_methodology, ''), coalesce(l.tariff_match, ''),
    coalesce(trim_scale(l.coefficient)::text, ''), coalesce(trim_scale(l.mci_value)::text, ''), coalesce((l.fee_tiyn / 100.0)::numeric(20, 2)::text, ''),
    coalesce(p_exported, ''), coalesce(l.exported_line_no::text, ''), app.csv_text(l.function_test)) || e'\n';

-- The whole file in its lines, head first.
create or replace function app.canonical_file(p_declaration_id uuid, p_version integer) returns table (place integer, line text)
  language sql stable
  as $$
    select 0, app.canonical_head(p_declaration_id, p_version)
    union all
    select l.line_no, app.canonical_line(l, p.packaging, m.code, e.number)
      from public.declaration_lines l
      left join (
          select line_no, string_agg(kind || ':' || (mass_grams / 1000.0)::numeric(20, 3), '; ' order by item_no) as packaging
            from public.declaration_packaging
           where declaration_id = p_declaration_id and version = p_version
           group by line_no) p on p.line_no = l.line_no
      left join public.methodologies m on m.methodology_id = l.methodology_id
      left join public.declarations e on e.declaration_id = l.exported_declaration_id
     where l.declaration_id = p_declaration_id and l.version = p_version
     order by 1
  $$;
