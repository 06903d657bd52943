using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>What must hold of tariffs, however they came to be.</summary>
public static class TariffInvariants
{
    private const string OverlapSql = """
        select (select count(*) from methodologies where state = 'Published') as rows_checked,
               (select format('%s and %s are both in force on %s', a.code, b.code, greatest(lower(a.valid), lower(b.valid)))
                  from methodologies a join methodologies b on b.programme = a.programme and (lower(b.valid), b.code) > (lower(a.valid), a.code) and b.valid && a.valid
                 where a.state = 'Published' and b.state = 'Published' order by a.code, b.code limit 1) as first_broken
        """;

    private const string TwoPeopleSql = """
        with decided as (
            select 'methodology ' || code as what, proposed_by, decided_by from methodologies where origin = 'Operator' and state in ('Published', 'Superseded')
            union all
            select format('MCI of %s', effective_from), proposed_by, decided_by from mci_values where origin = 'Operator' and state in ('Published', 'Superseded')
            union all
            select 'HS row ' || hs_prefix, proposed_by, decided_by from hs_unu_rows where origin = 'Operator' and state in ('Published', 'Superseded')
            union all
            select 'setting ' || key, changed_by, approved_by from app.settings where changed_by is not null
        )
        select (select count(*) from decided) as rows_checked,
               (select format('%s was decided by one person', what) from decided
                 where proposed_by is null or decided_by is null or proposed_by = decided_by order by what limit 1) as first_broken
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("At most one published tariff of a programme is in force on any day", OverlapSql),
        new("Two people stand behind every tariff, MCI value, code and setting of the operator", TwoPeopleSql),
    ];
}
