using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>The operator reads the papers of an application: they are in order and an auditor is drawn, or it goes back with reasons.</summary>
public sealed class DocumentCheck(Db db)
{
    private const string AcceptSql = """
        with accepted as (
            update certification_applications set state = 'Audit', state_by = @person, state_reason = null where number = @number and state = 'Submitted'
            returning application_id, organisation_id
        )
        insert into audits (number, kind, organisation_id, application_id, state_by)
        select format('U-%s-%s', extract(year from app.today()), lpad(nextval('audit_numbers')::text, 4, '0')), 'Certification', organisation_id, application_id, @person from accepted
        returning audit_id
        """;

    public Task<CertificationOutcome> AcceptAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(AcceptSql, new { number, person = actor.UserId }, ct) is not { } audit)
            {
                return await ExplainAsync(transaction, number, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.documents_accepted", "certification_application", number), actor, ct);
            await AuditDrawing.DrawAsync(transaction, audit, actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private const string ReturnSql = "update certification_applications set state = 'Returned', state_by = @person, state_reason = @reason where number = @number and state = 'Submitted'";

    public Task<CertificationOutcome> ReturnAsync(string number, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(ReturnSql, new { number, reason, person = actor.UserId }, ct) == 0)
            {
                return await ExplainAsync(transaction, number, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.application_returned", "certification_application", number).With(new { reason }), actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private const string ThereSql = "select count(*)::int from certification_applications where number = @number and state <> 'Draft'";

    private static async Task<CertificationOutcome> ExplainAsync(DbTransaction transaction, string number, CancellationToken ct) =>
        await transaction.QuerySingleAsync<int>(ThereSql, new { number }, ct) == 0 ? CertificationOutcome.NotFound : CertificationOutcome.WrongState;
}
