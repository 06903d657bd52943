using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Tariffs;

/// <summary>What became of a decision of the second person.</summary>
public enum DecideOutcome
{
    Done,
    NotFound,
    AlreadyDecided,
    SamePerson,

    /// <summary>Another decision about the same thing came in between.</summary>
    ChangedSince,
}

/// <summary>One decision with its audit row: claim in one transaction, or look why not.</summary>
internal static class Decision
{
    public static Task<int> ProposeAsync(Db db, Insert insert, AuditEntry said, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var rows = await transaction.ExecuteAsync(insert.Sql, insert.Parameters, ct);
            await AuditTrail.WriteAsync(transaction, said, actor, ct);
            return rows;
        },
        ct);

    // Who publishes a value replaces the one before it: two at once lock two rows each, in whatever order, and could wait for each other.
    private const string OneAfterTheOtherSql = "select pg_advisory_xact_lock(hashtextextended('decision:' || @kind, 0))";

    public static async Task<DecideOutcome> TakeAsync(Db db, Claim claim, AuditEntry said, Actor actor, CancellationToken ct)
    {
        var parameters = new { id = claim.Id, person = TwoPeople.Person(actor) };
        try
        {
            var done = await db.InTransactionAsync(
                async transaction =>
                {
                    await transaction.ExecuteAsync(OneAfterTheOtherSql, new { kind = said.ObjectType }, ct);
                    var claimed = await transaction.QuerySingleOrDefaultAsync<Guid?>(claim.Sql, parameters, ct);
                    return claimed is not null && await AuditTrail.WriteAsync(transaction, said, actor, ct) != Guid.Empty;
                },
                ct);
            if (done)
            {
                return DecideOutcome.Done;
            }
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return DecideOutcome.ChangedSince;
        }

        var state = await db.QuerySingleOrDefaultAsync<string>(claim.WhySql, parameters, ct);
        return state is null ? DecideOutcome.NotFound : state != nameof(ProposalState.Proposed) ? DecideOutcome.AlreadyDecided : DecideOutcome.SamePerson;
    }
}

internal sealed record Insert(string Sql, object Parameters);

/// <param name="Sql">Returns the id when it was claimed.</param>
/// <param name="WhySql">The state it is in otherwise.</param>
internal sealed record Claim(string Sql, string WhySql, Guid Id);
