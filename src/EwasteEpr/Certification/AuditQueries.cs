using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>Audits to look at: by the auditor to whom they are assigned, by the organisation audited, by the operator. Everybody else finds nothing.</summary>
public sealed class AuditQueries(Db db)
{
    private const string Columns = """
        select u.audit_id, u.number, u.kind, u.state, u.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru, u.application_id, p.number as application, u.certification_id, c.number as certification,
               a.auditor_organisation_id as auditor_id, x.name_kk as auditor_kk, x.name_ru as auditor_ru, a.drawn_at, coalesce(cardinality(a.candidates), 0) as candidates, coalesce(a.drawn_place, 0) as drawn_place, u.visited_on, u.summary,
               (select count(*)::int from audit_findings f where f.audit_id = u.audit_id and f.state <> 'Closed') as open_findings,
               (select count(*)::int from audit_findings f where f.audit_id = u.audit_id) as findings, u.made_at
          from audits u
          join organisations o using (organisation_id)
          left join certification_applications p using (application_id)
          left join certifications c using (certification_id)
          left join audit_assignments a on a.audit_id = u.audit_id and a.declined_at is null
          left join organisations x on x.organisation_id = a.auditor_organisation_id
        """;

    private const string OfAuditorSql = Columns + " where a.auditor_organisation_id = @auditor and u.state <> 'Cancelled' order by u.state = 'Closed', u.audit_id desc limit 200";

    public Task<IReadOnlyList<AuditRow>> OfAuditorAsync(OrganisationId auditor, CancellationToken ct) => db.QueryAsync<AuditRow>(OfAuditorSql, new { auditor }, ct);

    private const string OneOfAuditorSql = Columns + " where a.auditor_organisation_id = @auditor and u.number = @number and u.state <> 'Cancelled'";

    public Task<AuditDetails?> FindForAuditorAsync(string number, OrganisationId auditor, CancellationToken ct) => DetailsAsync(OneOfAuditorSql, new { number, auditor }, ct);

    private const string OfAuditedSql = Columns + " where u.organisation_id = @organisation order by u.audit_id desc limit 100";

    public Task<IReadOnlyList<AuditRow>> OfAuditedAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<AuditRow>(OfAuditedSql, new { organisation }, ct);

    private const string OneOfAuditedSql = Columns + " where u.organisation_id = @organisation and u.number = @number";

    public Task<AuditDetails?> FindForAuditedAsync(string number, OrganisationId organisation, CancellationToken ct) => DetailsAsync(OneOfAuditedSql, new { number, organisation }, ct);

    private const string OneSql = Columns + " where u.number = @number";

    public Task<AuditDetails?> FindForOperatorAsync(string number, CancellationToken ct) => DetailsAsync(OneSql, new { number }, ct);

    private const string OfApplicationSql = Columns + " where u.application_id = @application order by u.audit_id desc limit 20";

    public Task<IReadOnlyList<AuditRow>> OfApplicationAsync(Guid application, CancellationToken ct) => db.QueryAsync<AuditRow>(OfApplicationSql, new { application }, ct);

    private const string ChecklistSql = """
        select l.item, l.text_kk, l.text_ru, l.text_en, a.answer, a.note
          from audit_checklist l left join audit_answers a on a.item = l.item and a.audit_id = @AuditId
         order by l.position, l.item
         limit 200
        """;

    private const string FindingsSql = """
        select finding_id, finding_no, severity, item, text, due_on, state, coalesce(due_on < app.today() and state <> 'Closed', false) as is_late
          from audit_findings where audit_id = @AuditId order by finding_no limit 200
        """;

    private const string ActionsSql = """
        select a.action_id, a.finding_id, a.text, a.done_on, a.file_id, f.name as file_name, a.made_at, a.is_accepted, a.judgement, a.judged_at
          from corrective_actions a join audit_findings x using (finding_id) left join certification_files f on f.file_id = a.file_id
         where x.audit_id = @AuditId
         order by a.made_at, a.action_id
         limit 500
        """;

    private const string SitesSql = """
        select p.site_id from application_scopes p where p.application_id = @ApplicationId
        union select p.site_id from certified_scopes p where p.certification_id = @CertificationId
        """;

    private async Task<AuditDetails?> DetailsAsync(string sql, object values, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<AuditRow>(sql, values, ct) is { } audit
            ? new AuditDetails(
                audit, await db.QueryAsync<ChecklistRow>(ChecklistSql, audit, ct), await db.QueryAsync<FindingRow>(FindingsSql, audit, ct), await db.QueryAsync<ActionRow>(ActionsSql, audit, ct), await db.QueryAsync<Guid>(SitesSql, audit, ct))
            : null;
}

/// <param name="DrawnPlace">Which of the candidates the generator gave, from 1.</param>
public sealed record AuditRow(
    Guid AuditId, string Number, string Kind, AuditState State, OrganisationId OrganisationId, string OrganisationKk, string OrganisationRu, Guid? ApplicationId, string? Application, Guid? CertificationId, string? Certification,
    OrganisationId? AuditorId, string? AuditorKk, string? AuditorRu, DateTimeOffset? DrawnAt, int Candidates, int DrawnPlace, DateOnly? VisitedOn, string? Summary, int OpenFindings, int Findings, DateTimeOffset MadeAt)
{
    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public string? Auditor(string language) => language == "kk" ? AuditorKk : AuditorRu;
}

public sealed record ChecklistRow(string Item, string TextKk, string TextRu, string TextEn, string? Answer, string? Note)
{
    public string Text(string language) => language switch { "ru" => TextRu, "en" => TextEn, _ => TextKk };
}

public sealed record FindingRow(Guid FindingId, short FindingNo, FindingSeverity Severity, string? Item, string Text, DateOnly? DueOn, string State, bool IsLate);

public sealed record ActionRow(Guid ActionId, Guid FindingId, string Text, DateOnly DoneOn, Guid? FileId, string? FileName, DateTimeOffset MadeAt, bool? IsAccepted, string? Judgement, DateTimeOffset? JudgedAt);

public sealed record AuditDetails(AuditRow Audit, IReadOnlyList<ChecklistRow> Checklist, IReadOnlyList<FindingRow> Findings, IReadOnlyList<ActionRow> Actions, IReadOnlyList<Guid> Sites);
