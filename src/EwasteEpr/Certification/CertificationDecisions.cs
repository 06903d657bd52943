using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Certification;

/// <summary>What the operator decides: one person proposes, another decides. A suspension alone acts at once by one approver.</summary>
public sealed class CertificationDecisions(Db db)
{
    private const string ProposeOnApplicationSql = """
        insert into certification_decisions (kind, application_id, valid_from, expires_on, reason, proposed_by)
        select @kind, application_id, @ValidFrom, @ExpiresOn, @Reason, @person from certification_applications where number = @number and state = 'Decision'
        """;

    private const string ProposeOnCertificationSql = """
        insert into certification_decisions (kind, certification_id, site_id, category, extra_grams, valid_from, expires_on, reason, proposed_by)
        select @kind, c.certification_id, p.site_id, p.category, @ExtraGrams, @ValidFrom, @ExpiresOn, @Reason, @person
          from certifications c
          left join (certified_scopes p join sites s using (site_id)) on p.certification_id = c.certification_id and s.number = @Site and p.category = @Category and @kind = 'Override'
         where c.number = @number and c.state <> 'Withdrawn' and (@kind = 'Withdraw' or p.site_id is not null)
        """;

    /// <returns>WrongState: it is not at the decision, or a proposal is open.</returns>
    public async Task<CertificationOutcome> ProposeAsync(string number, Proposal proposal, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        ArgumentNullException.ThrowIfNull(actor);
        var sql = proposal.Kind is DecisionKind.Certify or DecisionKind.Refuse ? ProposeOnApplicationSql : ProposeOnCertificationSql;
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var values = new { kind = proposal.Kind.ToString(), number, proposal.ValidFrom, proposal.ExpiresOn, proposal.Reason, proposal.Site, proposal.Category, proposal.ExtraGrams, person = actor.UserId };
                if (await transaction.ExecuteAsync(sql, values, ct) == 0)
                {
                    return CertificationOutcome.WrongState;
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.proposed", "certification_decision", number).With(new { kind = proposal.Kind.ToString(), proposal.Reason }), actor, ct);
                return CertificationOutcome.Done;
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName is "one_open_decision_of_application" or "one_open_decision_of_certification")
        {
            return CertificationOutcome.WrongState;
        }
    }

    // Claimed by its state and by another person; the constraint is the last wall.
    private const string DecideSql = """
        update certification_decisions
           set state = case when @approve then 'Approved' else 'Declined' end, decided_by = @person, decided_at = app.now(), decline_reason = case when not @approve then @declineReason end
         where decision_id = @id and state = 'Proposed' and proposed_by <> @person
        returning decision_id, kind, application_id, certification_id, valid_from, expires_on, reason
        """;

    private const string StateSql = "select state, proposed_by from certification_decisions where decision_id = @id";

    /// <param name="declineReason">None approves.</param>
    public Task<CertificationOutcome> DecideAsync(Guid id, string? declineReason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var person = actor.UserId;
            if (await transaction.QuerySingleOrDefaultAsync<DecidedRow>(DecideSql, new { id, approve = declineReason is null, declineReason, person }, ct) is not { } decided)
            {
                var there = await transaction.QuerySingleOrDefaultAsync<StateRow>(StateSql, new { id }, ct);
                return there is null ? CertificationOutcome.NotFound : there.State == "Proposed" ? CertificationOutcome.SamePerson : CertificationOutcome.WrongState;
            }

            if (declineReason is null)
            {
                await ActAsync(transaction, decided, actor, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry(declineReason is null ? "certification.decided" : "certification.declined", "certification_decision", id.ToString()).With(new { decided.Kind, declineReason }), actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private const string CertifySql = """
        with made as (
            insert into certifications (number, organisation_id, kind, valid_from, expires_on, state_by)
            select format('R-%s-%s', extract(year from app.today()), lpad(nextval('certification_numbers')::text, 4, '0')), organisation_id, kind, @ValidFrom, @ExpiresOn, @person
              from certification_applications where application_id = @ApplicationId and state = 'Decision'
            returning certification_id
        )
        update certification_applications a set state = 'Certified', certification_id = made.certification_id, state_by = @person, state_reason = @Reason
          from made where a.application_id = @ApplicationId
        returning made.certification_id
        """;

    private const string ScopesSql = """
        insert into certified_scopes (certification_id, site_id, category, operations, annual_grams)
        select @certification, site_id, category, operations, annual_grams from application_scopes where application_id = @ApplicationId
        """;

    private const string RefuseSql = "update certification_applications set state = 'Refused', state_by = @person, state_reason = @Reason where application_id = @ApplicationId and state = 'Decision'";

    private const string WithdrawSql = "update certifications set state = 'Withdrawn', state_by = @person, state_reason = @Reason where certification_id = @CertificationId and state <> 'Withdrawn'";

    private static async Task ActAsync(DbTransaction transaction, DecidedRow decided, Actor actor, CancellationToken ct)
    {
        var values = new { decided.ApplicationId, decided.CertificationId, decided.ValidFrom, decided.ExpiresOn, decided.Reason, person = actor.UserId };
        switch (decided.Kind)
        {
            case DecisionKind.Certify:
                var certification = await transaction.QuerySingleAsync<Guid>(CertifySql, values, ct);
                await transaction.ExecuteAsync(ScopesSql, new { certification, decided.ApplicationId }, ct);
                break;
            case DecisionKind.Refuse:
                await transaction.ExecuteAsync(RefuseSql, values, ct);
                break;
            case DecisionKind.Withdraw:
                await transaction.ExecuteAsync(WithdrawSql, values, ct);
                break;
            case DecisionKind.Override:
                break; // the decision is the override: capacity_days reads it
        }
    }

    private const string SuspendSql = "update certifications set state = 'Suspended', state_by = @person, state_reason = @reason where number = @number and state = 'Valid'";

    private const string LiftSql = "update certifications set state = 'Valid', state_by = @person, state_reason = @reason where number = @number and state = 'Suspended'";

    private const string ThereSql = "select count(*)::int from certifications where number = @number";

    /// <summary>Acts at once everywhere: whoever writes on a certification holds its row.</summary>
    public Task<CertificationOutcome> SuspendAsync(string number, string reason, Actor actor, CancellationToken ct) => SwitchAsync(SuspendSql, "certification.suspended", number, reason, actor, ct);

    public Task<CertificationOutcome> LiftAsync(string number, string reason, Actor actor, CancellationToken ct) => SwitchAsync(LiftSql, "certification.lifted", number, reason, actor, ct);

    private Task<CertificationOutcome> SwitchAsync(string sql, string action, string number, string reason, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(sql, new { number, reason, person = actor.UserId }, ct) == 0)
            {
                return await transaction.QuerySingleAsync<int>(ThereSql, new { number }, ct) == 0 ? CertificationOutcome.NotFound : CertificationOutcome.WrongState;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "certification", number).With(new { reason }), actor, ct);
            return CertificationOutcome.Done;
        }, ct);

    private sealed record DecidedRow(Guid DecisionId, DecisionKind Kind, Guid? ApplicationId, Guid? CertificationId, DateOnly? ValidFrom, DateOnly? ExpiresOn, string Reason);

    private sealed record StateRow(string State, Guid ProposedBy);
}

/// <param name="Site">Number of the site, of an override.</param>
public sealed record Proposal(DecisionKind Kind, string Reason, DateOnly? ValidFrom, DateOnly? ExpiresOn, string? Site, string? Category, long? ExtraGrams);
