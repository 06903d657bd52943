using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance;

/// <summary>Cases to look at: by the operator everywhere, by an inspector or an akimat in their regions, by an organisation its own.</summary>
public sealed class CaseQueries(Db db)
{
    private const string RowSql = """
        select c.case_id, c.number, c.rule, o.name_kk, o.name_ru, o.slug, c.subject_bin, c.region_kato, c.size_grams, c.size_tiyn, c.state, c.opened_at, c.answer_due_on
          from compliance_cases c
          left join organisations o using (organisation_id)
        """;

    private const string MatchSql = """

         where (@rule::text is null or c.rule = @rule)
           and (case when @state::text is null then c.state in ('Open', 'Notified', 'Answered') when @state = 'All' then true else c.state = @state end)
           and (@region::text is null or c.region_kato = @region)
           and (@regions::text[] is null or c.region_kato = any(@regions))
           and (@text::text is null or c.number = upper(@text) or c.subject_bin = @text or o.bin = @text or strpos(lower(o.name_kk), lower(@text)) > 0 or strpos(lower(o.name_ru), lower(@text)) > 0)
        """;

    private const string ListSql = RowSql + MatchSql + """

           and (@after::uuid is null or c.case_id < @after)
         order by c.case_id desc
         limit 51
        """;

    /// <returns>At most fifty, newest first, and where the next page begins.</returns>
    public async Task<(IReadOnlyList<CaseRow> Rows, Guid? Next)> ListAsync(CaseFilter filter, CancellationToken ct)
    {
        var rows = await db.QueryAsync<CaseRow>(ListSql, Parameters(filter), ct);
        return rows.Count > 50 ? ([.. rows.Take(50)], rows[49].CaseId) : (rows, null);
    }

    private const string ExportSql = RowSql + MatchSql + " order by c.case_id desc limit 100000";

    public Task<IReadOnlyList<CaseRow>> ExportAsync(CaseFilter filter, CancellationToken ct) => db.QueryAsync<CaseRow>(ExportSql, Parameters(filter), ct);

    private const string CountsSql = """
        select c.rule, count(*) as cases from compliance_cases c
         where c.state in ('Open', 'Notified', 'Answered') and (@regions::text[] is null or c.region_kato = any(@regions))
         group by c.rule order by c.rule limit 50
        """;

    public Task<IReadOnlyList<RuleCount>> CountsAsync(IReadOnlyList<string>? regions, CancellationToken ct) => db.QueryAsync<RuleCount>(CountsSql, new { regions = regions?.ToArray() }, ct);

    private const string OwnSql = RowSql + """

         where c.organisation_id = @organisation and c.state <> 'Open'
         order by c.case_id desc
         limit 200
        """;

    /// <summary>An organisation sees a case once it was told of it.</summary>
    public Task<IReadOnlyList<CaseRow>> OfOrganisationAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<CaseRow>(OwnSql, new { organisation }, ct);

    internal const string ScopeSql = """
         where c.number = @number
           and (@organisation::uuid is null or (c.organisation_id = @organisation and c.state <> 'Open'))
           and (@regions::text[] is null or c.region_kato = any(@regions))
        """;

    private const string OneSql = RowSql + "\n" + ScopeSql;

    private const string MoreSql = "select c.fact_key, c.facts::text as facts, c.end_reason, c.authority, c.receipt from compliance_cases c where c.case_id = @id";

    private const string EventsSql = """
        select e.event, e.note, p.name as person, o.name_kk as organisation_kk, o.name_ru as organisation_ru, e.at
          from case_events e left join people p using (person_id) left join organisations o on o.organisation_id = e.organisation_id
         where e.case_id = @id order by e.at, e.case_event_id limit 1000
        """;

    private const string AppealsSql = """
        select a.appeal_id, a.reasons, p.name as made_by, a.made_at, a.decision, a.decision_reasons, d.name as decided_by, a.decided_at
          from case_appeals a join people p on p.person_id = a.made_by left join people d on d.person_id = a.decided_by
         where a.case_id = @id order by a.made_at, a.appeal_id limit 100
        """;

    private const string OrdersSql = """
        select r.order_id, r.number, r.demand, r.due_on, p.name as written_by, r.written_at, r.proof, r.proved_at, d.name as closed_by, r.closed_at
          from case_orders r join people p on p.person_id = r.written_by left join people d on d.person_id = r.closed_by
         where r.case_id = @id order by r.written_at, r.order_id limit 100
        """;

    private const string PlanSql = "select plan_step_id, step_no, what, due_on, funding, done_at from case_plan_steps where case_id = @id order by step_no limit 50";

    private const string EstimateSql = "select category, quarter_from, grams, method, made_at, replaced_at from estimated_declarations where case_id = @id";

    public async Task<CaseDetails?> FindAsync(CaseScope scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (await db.QuerySingleOrDefaultAsync<CaseRow>(OneSql, new { number = scope.Number, organisation = scope.Organisation, regions = scope.Regions?.ToArray() }, ct) is not { } row)
        {
            return null;
        }

        var key = new { id = row.CaseId };
        var more = await db.QuerySingleAsync<MoreRow>(MoreSql, key, ct);
        return new CaseDetails(
            row, more.FactKey, more.Facts, more.EndReason, more.Authority, more.Receipt,
            await db.QueryAsync<CaseEventRow>(EventsSql, key, ct), await db.QueryAsync<AppealRow>(AppealsSql, key, ct), await db.QueryAsync<OrderRow>(OrdersSql, key, ct),
            await db.QueryAsync<PlanStepRow>(PlanSql, key, ct), await db.QuerySingleOrDefaultAsync<EstimateRow>(EstimateSql, key, ct));
    }

    private static object Parameters(CaseFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new
        {
            rule = Blank(filter.Rule), state = Blank(filter.State), region = Blank(filter.Region), text = Blank(filter.Text), after = filter.After, regions = filter.Regions?.ToArray(),
        };

        static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private sealed record MoreRow(string FactKey, string Facts, string? EndReason, string? Authority, string? Receipt);
}

public sealed record RuleCount(string Rule, long Cases);
