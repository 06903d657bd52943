using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Who is in an organisation, with which roles. There is always an owner left.</summary>
public sealed class MemberService(Db db)
{
    private const string ListSql = """
        select m.person_id, p.name, p.email, m.roles, m.joined_at,
               (c.totp_confirmed_at is not null or exists (select 1 from passkeys k where k.person_id = p.person_id)) as has_second_factor
          from memberships m
          join people p on p.person_id = m.person_id
          left join credentials c on c.person_id = p.person_id
         where m.organisation_id = @organisation
         order by p.name collate "ru-x-icu", p.person_id
         limit 500
        """;

    public Task<IReadOnlyList<Member>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<Member>(ListSql, new { organisation }, ct);

    private const string LockSql = """
        select person_id, roles from memberships
         where organisation_id = @organisation
         order by person_id
           for update
        """;

    private const string ChangeSql = "update memberships set roles = @roles where organisation_id = @organisation and person_id = @person";

    private const string RemoveSql = """
        with signed_out as (
            update sessions set organisation_id = null where person_id = @person and organisation_id = @organisation
        )
        delete from memberships where organisation_id = @organisation and person_id = @person
        """;

    /// <summary>The rows are locked in one order, so that two owners who demote each other at once leave one of them in office.</summary>
    public Task<MemberOutcome> ChangeRolesAsync(OrganisationId organisation, PersonId person, IReadOnlyList<string> roles, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(roles);
        if (roles.Count == 0 || roles.Except(OrganisationRole.All, StringComparer.Ordinal).Any())
        {
            return Task.FromResult(MemberOutcome.UnknownRole);
        }

        return ApplyAsync(organisation, person, isStillOwner: roles.Contains(OrganisationRole.Owner, StringComparer.Ordinal), actor,
            new AuditEntry("member.roles_changed", "person", person.ToString()).With(new { roles }),
            transaction => transaction.ExecuteAsync(ChangeSql, new { organisation, person, roles = roles.ToArray() }, ct), ct);
    }

    public Task<MemberOutcome> RemoveAsync(OrganisationId organisation, PersonId person, Actor actor, CancellationToken ct) =>
        ApplyAsync(organisation, person, isStillOwner: false, actor,
            new AuditEntry("member.removed", "person", person.ToString()), transaction => transaction.ExecuteAsync(RemoveSql, new { organisation, person }, ct), ct);

    private Task<MemberOutcome> ApplyAsync(OrganisationId organisation, PersonId person, bool isStillOwner, Actor actor, AuditEntry entry, Func<DbTransaction, Task<int>> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var members = await transaction.QueryAsync<RolesRow>(LockSql, new { organisation }, ct);
            if (members.All(member => member.PersonId != person))
            {
                return MemberOutcome.NotAMember;
            }

            // The actor may have been demoted between the page and the click.
            if (!members.Any(member => member.PersonId.Value == actor.UserId && member.IsOwner))
            {
                return MemberOutcome.ActorIsNoOwner;
            }

            if (!isStillOwner && !members.Any(member => member.PersonId != person && member.IsOwner))
            {
                return MemberOutcome.LastOwner;
            }

            await change(transaction);
            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return MemberOutcome.Done;
        }, ct);
    }

    private sealed record RolesRow(PersonId PersonId, string[] Roles)
    {
        public bool IsOwner => Roles.Contains(OrganisationRole.Owner, StringComparer.Ordinal);
    }
}

public sealed record Member(PersonId PersonId, string Name, string Email, string[] Roles, DateTimeOffset JoinedAt, bool HasSecondFactor);

public enum MemberOutcome
{
    Done,
    NotAMember,
    ActorIsNoOwner,
    LastOwner,
    UnknownRole,
}
