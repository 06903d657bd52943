using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>Certifications and applications to look at: by everybody, by their organisation, by the operator.</summary>
public sealed class CertificationQueries(Db db)
{
    private const string OperationsSql = "select operation, name_kk, name_ru, name_en, source from treatment_operations order by position, operation limit 100";

    public Task<IReadOnlyList<TreatmentOperation>> OperationsAsync(CancellationToken ct) => db.QueryAsync<TreatmentOperation>(OperationsSql, null, ct);

    private const string Columns = """
        select c.certification_id, c.number, c.organisation_id, c.kind, c.state, c.state_reason, c.valid_from, c.expires_on, o.name_kk as organisation_kk, o.name_ru as organisation_ru, o.bin, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
               coalesce((select array_agg(distinct p.category order by p.category) from certified_scopes p where p.certification_id = c.certification_id), '{}') as categories,
               (select count(distinct p.site_id)::int from certified_scopes p where p.certification_id = c.certification_id) as sites,
               (select coalesce(sum(p.annual_grams), 0)::bigint from certified_scopes p where p.certification_id = c.certification_id) as annual_grams,
               c.state = 'Valid' and c.valid_from <= app.today() and app.today() < c.expires_on as holds, c.expires_on <= app.today() as is_over
          from certifications c join organisations o using (organisation_id) join regions r on r.kato = o.region_kato
        """;

    // The register: the certification that holds, and what was suspended or withdrawn, for ever; one that was followed by another stays readable by its number.
    private const string RegisterSql = Columns + """

         where (@state::text is null or case when c.state = 'Valid' and c.expires_on <= app.today() then 'Expired' else c.state end = @state)
           and (@category::text is null or exists (select from certified_scopes p where p.certification_id = c.certification_id and p.category = @category))
           and (@region::text is null or exists (select from certified_scopes p join sites s using (site_id) where p.certification_id = c.certification_id and s.region_kato = @region))
         order by c.expires_on <= app.today(), o.name_kk, c.certification_id
         limit 1000
        """;

    public Task<IReadOnlyList<CertificationRow>> RegisterAsync(RegisterFilter filter, CancellationToken ct) => db.QueryAsync<CertificationRow>(RegisterSql, filter, ct);

    private const string OfOrganisationSql = Columns + " where c.organisation_id = @organisation order by c.valid_from desc, c.certification_id desc limit 100";

    public Task<IReadOnlyList<CertificationRow>> OfOrganisationAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<CertificationRow>(OfOrganisationSql, new { organisation }, ct);

    private const string OneSql = Columns + " where c.number = @number";

    private const string ScopesSql = """
        select p.site_id, s.number as site_number, s.name_kk as site_kk, s.name_ru as site_ru, s.name_en as site_en, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en, p.category, p.operations, p.annual_grams
          from certified_scopes p join sites s using (site_id) join regions r on r.kato = s.region_kato
         where p.certification_id = @id order by s.number, p.category limit 500
        """;

    private const string HistorySql = """
        select h.subject, h.from_state, h.to_state, h.reason, p.name as person, h.at
          from certification_history h left join people p using (person_id) where h.subject_id = @id order by h.place limit 200
        """;

    private const string DecisionColumns = """
        select d.decision_id, d.kind, d.state, d.reason, d.valid_from, d.expires_on, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, d.category, d.extra_grams, d.proposed_by, p.name as proposer, d.proposed_at, a.name as decider, d.decided_at, d.decline_reason
          from certification_decisions d join people p on p.person_id = d.proposed_by left join people a on a.person_id = d.decided_by left join sites s on s.site_id = d.site_id
        """;

    private const string DecisionsSql = DecisionColumns + " where d.certification_id = @id or d.application_id = @id order by d.proposed_at desc, d.decision_id desc limit 100";

    public async Task<CertificationDetails?> FindAsync(string number, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<CertificationRow>(OneSql, new { number }, ct) is not { } row)
        {
            return null;
        }

        var id = new { id = row.CertificationId };
        return new CertificationDetails(row, await db.QueryAsync<ScopeRow>(ScopesSql, id, ct), await db.QueryAsync<HistoryRow>(HistorySql, id, ct), await db.QueryAsync<DecisionRow>(DecisionsSql, id, ct));
    }

    private const string ApplicationColumns = """
        select a.application_id, a.number, a.organisation_id, o.slug, o.name_kk as organisation_kk, o.name_ru as organisation_ru, a.kind, a.state, a.state_reason, a.head_name, a.note, a.created_at, a.submitted_at, c.number as certification,
               (select count(*)::int from application_scopes p where p.application_id = a.application_id) as scopes,
               coalesce((select max(h.at) from certification_history h where h.subject_id = a.application_id), a.created_at) as since
          from certification_applications a join organisations o using (organisation_id) left join certifications c using (certification_id)
        """;

    // A draft is the organisation's own business: the operator sees what was submitted once.
    private const string WorkSql = ApplicationColumns + """

         where a.submitted_at is not null and (@state::text is null or a.state = @state) and (@state::text is not null or a.state not in ('Certified', 'Refused', 'Withdrawn'))
         order by since, a.application_id limit 500
        """;

    /// <param name="state">None: what is still open, the longest waiting first.</param>
    public Task<IReadOnlyList<ApplicationRow>> WorkAsync(string? state, CancellationToken ct) => db.QueryAsync<ApplicationRow>(WorkSql, new { state }, ct);

    private const string OwnSql = ApplicationColumns + " where a.organisation_id = @organisation order by a.application_id desc limit 100";

    public Task<IReadOnlyList<ApplicationRow>> ApplicationsAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<ApplicationRow>(OwnSql, new { organisation }, ct);

    private const string OneApplicationSql = ApplicationColumns + " where a.number = @number and (a.organisation_id = @organisation or (@organisation::uuid is null and a.submitted_at is not null))";

    private const string ApplicationScopesSql = """
        select p.site_id, s.number as site_number, s.name_kk as site_kk, s.name_ru as site_ru, s.name_en as site_en, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en, p.category, p.operations, p.annual_grams
          from application_scopes p join sites s using (site_id) join regions r on r.kato = s.region_kato
         where p.application_id = @id order by s.number, p.category limit 500
        """;

    /// <param name="organisation">None: the operator.</param>
    public async Task<ApplicationDetails?> FindApplicationAsync(string number, OrganisationId? organisation, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<ApplicationRow>(OneApplicationSql, new { number, organisation }, ct) is not { } row)
        {
            return null;
        }

        var id = new { id = row.ApplicationId };
        return new ApplicationDetails(row, await db.QueryAsync<ScopeRow>(ApplicationScopesSql, id, ct), await db.QueryAsync<HistoryRow>(HistorySql, id, ct), await db.QueryAsync<DecisionRow>(DecisionsSql, id, ct));
    }

    private const string CapacitySql = """
        select p.site_id, s.number as site_number, s.name_kk as site_kk, s.name_ru as site_ru, p.category, d.annual_grams, d.certified_days, d.days_of_year, d.extra_year_grams, d.extra_30_grams, d.year_cap, d.year_used, d.days_30_cap, d.days_30_used,
               capacity_left(p.site_id, p.category, app.today()) as left_grams, app.today() as day
          from (select distinct x.site_id, x.category from certified_scopes x join sites y using (site_id)
                 where (@site::uuid is null or x.site_id = @site) and (@certification::uuid is null or x.certification_id = @certification)) p
          join sites s using (site_id)
         cross join lateral capacity_days(p.site_id, p.category, app.today(), app.today()) d
         order by s.number, p.category
         limit 500
        """;

    /// <summary>What is used of both caps today; by site, or by certification.</summary>
    public Task<IReadOnlyList<CapacityRow>> CapacityAsync(Guid? site, Guid? certification, CancellationToken ct) => db.QueryAsync<CapacityRow>(CapacitySql, new { site, certification }, ct);

    private const string UsesSql = """
        select u.category, u.kind, u.day, u.grams, u.source_type from capacity_uses u where u.site_id = @site and u.day > app.today() - 366 order by u.day desc, u.capacity_use_id desc limit 200
        """;

    /// <summary>The records behind the figures.</summary>
    public Task<IReadOnlyList<CapacityUseRow>> UsesAsync(Guid site, CancellationToken ct) => db.QueryAsync<CapacityUseRow>(UsesSql, new { site }, ct);

    private const string RisksSql = """
        select k.month, k.certification_id, c.number, o.name_kk, o.name_ru, k.majors, k.minors, k.days_since_audit, k.overrides, k.risk, k.is_drawn
          from surveillance_risks k join certifications c using (certification_id) join organisations o using (organisation_id)
         where k.month = (select max(month) from surveillance_draws)
         order by k.risk desc, c.number limit 500
        """;

    /// <summary>The last draw of surveillance audits, with every risk that went into it.</summary>
    public Task<IReadOnlyList<RiskRow>> LastDrawAsync(CancellationToken ct) => db.QueryAsync<RiskRow>(RisksSql, null, ct);
}

/// <param name="State">Valid, Suspended, Withdrawn or Expired.</param>
public sealed record RegisterFilter(string? State, string? Category, string? Region);

public sealed record CertificationRow(
    Guid CertificationId, string Number, OrganisationId OrganisationId, SiteKind Kind, CertificationState State, string? StateReason, DateOnly ValidFrom, DateOnly ExpiresOn, string OrganisationKk, string OrganisationRu, string? Bin,
    string RegionKk, string RegionRu, string RegionEn, string[] Categories, int Sites, long AnnualGrams, bool Holds, bool IsOver)
{
    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    /// <summary>Valid, Future, Expired, Suspended or Withdrawn: what a reader is told.</summary>
    public string Told => State != CertificationState.Valid ? State.ToString() : IsOver ? "Expired" : Holds ? "Valid" : "Future";
}

public sealed record CertificationDetails(CertificationRow Certification, IReadOnlyList<ScopeRow> Scopes, IReadOnlyList<HistoryRow> History, IReadOnlyList<DecisionRow> Decisions);

public sealed record ApplicationRow(
    Guid ApplicationId, string Number, OrganisationId OrganisationId, string Slug, string OrganisationKk, string OrganisationRu, SiteKind Kind, ApplicationState State, string? StateReason, string? HeadName, string? Note,
    DateTimeOffset CreatedAt, DateTimeOffset? SubmittedAt, string? Certification, int Scopes, DateTimeOffset Since)
{
    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public bool IsDraft => State is ApplicationState.Draft or ApplicationState.Returned;
}

public sealed record ApplicationDetails(ApplicationRow Application, IReadOnlyList<ScopeRow> Scopes, IReadOnlyList<HistoryRow> History, IReadOnlyList<DecisionRow> Decisions);

public sealed record DecisionRow(
    Guid DecisionId, DecisionKind Kind, string State, string Reason, DateOnly? ValidFrom, DateOnly? ExpiresOn, string? Site, string? SiteKk, string? SiteRu, string? Category, long? ExtraGrams, Guid ProposedBy, string Proposer, DateTimeOffset ProposedAt,
    string? Decider, DateTimeOffset? DecidedAt, string? DeclineReason);

/// <summary>Both caps of one category of one site on a day, with every factor.</summary>
/// <param name="AnnualGrams">None: not certified on the day.</param>
public sealed record CapacityRow(
    Guid SiteId, string SiteNumber, string SiteKk, string SiteRu, string Category, long? AnnualGrams, int CertifiedDays, int DaysOfYear, long ExtraYearGrams, long Extra30Grams, long YearCap, long YearUsed, long? Days30Cap, long Days30Used, long? LeftGrams, DateOnly Day)
{
    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;
}

public sealed record CapacityUseRow(string Category, string Kind, DateOnly Day, long Grams, string SourceType);

public sealed record RiskRow(DateOnly Month, Guid CertificationId, string Number, string NameKk, string NameRu, int Majors, int Minors, int DaysSinceAudit, int Overrides, int Risk, bool IsDrawn);
