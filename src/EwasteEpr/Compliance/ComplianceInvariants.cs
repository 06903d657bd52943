using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance;

/// <summary>What always holds of cases and of what they rest on.</summary>
public static class ComplianceInvariants
{
    private const string HistorySql = """
        select count(*) as rows_checked,
               (select format('case %s is %s, its history says %s', c.number, c.state, coalesce(x.state, 'nothing'))
                  from compliance_cases c
                  left join lateral (
                       select case e.event when 'Opened' then 'Open' when 'FactGone' then 'Resolved' when 'AppealUpheld' then 'Resolved' else e.event end as state
                         from case_events e
                        where e.case_id = c.case_id and e.event in ('Opened', 'Notified', 'Answered', 'FactGone', 'AppealUpheld', 'Resolved', 'Escalated')
                        order by e.at desc, e.case_event_id desc limit 1) x on true
                 where x.state is distinct from c.state
                 order by c.case_id limit 1) as first_broken
          from compliance_cases
        """;

    private const string TwoPeopleSql = """
        select count(*) as rows_checked,
               (select format('the appeal of case %s was decided by who had notified it', c.number)
                  from case_appeals a join compliance_cases c using (case_id)
                 where a.decided_by is not null and exists (select from case_events e where e.case_id = a.case_id and e.event = 'Notified' and e.person_id = a.decided_by and e.at < a.decided_at)
                 order by a.appeal_id limit 1) as first_broken
          from case_appeals
        """;

    private const string ExtractSql = """
        select count(*) as rows_checked,
               (select format('extract %s says %s taken and %s refused, it has %s and %s', x.number, x.rows_taken, x.rows_refused, t.taken, r.refused)
                  from customs_extracts x
                 cross join lateral (select count(*) as taken from customs_rows c where c.extract_id = x.extract_id) t
                 cross join lateral (select count(*) as refused from customs_refusals c where c.extract_id = x.extract_id) r
                 where (t.taken, r.refused) is distinct from (x.rows_taken::bigint, x.rows_refused::bigint)
                 order by x.extract_id limit 1) as first_broken
          from customs_extracts
        """;

    private const string EstimateSql = """
        select count(*) as rows_checked,
               (select format('the estimate of case %s stands beside a declaration of %s g', c.number, g.declared_grams)
                  from estimated_declarations e
                  join compliance_cases c using (case_id)
                  join customs_gaps g on g.organisation_id = e.organisation_id and g.category = e.category and g.quarter_from = e.quarter_from
                 where e.replaced_at is null and g.declared_grams > 0 and e.made_at < app.now() - interval '1 day'
                 order by e.estimate_id limit 1) as first_broken
          from estimated_declarations where replaced_at is null
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each case is in the state its history ends with", HistorySql),
        new("No appeal is decided by who notified", TwoPeopleSql),
        new("Each customs extract has the rows it counts", ExtractSql),
        new("No estimate outlives the declaration it stood for", EstimateSql),
    ];
}
