using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister;

/// <summary>What always holds of what is published and of what is signed for the cadastre.</summary>
public static class PublicRegisterInvariants
{
    // Withheld cells have no amount, so a line with one of them is compared only where all of it is seen.
    private const string SumsSql = """
        with lines as (
            select year, measure, region_kato as line, bool_or(is_suppressed) as has_hidden, coalesce(sum(grams) filter (where category <> '*'), 0) as parts, coalesce(sum(grams) filter (where category = '*'), 0) as told
              from reconciliation.public_cells group by year, measure, region_kato
            union all
            select year, measure, 'category ' || category, bool_or(is_suppressed), coalesce(sum(grams) filter (where region_kato <> '*'), 0), coalesce(sum(grams) filter (where region_kato = '*'), 0)
              from reconciliation.public_cells group by year, measure, category having bool_and(basis = 'Recorded')
        )
        select count(*) as rows_checked,
               (select format('%s of %s, %s: the parts add up to %s g and the sum says %s', measure, year, line, parts, told) from lines where not has_hidden and parts <> told order by year, measure, line limit 1) as first_broken
          from lines
        """;

    private const string CadastreSql = """
        select count(*) as rows_checked,
               (select format('the extract of %s of organisation %s is not what was signed', e.year, e.organisation_id)
                  from cadastre_extracts e
                 where e.content_sha256 <> sha256(convert_to(e.content, 'UTF8'))
                    or not exists (select from signatures s where s.subject_type = 'cadastre_extract' and s.subject_id = e.cadastre_extract_id and s.organisation_id = e.organisation_id and s.content_sha256 = e.content_sha256)
                 order by e.year, e.organisation_id limit 1) as first_broken
          from cadastre_extracts e
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each public figure that is seen whole adds up to its sums", SumsSql),
        new("Each extract for the cadastre is what was signed", CadastreSql),
    ];
}
