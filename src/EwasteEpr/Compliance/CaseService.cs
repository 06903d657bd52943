using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using Npgsql;

namespace EwasteEpr.Compliance;

/// <summary>Steps that people take on a case. Each is one conditional statement, a row of its history and a row of the audit, or a refusal.</summary>
public sealed class CaseService(Db db, Outbox outbox)
{
    /// <summary>How long an answer may take: a proposal of the product until a rule is known.</summary>
    public const int AnswerDays = 15;

    private const string NotifySql = """
        update compliance_cases c set state = 'Notified', answer_due_on = app.today() + @AnswerDays
         where c.number = @number and c.state in ('Open', 'Answered') and c.organisation_id is not null
        returning c.case_id
        """;

    private const string ContactSql = """
        select o.contact_email as address, c.rule, c.answer_due_on
          from compliance_cases c join organisations o using (organisation_id) where c.case_id = @id
        """;

    /// <param name="letter">The letter that the organisation gets, in both state languages: it names the rule in words and offers the appeal.</param>
    public Task<CaseOutcome> NotifyAsync(string number, CaseLetter letter, Actor actor, CancellationToken ct) => StepAsync(
        new CaseScope(number, null, null), NotifySql, new { number, AnswerDays }, "Notified", null, actor, ct,
        async (transaction, id) =>
        {
            ArgumentNullException.ThrowIfNull(letter);
            var contact = await transaction.QuerySingleAsync<ContactRow>(ContactSql, new { id }, ct);
            await outbox.WriteAsync(transaction, new Letter(contact.Address, "kk", letter.Subject, letter.Body), ct);
        });

    private const string AnswerSql = """
        update compliance_cases c set state = 'Answered'
         where c.number = @number and c.organisation_id = @organisation and c.state = 'Notified'
        returning c.case_id
        """;

    public Task<CaseOutcome> AnswerAsync(string number, OrganisationId organisation, string text, Actor actor, CancellationToken ct) =>
        StepAsync(new CaseScope(number, organisation, null), AnswerSql, new { number, organisation }, "Answered", text, actor, ct);

    private const string ResolveSql = """
        update compliance_cases c set state = 'Resolved', ended_at = app.now(), end_reason = @reason
         where c.number = @number and c.state in ('Open', 'Notified', 'Answered')
        returning c.case_id
        """;

    public Task<CaseOutcome> ResolveAsync(string number, string reason, Actor actor, CancellationToken ct) =>
        StepAsync(new CaseScope(number, null, null), ResolveSql, new { number, reason }, "Resolved", reason, actor, ct);

    private const string EscalateSql = """
        update compliance_cases c set state = 'Escalated', ended_at = app.now(), end_reason = @reason, authority = @Authority, receipt = @Receipt
         where c.number = @number and c.state in ('Notified', 'Answered')
           and not exists (select from case_appeals a where a.case_id = c.case_id and a.decision is null)
        returning c.case_id
        """;

    /// <summary>The file goes to the authorised body, against its receipt. Not while an appeal is undecided.</summary>
    public Task<CaseOutcome> EscalateAsync(string number, Handover handover, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(handover);
        return StepAsync(
            new CaseScope(number, null, null), EscalateSql, new { number, reason = handover.Reason, handover.Authority, handover.Receipt }, "Escalated", $"{handover.Authority}: {handover.Receipt}. {handover.Reason}", actor, ct);
    }

    private const string AppealSql = """
        insert into case_appeals (case_id, reasons, made_by)
        select c.case_id, @text, @person from compliance_cases c
         where c.number = @number and c.organisation_id = @organisation and c.state in ('Notified', 'Answered')
           and not exists (select from case_appeals a where a.case_id = c.case_id and a.decision is null)
        returning case_id
        """;

    public async Task<CaseOutcome> AppealAsync(string number, OrganisationId organisation, string text, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await StepAsync(new CaseScope(number, organisation, null), AppealSql, new { number, organisation, text, person = actor.UserId }, "AppealMade", text, actor, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "appeal_one_open")
        {
            return CaseOutcome.WrongState;
        }
    }

    private const string DecideSql = """
        with decided as (
            update case_appeals a set decision = @decision, decision_reasons = @reasons, decided_by = @person, decided_at = app.now()
              from compliance_cases c
             where c.case_id = a.case_id and c.number = @number and a.decision is null and a.made_by <> @person
               and not exists (select from case_events e where e.case_id = c.case_id and e.event = 'Notified' and e.person_id = @person)
            returning a.case_id
        ), ended as (
            update compliance_cases c set state = 'Resolved', ended_at = app.now(), end_reason = @reasons
              from decided d where c.case_id = d.case_id and @decision = 'Upheld' and c.state in ('Notified', 'Answered')
            returning c.case_id
        )
        select case_id from decided
        """;

    private const string OpenAppealSql = "select count(*)::int from case_appeals a join compliance_cases c using (case_id) where c.number = @number and a.decision is null";

    /// <summary>Somebody else than who notified decides. An appeal that is upheld ends the case.</summary>
    public async Task<CaseOutcome> DecideAppealAsync(string number, bool isUpheld, string reasons, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var outcome = await StepAsync(
            new CaseScope(number, null, null), DecideSql, new { number, decision = isUpheld ? "Upheld" : "Refused", reasons, person = actor.UserId },
            isUpheld ? "AppealUpheld" : "AppealRefused", reasons, actor, ct);
        return outcome == CaseOutcome.WrongState && await db.QuerySingleAsync<int>(OpenAppealSql, new { number }, ct) > 0 ? CaseOutcome.SamePerson : outcome;
    }

    private const string PlanSql = """
        insert into case_plan_steps (case_id, step_no, what, due_on, funding, made_by)
        select c.case_id, coalesce((select max(s.step_no) from case_plan_steps s where s.case_id = c.case_id), 0) + 1, @What, @DueOn, @Funding, @person
          from compliance_cases c
         where c.number = @number and c.organisation_id = @organisation and c.state in ('Notified', 'Answered')
        returning case_id
        """;

    public Task<CaseOutcome> AddPlanStepAsync(string number, OrganisationId organisation, NewPlanStep step, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(actor);
        return StepAsync(new CaseScope(number, organisation, null), PlanSql, new { number, organisation, step.What, step.DueOn, step.Funding, person = actor.UserId }, "PlanMade", step.What, actor, ct);
    }

    private const string PlanDoneSql = """
        update case_plan_steps s set done_at = app.now(), done_by = @person
          from compliance_cases c
         where c.case_id = s.case_id and c.number = @number and c.organisation_id = @organisation and s.step_no = @stepNo and s.done_at is null
        returning s.case_id
        """;

    public Task<CaseOutcome> FinishPlanStepAsync(string number, OrganisationId organisation, int stepNo, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return StepAsync(new CaseScope(number, organisation, null), PlanDoneSql, new { number, organisation, stepNo, person = actor.UserId }, "PlanStepDone", stepNo.ToString(System.Globalization.CultureInfo.InvariantCulture), actor, ct);
    }

    private const string EstimateSql = """
        insert into estimated_declarations (case_id, organisation_id, category, quarter_from, grams, method, made_by)
        select c.case_id, c.organisation_id, c.facts ->> 'category', (c.facts ->> 'quarter_from')::date, c.size_grams, 'CustomsExtract', @person
          from compliance_cases c
         where c.number = @number and c.rule = 'Undeclared' and c.state in ('Notified', 'Answered') and c.answer_due_on < app.today()
        on conflict on constraint estimate_once_per_case do nothing
        returning case_id
        """;

    /// <summary>The customs mass stands in for a declaration that did not come in time, and says so until the real one comes.</summary>
    public Task<CaseOutcome> EstimateAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return StepAsync(new CaseScope(number, null, null), EstimateSql, new { number, person = actor.UserId }, "Note", "Estimated", actor, ct);
    }

    private const string EventSql = """
        insert into case_events (case_id, event, note, person_id, organisation_id) values (@id, @step, left(@note, 4000), @person, @speaker)
        """;

    private const string ThereSql = "select count(*)::int from compliance_cases c\n" + CaseQueries.ScopeSql;

    /// <summary>Claim the step, remember it, tell the audit; no row means: look why.</summary>
    internal async Task<CaseOutcome> StepAsync(
        CaseScope scope, string sql, object parameters, string step, string? note, Actor actor, CancellationToken ct, Func<DbTransaction, Guid, Task>? more = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var done = await db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<Guid?>(sql, parameters, ct) is not { } id)
                {
                    return false;
                }

                await transaction.ExecuteAsync(EventSql, new { id, step, note, person = actor.UserId, speaker = scope.Organisation }, ct);
                if (more is not null)
                {
                    await more(transaction, id);
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("case." + step.ToLowerInvariant(), "case", scope.Number), actor, ct);
                return true;
            },
            ct);
        return done ? CaseOutcome.Done
            : await db.QuerySingleAsync<int>(ThereSql, new { number = scope.Number, organisation = scope.Organisation, regions = scope.Regions?.ToArray() }, ct) == 0 ? CaseOutcome.NotFound
            : CaseOutcome.WrongState;
    }

    private sealed record ContactRow(string Address, string Rule, DateOnly? AnswerDueOn);
}

/// <summary>A letter of both state languages, Kazakh first; the web writes its sentences.</summary>
public sealed record CaseLetter(string Subject, string Body);

/// <param name="Authority">The authorised body that took the file.</param>
/// <param name="Receipt">The number and day of its receipt.</param>
public sealed record Handover(string Authority, string Receipt, string Reason);

public sealed record NewPlanStep(string What, DateOnly DueOn, string Funding);
