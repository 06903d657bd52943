using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>What always holds of declarations.</summary>
public static class DeclarationInvariants
{
    // Sums of the version, of its categories and of its lines are three numbers that must be one.
    private const string TotalsSql = """
        with lines as (
            select declaration_id, version, count(*) as lines, count(fee_tiyn) as priced, coalesce(sum(units), 0) as units, coalesce(sum(mass_grams), 0) as mass, coalesce(sum(fee_tiyn), 0) as fee
              from declaration_lines group by 1, 2
        ), categories as (
            select declaration_id, version, sum(lines) as lines, sum(units) as units, sum(mass_grams) as mass, sum(fee_tiyn) as fee from declaration_version_totals group by 1, 2
        ), parked as (
            select declaration_id, version, count(*) as rows from parked_rows group by 1, 2
        )
        select count(*) as rows_checked,
               min(format('version %s of declaration %s says %s lines, %s g, %s tiyn; its lines say %s, %s g, %s tiyn; its categories say %s tiyn; parked %s of %s', v.version, d.number,
                          v.lines, v.mass_grams, v.fee_tiyn, coalesce(l.lines, 0), coalesce(l.mass, 0), coalesce(l.fee, 0), coalesce(c.fee, 0), v.parked_rows, coalesce(p.rows, 0)))
                 filter (where (v.lines, v.priced_lines, v.units, v.mass_grams, v.fee_tiyn) is distinct from
                               (coalesce(l.lines, 0), coalesce(l.priced, 0), coalesce(l.units, 0), coalesce(l.mass, 0), coalesce(l.fee, 0))
                            or (v.lines, v.units, v.mass_grams, v.fee_tiyn) is distinct from (coalesce(c.lines, 0), coalesce(c.units, 0), coalesce(c.mass, 0), coalesce(c.fee, 0))
                            or v.parked_rows <> coalesce(p.rows, 0) or (v.state = 'Submitted' and v.parked_rows > 0)) as first_broken
          from declaration_versions v
          join declarations d using (declaration_id)
          left join lines l using (declaration_id, version)
          left join categories c using (declaration_id, version)
          left join parked p using (declaration_id, version)
        """;

    // fee = mass x MCI x K, rounded as the methodology says; from the factors on the line, whatever the tariff says today. round() of numeric is half away from zero.
    // Lines and their packaging are laid under each other and added up, not joined: right after a large import the planner knows nothing of them and would compare each with each.
    private const string FeeSql = """
        with wrong_fees as (
            select declaration_id, version, line_no, product_fee_tiyn as fee, expected
              from (select l.declaration_id, l.version, l.line_no, l.product_fee_tiyn,
                           case m.rounding when 'LineHalfAway0' then round(l.mass_grams * l.mci_value * l.coefficient / 1000000) * 100
                                else round(l.mass_grams * l.mci_value * l.coefficient / 1000000, 2) * 100 end as expected
                      from declaration_lines l left join methodologies m using (methodology_id)
                     where l.fee_tiyn is not null) priced
             where product_fee_tiyn is distinct from expected
        ), wrong_packaging as (
            select declaration_id, version, line_no, sum(said) as said, sum(item) as items
              from (select declaration_id, version, line_no, true as is_line, fee_tiyn - product_fee_tiyn as said, 0 as item from declaration_lines where fee_tiyn is not null
                    union all
                    select declaration_id, version, line_no, false, 0, coalesce(fee_tiyn, 0) from declaration_packaging) parts
             group by declaration_id, version, line_no
            having bool_or(is_line) and sum(said) is distinct from sum(item)
        ), broken as (
            select declaration_id, version, line_no, format('fee %s tiyn, its factors give %s', fee, trim_scale(expected)) as what from wrong_fees
            union all
            select declaration_id, version, line_no, format('packaging %s, its items give %s', said, items) from wrong_packaging
        )
        select (select count(*) from declaration_lines where fee_tiyn is not null) as rows_checked,
               (select format('line %s of version %s of declaration %s: %s', b.line_no, b.version, d.number, b.what)
                  from broken b join declarations d using (declaration_id)
                 order by d.number, b.version, b.line_no limit 1) as first_broken
        """;

    private const string PackagingFeeSql = """
        with priced as (
            select p.*, case m.rounding when 'LineHalfAway0' then round(p.mass_grams * p.mci_value * p.coefficient / 1000000) * 100
                             else round(p.mass_grams * p.mci_value * p.coefficient / 1000000, 2) * 100 end as expected
              from declaration_packaging p left join methodologies m using (methodology_id)
             where p.fee_tiyn is not null
        )
        select count(*) as rows_checked,
               (select format('packaging %s of line %s of version %s of declaration %s: fee %s tiyn, its factors give %s', item_no, line_no, version, d.number, fee_tiyn, trim_scale(expected))
                  from priced join declarations d using (declaration_id)
                 where fee_tiyn is distinct from expected order by d.number, version, line_no, item_no limit 1) as first_broken
          from priced
        """;

    // All versions of up to 50 000 lines, and of the larger ones the ten submitted last: a file of 200 MB is made in memory for each.
    private const string HashSql = """
        with submitted as (
            select declaration_id, version, canonical_sha256, canonical_bytes, row_number() over (partition by lines > 50000 order by submitted_at desc) as nth, lines > 50000 as is_large
              from declaration_versions where state = 'Submitted'
        ), made as (
            select s.declaration_id, s.version, s.canonical_sha256, (select sha256(convert_to(string_agg(f.line, '' order by f.place), 'UTF8')) from app.canonical_file(s.declaration_id, s.version) f) as sha256
              from submitted s where not s.is_large or s.nth <= 10
        )
        select count(*) as rows_checked,
               min(format('version %s of declaration %s was signed as %s, its lines now give %s', version, d.number, encode(canonical_sha256, 'hex'), encode(sha256, 'hex')))
                 filter (where sha256 is distinct from canonical_sha256) as first_broken
          from made join declarations d using (declaration_id)
        """;

    private const string OrphansSql = """
        with parts as (
            select 'line' as part, declaration_id, version from declaration_lines
            union all select 'packaging', declaration_id, version from declaration_packaging
            union all select 'parked row', declaration_id, version from parked_rows
            union all select 'problem', declaration_id, version from row_problems
        )
        select count(*) as rows_checked,
               min(format('a %s belongs to version %s of declaration %s, which is not there', part, p.version, p.declaration_id)) filter (where v.version is null) as first_broken
          from parts p left join declaration_versions v using (declaration_id, version)
        """;

    private const string RowsWithoutPlaceSql = """
        with numbered as (
            select declaration_id, version, line_no from declaration_lines
            union all select declaration_id, version, line_no from parked_rows
        ), twice as (
            select declaration_id, version, line_no from numbered group by 1, 2, 3 having count(*) > 1
        )
        select (select count(*) from numbered) as rows_checked,
               (select format('number %s in version %s of declaration %s is both a line and a parked row', line_no, version, d.number)
                  from twice join declarations d using (declaration_id) order by d.number, version, line_no limit 1) as first_broken
        """;

    // By comparison of the rows themselves: the constraints say the same, and somebody may have dropped one.
    private const string OncePerPeriodSql = """
        select count(*) as rows_checked,
               min(format('declarations %s and %s are of the same organisation and period or document', a.number, b.number)) filter (where b.declaration_id is not null) as first_broken
          from declarations a
          left join declarations b
            on b.organisation_id = a.organisation_id and b.declaration_id > a.declaration_id and b.state <> 'Withdrawn'
           and ((a.kind in ('Period', 'Nil') and b.kind in ('Period', 'Nil') and daterange(a.period_from, a.period_until) && daterange(b.period_from, b.period_until))
                or (a.kind = b.kind and a.document_key = b.document_key))
         where a.state <> 'Withdrawn'
        """;

    private const string OncePerCountrySql = """
        with twice as (
            select document_key, array_agg(number order by number) as numbers from declarations
             where kind = 'Consignment' and state in ('Submitted', 'Accepted', 'Returned') group by document_key having count(*) > 1
        )
        select (select count(*) from declarations where kind = 'Consignment') as rows_checked,
               (select format('document %s is declared in %s', document_key, array_to_string(numbers, ' and ')) from twice order by document_key limit 1) as first_broken
        """;

    private const string StateSql = """
        select count(*) as rows_checked,
               min(format('declaration %s is %s, its version %s is %s %s', d.number, d.state, d.current_version, c.state, c.decision))
                 filter (where (d.current_version is not null and (c.state is distinct from 'Submitted' or d.state <> coalesce(c.decision, 'Submitted')))
                            or (d.draft_version is not null and f.state is distinct from 'Draft')) as first_broken
          from declarations d
          left join declaration_versions c on c.declaration_id = d.declaration_id and c.version = d.current_version
          left join declaration_versions f on f.declaration_id = d.declaration_id and f.version = d.draft_version
        """;

    private const string ExportedSql = """
        with exported as (
            select l.exported_declaration_id as declaration_id, l.exported_line_no as line_no, sum(l.mass_grams)::bigint as grams
              from declaration_lines l join declarations d on d.declaration_id = l.declaration_id and d.current_version = l.version
             where l.exported_line_no is not null group by 1, 2
        )
        select count(*) as rows_checked,
               min(format('line %s of declaration %s: exported %s g by its own row, %s g by the exports', line_no, d.number, e.exported_grams, coalesce(x.grams, 0)))
                 filter (where e.exported_grams is distinct from coalesce(x.grams, 0) or e.exported_grams > e.declared_grams) as first_broken
          from exported x full join exported_lines e using (declaration_id, line_no)
          join declarations d using (declaration_id)
        """;

    private const string UploadsSql = """
        select count(*) as rows_checked,
               min(format('file %s of declaration %s: %s rows read, %s accounted for', u.upload_no, d.number, u.rows_read, u.accepted + u.warned + u.refused))
                 filter (where u.state in ('Done', 'Replaced') and u.rows_read <> u.accepted + u.warned + u.refused) as first_broken
          from uploads u join declarations d using (declaration_id)
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("The sums of each version of a declaration are those of its lines", TotalsSql),
        new("Each line's fee follows from the factors stored on it", FeeSql),
        new("Each packaging item's fee follows from the factors stored on it", PackagingFeeSql),
        new("Each signed version still gives the hash that was signed (of versions above 50 000 lines the ten newest)", HashSql),
        new("No line, row or problem is without its version", OrphansSql),
        new("No row is a line and parked at once", RowsWithoutPlaceSql),
        new("One declaration for each organisation and period or document", OncePerPeriodSql),
        new("One submitted consignment for each document in the country", OncePerCountrySql),
        new("A declaration's state is that of its last submitted version", StateSql),
        new("What was exported of a line is the sum of the exports, and no more than was declared", ExportedSql),
        new("Each row of each file was accepted, warned about or refused", UploadsSql),
    ];
}
