using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>What the drawn auditor does: declines with a reason, answers the checklist, finds, reports, and judges what was done about it.</summary>
public sealed class AuditService(Db db)
{
    // The assignment stands in every statement: an audit of somebody else is not there.
    private const string MineSql = """
        select u.audit_id, u.state, u.application_id
          from audits u join audit_assignments a on a.audit_id = u.audit_id and a.declined_at is null
         where u.number = @number and a.auditor_organisation_id = @auditor
           for update of u
        """;

    private const string DeclineSql = """
        with declined as (
            update audit_assignments set declined_at = app.now(), declined_by = @person, declined_reason = @reason where audit_id = @audit and declined_at is null returning audit_id
        )
        update audits u set state = 'Waiting', state_reason = @reason, state_by = @person from declined where u.audit_id = declined.audit_id
        """;

    /// <summary>For a conflict of interest; another is drawn at once, and this pair does not meet again within two years.</summary>
    public Task<CertificationOutcome> DeclineAsync(string number, OrganisationId auditor, string reason, Actor actor, CancellationToken ct) => OnMineAsync(
        number, auditor, "Assigned",
        async (transaction, row) =>
        {
            await transaction.ExecuteAsync(DeclineSql, new { audit = row.AuditId, reason, person = actor.UserId }, ct);
            await AuditDrawing.DrawAsync(transaction, row.AuditId, actor, ct);
        },
        new AuditEntry("audit.declined", "audit", number).With(new { reason }), actor, ct);

    private const string AnswerSql = """
        insert into audit_answers (audit_id, item, answer, note)
        select @audit, l.item, a.answer, nullif(a.note, '') from unnest(@items, @answers, @notes) as a(item, answer, note) join audit_checklist l using (item)
        on conflict (audit_id, item) do update set answer = excluded.answer, note = excluded.note
        """;

    public Task<CertificationOutcome> AnswerAsync(string number, OrganisationId auditor, IReadOnlyList<ChecklistAnswer> answers, Actor actor, CancellationToken ct) => OnMineAsync(
        number, auditor, "Assigned",
        (transaction, row) => transaction.ExecuteAsync(
            AnswerSql, new { audit = row.AuditId, items = answers.Select(answer => answer.Item).ToArray(), answers = answers.Select(answer => answer.Answer).ToArray(), notes = answers.Select(answer => answer.Note ?? "").ToArray() }, ct),
        new AuditEntry("audit.answered", "audit", number).With(new { answers = answers.Count }), actor, ct);

    private const string FindSql = """
        insert into audit_findings (finding_id, audit_id, finding_no, severity, item, text, due_on, state, closed_at)
        select @FindingId, @audit, coalesce(max(finding_no), 0) + 1, @severity, (select item from audit_checklist where item = @Item), @Text, @DueOn,
               case when @severity = 'Observation' then 'Closed' else 'Open' end, case when @severity = 'Observation' then app.now() end
          from audit_findings where audit_id = @audit
        on conflict (finding_id) do nothing
        """;

    public Task<CertificationOutcome> FindAsync(string number, OrganisationId auditor, NewFinding finding, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return OnMineAsync(
            number, auditor, "Assigned",
            (transaction, row) => transaction.ExecuteAsync(FindSql, new { audit = row.AuditId, finding.FindingId, severity = finding.Severity.ToString(), finding.Item, finding.Text, finding.DueOn }, ct),
            new AuditEntry("audit.found", "audit", number).With(new { severity = finding.Severity.ToString(), finding.Item }), actor, ct);
    }

    private const string UnansweredSql = "select count(*)::int from audit_checklist l where not exists (select from audit_answers a where a.audit_id = @audit and a.item = l.item)";

    private const string ReportSql = "update audits set state = 'Reported', state_by = @person, state_reason = null, visited_on = @visitedOn, summary = @summary where audit_id = @audit";

    /// <returns>SamePerson never; NotFound; WrongState also while items of the checklist are unanswered.</returns>
    public Task<CertificationOutcome> ReportAsync(string number, OrganisationId auditor, DateOnly visitedOn, string summary, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<MineRow>(MineSql, new { number, auditor }, ct) is not { } row)
            {
                return CertificationOutcome.NotFound;
            }

            if (row.State != "Assigned" || await transaction.QuerySingleAsync<int>(UnansweredSql, new { audit = row.AuditId }, ct) > 0)
            {
                return CertificationOutcome.WrongState;
            }

            await transaction.ExecuteAsync(ReportSql, new { audit = row.AuditId, person = actor.UserId, visitedOn, summary }, ct);
            await MoveOnAsync(transaction, row, actor, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("audit.reported", "audit", number), actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private const string JudgeSql = """
        with judged as (
            update corrective_actions a set judged_by = @person, judged_at = app.now(), is_accepted = @accepted, judgement = @judgement
              from audit_findings f
             where a.action_id = @action and f.finding_id = a.finding_id and f.audit_id = @audit and a.judged_at is null and f.state = 'Answered'
            returning a.finding_id
        )
        update audit_findings f set state = case when @accepted then 'Closed' else 'Open' end, closed_at = case when @accepted then app.now() end from judged where f.finding_id = judged.finding_id
        """;

    /// <summary>What was done is enough and the finding closes, or it is not and stays open with a reason.</summary>
    public Task<CertificationOutcome> JudgeAsync(string number, OrganisationId auditor, Judgement judgement, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(judgement);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<MineRow>(MineSql, new { number, auditor }, ct) is not { } row)
            {
                return CertificationOutcome.NotFound;
            }

            if (row.State != "Reported" || await transaction.ExecuteAsync(JudgeSql, new { audit = row.AuditId, action = judgement.ActionId, accepted = judgement.IsAccepted, judgement = judgement.Reason, person = actor.UserId }, ct) == 0)
            {
                return CertificationOutcome.WrongState;
            }

            await MoveOnAsync(transaction, row, actor, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("audit.action_judged", "audit", number).With(new { judgement.IsAccepted, judgement.Reason }), actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private const string ActSql = """
        with answered as (
            update audit_findings f set state = 'Answered' from audits u
             where u.audit_id = f.audit_id and u.number = @number and u.organisation_id = @organisation and u.state = 'Reported' and f.finding_no = @findingNo and f.state = 'Open'
            returning f.finding_id
        )
        insert into corrective_actions (finding_id, text, done_on, file_id, made_by)
        select finding_id, @text, @doneOn, @file, @person from answered
        """;

    /// <summary>What the audited organisation did about a finding.</summary>
    /// <returns>False where no such finding is open.</returns>
    public Task<bool> ActAsync(string number, OrganisationId organisation, NewAction action, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var file = await SiteService.KeepAsync(transaction, organisation, action.File, ct);
            if (await transaction.ExecuteAsync(ActSql, new { number, organisation, findingNo = action.FindingNo, text = action.Text, doneOn = action.DoneOn, file, person = actor.UserId }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("audit.acted", "audit", number).With(new { action.FindingNo }), actor, ct);
            return true;
        }, ct);
    }

    private const string OpenSql = "select count(*)::int from audit_findings where audit_id = @AuditId and state <> 'Closed'";

    private const string CloseSql = "update audits set state = 'Closed', state_by = @person, state_reason = null where audit_id = @AuditId";

    private const string ApplicationSql = "update certification_applications set state = @state, state_by = @person, state_reason = null where application_id = @ApplicationId and state in ('Audit', 'Corrections') and state <> @state";

    /// <summary>After a report or a judgement: with nothing open the audit closes and its application goes to the decision, else to the corrections.</summary>
    private static async Task MoveOnAsync(DbTransaction transaction, MineRow row, Actor actor, CancellationToken ct)
    {
        var open = await transaction.QuerySingleAsync<int>(OpenSql, row, ct);
        if (open == 0)
        {
            await transaction.ExecuteAsync(CloseSql, new { row.AuditId, person = actor.UserId }, ct);
        }

        if (row.ApplicationId is not null)
        {
            await transaction.ExecuteAsync(ApplicationSql, new { row.ApplicationId, state = open == 0 ? "Decision" : "Corrections", person = actor.UserId }, ct);
        }
    }

    private Task<CertificationOutcome> OnMineAsync(string number, OrganisationId auditor, string state, Func<DbTransaction, MineRow, Task> work, AuditEntry entry, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<MineRow>(MineSql, new { number, auditor }, ct) is not { } row)
            {
                return CertificationOutcome.NotFound;
            }

            if (row.State != state)
            {
                return CertificationOutcome.WrongState;
            }

            await work(transaction, row);
            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return CertificationOutcome.Done;
        }, ct);

    private sealed record MineRow(Guid AuditId, string State, Guid? ApplicationId);
}

/// <param name="Answer">Yes, No or NotApplicable.</param>
public sealed record ChecklistAnswer(string Item, string Answer, string? Note);

/// <param name="FindingId">Made with the page: sent twice, it is one finding.</param>
/// <param name="DueOn">By when it is to be put right; none for an observation.</param>
public sealed record NewFinding(Guid FindingId, FindingSeverity Severity, string? Item, string Text, DateOnly? DueOn);

public sealed record NewAction(int FindingNo, string Text, DateOnly DoneOn, ProofFile? File);

public sealed record Judgement(Guid ActionId, bool IsAccepted, string? Reason);
