using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>What always holds of certifications, audits and capacity.</summary>
public static class CertificationInvariants
{
    private const string TwoPeopleSql = """
        select count(*) as rows_checked,
               (select format('decision %s (%s) was made by one person', d.decision_id, d.kind) from certification_decisions d
                 where d.state <> 'Proposed' and (d.decided_by is null or d.decided_by = d.proposed_by) order by d.decision_id limit 1) as first_broken
          from certification_decisions
        """;

    private const string DecidedSql = """
        select count(*) as rows_checked,
               (select format('application %s is %s without a decision of two people', a.number, a.state) from certification_applications a
                 where a.state in ('Certified', 'Refused')
                   and not exists (select from certification_decisions d where d.application_id = a.application_id and d.state = 'Approved' and d.kind = case a.state when 'Certified' then 'Certify' else 'Refuse' end)
                 order by a.number limit 1) as first_broken
          from certification_applications where state in ('Certified', 'Refused')
        """;

    private const string HistorySql = """
        with subjects as (
            select 'Certification' as subject, certification_id as id, number, state from certifications
            union all select 'Application', application_id, number, state from certification_applications
            union all select 'Audit', audit_id, number, state from audits
        ), last as (
            select s.*, (select h.to_state from certification_history h where h.subject_id = s.id order by h.place desc limit 1) as told from subjects s
        ), steps as (
            select h.*, lag(h.to_state, 1, '') over (partition by h.subject_id order by h.place) as before from certification_history h
        )
        select count(*) as rows_checked,
               coalesce((select format('%s %s is %s, its history ends with %s', l.subject, l.number, l.state, coalesce(l.told, 'nothing')) from last l where l.told is distinct from l.state order by l.number limit 1),
                        (select format('history %s of a %s begins with %s after %s', t.place, t.subject, t.from_state, t.before) from steps t where t.from_state <> t.before order by t.place limit 1)) as first_broken
          from last
        """;

    private const string OwnSitesSql = """
        select count(*) as rows_checked,
               (select format('certification %s covers site %s of another organisation', c.number, s.number) from certified_scopes p join certifications c using (certification_id) join sites s using (site_id)
                 where s.organisation_id <> c.organisation_id order by c.number, s.number limit 1) as first_broken
          from certified_scopes
        """;

    private const string CapacitySql = """
        select count(*) as rows_checked,
               (select format('site %s, category %s, %s: %s g of %s in the year, %s g of %s in thirty days', s.number, u.category, d.day, d.year_used, d.year_cap, d.days_30_used, d.days_30_cap)
                  from (select site_id, category, min(day) as first, max(day) as last from capacity_uses group by site_id, category) u
                  join sites s using (site_id)
                 cross join lateral capacity_days(u.site_id, u.category, u.first, u.last) d
                 where d.taken and (d.year_used > d.year_cap or d.days_30_used > d.days_30_cap)
                 order by s.number, u.category, d.day limit 1) as first_broken
          from capacity_uses
        """;

    private const string PairsSql = """
        select count(*) as rows_checked,
               (select format('%s audited %s twice within two years', x.name_ru, o.name_ru)
                  from audit_assignments a join audit_assignments b on b.organisation_id = a.organisation_id and b.auditor_organisation_id = a.auditor_organisation_id and b.assignment_id > a.assignment_id
                  join organisations o on o.organisation_id = a.organisation_id join organisations x on x.organisation_id = a.auditor_organisation_id
                 where daterange(a.drawn_on, (a.drawn_on + interval '2 years')::date) && daterange(b.drawn_on, (b.drawn_on + interval '2 years')::date)
                 order by a.assignment_id limit 1) as first_broken
          from audit_assignments
        """;

    private const string FindingsSql = """
        select count(*) as rows_checked,
               (select format('audit %s is %s with finding %s %s', u.number, u.state, f.finding_no, f.state) from audits u join audit_findings f using (audit_id)
                 where u.state = 'Closed' and f.state <> 'Closed' order by u.number, f.finding_no limit 1) as first_broken
          from audits where state = 'Closed'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Two people stand behind each decision on a certification", TwoPeopleSql),
        new("Each certified or refused application has its decision", DecidedSql),
        new("The history of certifications leads to their state", HistorySql),
        new("A certification covers only sites of its own organisation", OwnSitesSql),
        new("No more capacity is taken than both caps and their overrides allow", CapacitySql),
        new("No auditor meets the same organisation twice within two years", PairsSql),
        new("A closed audit has no open finding", FindingsSql),
    ];
}
