using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Certification;

/// <summary>Who audits whom is drawn by a cryptographic generator, each candidate alike; nobody chooses.</summary>
/// <remarks>The list of candidates and the place that was drawn are kept, so that a draw can be looked at afterwards.</remarks>
public sealed class AuditDrawing(Db db)
{
    private const string LockSql = "select audit_id, organisation_id, number from audits where audit_id = @audit and state = 'Waiting' for update";

    // Draws for one organisation come one after the other, so that the second sees whom the first has taken.
    private const string OneAfterTheOtherSql = "select pg_advisory_xact_lock(hashtextextended('audit-draw:' || @OrganisationId, 0))";

    private const string CandidatesSql = """
        select o.organisation_id
          from organisations o
         where 'auditor' = any (o.activities) and o.organisation_id <> @OrganisationId
           and not exists (select from audit_assignments a where a.organisation_id = @OrganisationId and a.auditor_organisation_id = o.organisation_id
                              and daterange(a.drawn_on, (a.drawn_on + interval '2 years')::date) && daterange(app.today(), (app.today() + interval '2 years')::date))
           and not exists (select from memberships m join memberships n using (person_id) where m.organisation_id = o.organisation_id and n.organisation_id = @OrganisationId)
         order by o.organisation_id
         limit 1000
        """;

    private const string AssignSql = """
        with assigned as (
            insert into audit_assignments (audit_id, organisation_id, auditor_organisation_id, candidates, drawn_place)
            values (@AuditId, @OrganisationId, @auditor, @candidates, @place)
            returning audit_id
        )
        update audits u set state = 'Assigned', state_reason = null, state_by = null from assigned where u.audit_id = assigned.audit_id
        """;

    /// <returns>None when the audit waits for nobody, or when there is nobody to draw: then it stays waiting and is tried again.</returns>
    public async Task<Guid?> DrawAsync(Guid audit, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => DrawAsync(transaction, audit, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName is "auditor_not_twice_in_two_years" or "one_auditor_at_a_time")
        {
            return null; // the wall held: the sweep draws again
        }
    }

    public static async Task<Guid?> DrawAsync(DbTransaction transaction, Guid audit, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (await transaction.QuerySingleOrDefaultAsync<WaitingRow>(LockSql, new { audit }, ct) is not { } row)
        {
            return null;
        }

        await transaction.ExecuteAsync(OneAfterTheOtherSql, new { OrganisationId = row.OrganisationId.ToString() }, ct);
        var candidates = (await transaction.QueryAsync<Guid>(CandidatesSql, row, ct)).ToArray();
        if (candidates.Length == 0)
        {
            return null;
        }

        var drawn = RandomNumberGenerator.GetInt32(candidates.Length);
        await transaction.ExecuteAsync(AssignSql, new { row.AuditId, row.OrganisationId, auditor = candidates[drawn], candidates, place = drawn + 1 }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("audit.drawn", "audit", row.Number).With(new { candidates = candidates.Length, place = drawn + 1 }), actor, ct);
        return candidates[drawn];
    }

    private const string WaitingSql = "select audit_id from audits where state = 'Waiting' order by audit_id limit 200";

    /// <summary>The sweep: whoever could not be drawn for is tried again.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var drawn = 0;
        foreach (var audit in await db.QueryAsync<Guid>(WaitingSql, null, ct))
        {
            drawn += await DrawAsync(audit, Actor.System("audit-draw"), ct) is null ? 0 : 1;
        }

        return drawn;
    }

    private sealed record WaitingRow(Guid AuditId, Guid OrganisationId, string Number);
}
