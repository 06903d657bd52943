using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Who works for the operator, inspects a region or reads for an akimat. Given at the operator's shell, never on a page.</summary>
public sealed class PlatformRoleService(Db db)
{
    private const string FindSql = "select person_id from people where lower(email) = lower(@email)";

    private const string RegionSql = "select exists (select 1 from regions where kato = @region)";

    private const string GrantSql = """
        insert into platform_roles (person_id, role, region_kato) values (@person, @role, @region)
        on conflict on constraint platform_role_once do nothing
        """;

    private const string RevokeSql = "delete from platform_roles where person_id = @person and role = @role and region_kato is not distinct from @region";

    public async Task<PlatformRoleOutcome> ChangeAsync(string email, string role, string? region, bool grant, Actor actor, CancellationToken ct)
    {
        if (!PlatformRole.All.Contains(role, StringComparer.Ordinal))
        {
            return PlatformRoleOutcome.UnknownRole;
        }

        if (PlatformRole.HasRegion(role) != (region is not null) || (region is not null && !await db.QuerySingleAsync<bool>(RegionSql, new { region }, ct)))
        {
            return PlatformRoleOutcome.RegionWrong;
        }

        if (await db.QuerySingleOrDefaultAsync<PersonId?>(FindSql, new { email }, ct) is not { } person)
        {
            return PlatformRoleOutcome.UnknownPerson;
        }

        return await db.InTransactionAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(grant ? GrantSql : RevokeSql, new { person, role, region }, ct) == 0)
            {
                return PlatformRoleOutcome.AsBefore;
            }

            var entry = new AuditEntry(grant ? "platform_role.granted" : "platform_role.revoked", "person", person.ToString()).With(new { role, region });
            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return PlatformRoleOutcome.Done;
        }, ct);
    }
}

public enum PlatformRoleOutcome
{
    Done,
    AsBefore,
    UnknownRole,
    RegionWrong,
    UnknownPerson,
}
