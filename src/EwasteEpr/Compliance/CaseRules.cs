using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance;

/// <summary>The rules that open cases by themselves: each is a query over facts, run as a set. No person chooses whom.</summary>
/// <remarks>
/// A fact opens a case once (unique by rule and key). When the fact has gone before anybody ended the case, the case is resolved by the rule
/// and says so; when its figures changed, the case keeps what it was opened with.
/// </remarks>
public sealed class CaseRules(Db db)
{
    /// <summary>Columns: fact_key, organisation_id, subject_bin, region_kato, facts, size_grams, size_tiyn.</summary>
    private const string UnpaidSql = """
        select i.number as fact_key, i.organisation_id, null::text as subject_bin, o.region_kato,
               jsonb_build_object('invoice', i.number, 'due_on', i.due_on, 'open_tiyn', i.open_tiyn) as facts, null::bigint as size_grams, i.open_tiyn as size_tiyn
          from invoices i join organisations o using (organisation_id)
         where i.open_tiyn > 0 and i.due_on < app.today()
        """;

    private const string UnregisteredSql = """
        select g.bin || ':' || extract(year from g.quarter_from) as fact_key, null::uuid as organisation_id, g.bin as subject_bin, null::text as region_kato,
               jsonb_build_object('bin', g.bin, 'year', extract(year from g.quarter_from), 'rows', sum(g.rows), 'customs_grams', sum(g.customs_grams)) as facts,
               sum(g.customs_grams)::bigint as size_grams, null::bigint as size_tiyn
          from customs_gaps g
         where g.organisation_id is null
         group by g.bin, extract(year from g.quarter_from)
        """;

    private const string UndeclaredSql = """
        select g.organisation_id || ':' || g.category || ':' || g.quarter_from as fact_key, g.organisation_id, null::text as subject_bin, g.region_kato,
               jsonb_build_object('category', g.category, 'quarter_from', g.quarter_from, 'customs_grams', g.customs_grams, 'declared_grams', 0, 'rows', g.rows) as facts,
               g.gap_grams as size_grams, null::bigint as size_tiyn
          from customs_gaps g
         where g.organisation_id is not null and g.declared_grams = 0 and (g.quarter_from + interval '3 months')::date <= app.today()
        """;

    // The tolerance is a proposal of the product: a rounding of the customs document is no gap.
    private const string UnderDeclaredSql = """
        select g.organisation_id || ':' || g.category || ':' || g.quarter_from as fact_key, g.organisation_id, null::text as subject_bin, g.region_kato,
               jsonb_build_object('category', g.category, 'quarter_from', g.quarter_from, 'customs_grams', g.customs_grams, 'declared_grams', g.declared_grams, 'rows', g.rows) as facts,
               g.gap_grams as size_grams, null::bigint as size_tiyn
          from customs_gaps g
         where g.organisation_id is not null and g.declared_grams > 0 and g.gap_grams > greatest(1000, g.customs_grams / 100)
           and (g.quarter_from + interval '3 months')::date <= app.today()
        """;

    // What two scales disagree about beyond what is allowed, and what a batch or a quarter of a site cannot account for. The firm that holds the waste is asked;
    // what the sender says stands beside it in the discrepancy. Decided there, or corrected in the batch, the fact is gone.
    private const string WeightGapSql = """
        select x.number as fact_key, c.to_organisation_id as organisation_id, null::text as subject_bin, s.region_kato,
               jsonb_build_object('discrepancy', x.number, 'consignment', c.number, 'site', s.number, 'sent_grams', x.sent_grams, 'weighed_grams', x.weighed_grams) as facts,
               abs(x.gap_grams) as size_grams, null::bigint as size_tiyn
          from consignment_discrepancies x join consignments c using (consignment_id) join sites s on s.site_id = c.to_site_id
         where x.state = 'Open'
        union all
        select d.discrepancy_id::text, d.organisation_id, null, s.region_kato,
               jsonb_strip_nulls(jsonb_build_object('batch', b.number, 'site', s.number, 'category', d.category, 'quarter_from', d.quarter_from, 'input_grams', d.input_grams, 'gap_grams', d.grams)),
               abs(d.grams), null
          from treatment_discrepancies d join sites s using (site_id) left join batches b using (batch_id)
         where d.ended_at is null
        """;

    // Certified no longer, and waste still lies there.
    private const string ExpiredSql = """
        select s.number as fact_key, s.organisation_id, null::text as subject_bin, s.region_kato,
               jsonb_build_object('site', s.number, 'grams', x.grams, 'expired_on', x.expired_on) as facts, x.grams as size_grams, null::bigint as size_tiyn
          from sites s
         cross join lateral (
               select coalesce(sum(a.balance), 0)::bigint as grams,
                      (select max(c.expires_on) from certifications c join certified_scopes p using (certification_id) where p.site_id = s.site_id) as expired_on
                 from site_lots l join ledger.accounts a using (account_id) where l.site_id = s.site_id) x
         where x.grams > 0 and not exists (select from certified_now n where n.site_id = s.site_id)
        """;

    // Reasons were given for the warning: somebody still looks at them once.
    private const string ImplausibleSql = """
        select d.number || ':' || d.current_version as fact_key, d.organisation_id, null::text as subject_bin, o.region_kato,
               jsonb_build_object('declaration', d.number, 'version', d.current_version, 'warnings', x.warnings) as facts, null::bigint as size_grams, null::bigint as size_tiyn
          from declarations d join organisations o using (organisation_id)
         cross join lateral (
               select count(*) as warnings from row_problems p
                where p.declaration_id = d.declaration_id and p.version = d.current_version and p.code = 'UnitWeightImplausible' and p.severity = 'Warning') x
         where d.state = 'Submitted' and x.warnings > 0
        """;

    // A firm that joined while another of the same telephone or address owes since long.
    private const string LinkedSql = """
        select n.organisation_id || ':' || o.organisation_id as fact_key, n.organisation_id, null::text as subject_bin, n.region_kato,
               jsonb_build_object('debtor', o.slug, 'by', case when n.contact_phone = o.contact_phone then 'phone' else 'address' end, 'open_tiyn', sum(i.open_tiyn)) as facts,
               null::bigint as size_grams, sum(i.open_tiyn)::bigint as size_tiyn
          from invoices i
          join organisations o on o.organisation_id = i.organisation_id
          join organisations n on n.organisation_id <> o.organisation_id and n.created_at > o.created_at
           and (n.contact_phone = o.contact_phone or (n.address = o.address and n.region_kato = o.region_kato))
         where i.open_tiyn > 0 and i.due_on < app.today() - 30 and n.created_at::date >= i.due_on
         group by n.organisation_id, o.organisation_id
        """;

    /// <summary>Every rule with its query, by the name that the case keeps.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> All { get; } =
    [
        new("InvoiceUnpaid", UnpaidSql),
        new("Unregistered", UnregisteredSql),
        new("Undeclared", UndeclaredSql),
        new("UnderDeclared", UnderDeclaredSql),
        new("WeightGap", WeightGapSql),
        new("CertificationExpired", ExpiredSql),
        new("ImplausibleWeight", ImplausibleSql),
        new("LinkedToDebtor", LinkedSql),
    ];

    // {0} is one of the constants above and nothing else.
    private const string OpenSql = """
        with found as (
            {0}
        ), opened as (
            insert into compliance_cases (number, rule, fact_key, organisation_id, subject_bin, region_kato, facts, size_grams, size_tiyn)
            select format('K-%s-%s', extract(year from app.today()), lpad(nextval('case_numbers')::text, 4, '0')), @rule, f.fact_key, f.organisation_id, f.subject_bin, f.region_kato, f.facts, f.size_grams, f.size_tiyn
              from found f
             where not exists (select from compliance_cases c where c.rule = @rule and c.fact_key = f.fact_key)
             order by f.fact_key
            on conflict on constraint case_once_per_fact do nothing
            returning case_id
        ), told as (
            insert into case_events (case_id, event) select case_id, 'Opened' from opened
        )
        select count(*)::int from opened
        """;

    private const string GoneSql = """
        with found as (
            {0}
        ), gone as (
            update compliance_cases c set state = 'Resolved', ended_at = app.now(), end_reason = 'FactGone'
             where c.rule = @rule and c.state in ('Open', 'Notified', 'Answered') and not exists (select from found f where f.fact_key = c.fact_key)
            returning c.case_id
        ), told as (
            insert into case_events (case_id, event) select case_id, 'FactGone' from gone
        )
        select count(*)::int from gone
        """;

    private const string EstimatesSql = """
        update estimated_declarations e set replaced_at = app.now()
         where e.replaced_at is null and exists (
               select from customs_gaps g
                where g.organisation_id = e.organisation_id and g.category = e.category and g.quarter_from = e.quarter_from and g.declared_grams > 0)
        """;

    /// <summary>Runs every rule; run twice it opens nothing twice.</summary>
    /// <returns>Cases opened and cases whose fact has gone.</returns>
    public async Task<(int Opened, int Gone)> SweepAsync(CancellationToken ct)
    {
        var (opened, gone) = (0, 0);
        foreach (var (rule, sql) in All)
        {
            opened += await db.QuerySingleAsync<int>(OpenSql.Replace("{0}", sql, StringComparison.Ordinal), new { rule }, TimeSpan.FromMinutes(10), ct);
            gone += await db.QuerySingleAsync<int>(GoneSql.Replace("{0}", sql, StringComparison.Ordinal), new { rule }, TimeSpan.FromMinutes(10), ct);
        }

        await db.ExecuteAsync(EstimatesSql, null, ct);
        return (opened, gone);
    }
}
