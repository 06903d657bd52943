using EwasteEpr.Kernel;

namespace EwasteEpr.Audit;

/// <summary>Writes what was done into the audit, in the transaction that does it.</summary>
/// <remarks>
/// A feature that works in one statement calls <c>audit.write(@actor::jsonb, ...)</c> in its final select instead,
/// with <see cref="Actor.ToJson"/> as the parameter.
/// </remarks>
public static class AuditTrail
{
    private const string WriteSql = "select audit.write(@actor::jsonb, @action, @objectType, @objectId, @details::jsonb)";

    public static Task<Guid> WriteAsync(DbTransaction transaction, AuditEntry entry, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QuerySingleAsync<Guid>(
            WriteSql,
            new { actor = actor.ToJson(), action = entry.Action, objectType = entry.ObjectType, objectId = entry.ObjectId, details = entry.DetailsJson },
            ct);
    }
}
