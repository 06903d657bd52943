using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;

namespace EwasteEpr.Organisations;

/// <summary>The way into an organisation: a letter to one address, for seven days, once, as long as its writer is an owner.</summary>
public sealed class InvitationService(Db db, Outbox outbox, PasswordHashing passwords, SignInBrake brake)
{
    private const string InviteSql = """
        insert into invitations (organisation_id, email, roles, token_hash, invited_by, expires_at)
        select m.organisation_id, @email, @roles, @tokenHash, m.person_id, app.now() + interval '7 days'
          from memberships m
         where m.organisation_id = @organisation and m.person_id = @inviter and 'owner' = any(m.roles)
        returning invitation_id
        """;

    private const string IsMemberSql = """
        select exists (
            select 1 from memberships m join people p on p.person_id = m.person_id
             where m.organisation_id = @organisation and lower(p.email) = lower(@email))
        """;

    /// <param name="token">Made by <see cref="SecretToken.New"/>; the letter holds it, the table its hash.</param>
    public async Task<InviteOutcome> InviteAsync(Invite invite, string token, Letter letter, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(invite);
        ArgumentNullException.ThrowIfNull(actor);
        if (invite.Roles.Count == 0 || invite.Roles.Except(OrganisationRole.All, StringComparer.Ordinal).Any())
        {
            return InviteOutcome.UnknownRole;
        }

        if (await db.QuerySingleAsync<bool>(IsMemberSql, new { organisation = invite.Organisation, email = invite.Email }, ct))
        {
            return InviteOutcome.IsMember;
        }

        // Anybody may join with an organisation of their own, so invitations must not become a way to flood a mailbox.
        if (await brake.TakeAsync(SignInSubject.InvitationTo(invite.Email), address: null, ct) is not null)
        {
            return InviteOutcome.TooManyLetters;
        }

        if (actor.UserId is { } inviter && await brake.TakeAsync(SignInSubject.InvitationsBy(inviter), address: null, ct) is not null)
        {
            return InviteOutcome.TooManyInvitations;
        }

        return await db.InTransactionAsync(async transaction =>
        {
            var written = await transaction.QuerySingleOrDefaultAsync<Guid?>(InviteSql, new
            {
                organisation = invite.Organisation,
                email = invite.Email,
                roles = invite.Roles.ToArray(),
                tokenHash = SecretToken.Hash(token),
                inviter = actor.UserId,
            }, ct);
            if (written is null)
            {
                return InviteOutcome.ActorIsNoOwner;
            }

            await outbox.WriteAsync(transaction, letter, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("invitation.sent", "invitation", written.Value.ToString("D")).With(new { invite.Roles }), actor, ct);
            return InviteOutcome.Sent;
        }, ct);
    }

    private const string OpenSql = """
        select i.invitation_id, i.organisation_id, o.slug, o.name_kk, o.name_ru, i.email, i.roles, p.name as inviter, i.expires_at,
               exists (select 1 from people e where lower(e.email) = lower(i.email)) as has_account
          from invitations i
          join organisations o on o.organisation_id = i.organisation_id
          join people p on p.person_id = i.invited_by
          join memberships m on m.organisation_id = i.organisation_id and m.person_id = i.invited_by and 'owner' = any(m.roles)
         where i.token_hash = @hash and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > app.now()
        """;

    /// <summary>The invitation behind a link; null when used, withdrawn, expired, never written, or its writer is an owner no more.</summary>
    public Task<OpenInvitation?> FindAsync(string token, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<OpenInvitation>(OpenSql, new { hash = SecretToken.Hash(token) }, ct);

    private const string AcceptSql = """
        with taken as (
            update invitations i set accepted_at = app.now(), accepted_by = @person
              from memberships m, people p
             where i.token_hash = @hash and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > app.now()
               and m.organisation_id = i.organisation_id and m.person_id = i.invited_by and 'owner' = any(m.roles)
               and p.person_id = @person and lower(p.email) = lower(i.email)
            returning i.organisation_id, i.roles, i.invitation_id
        ), joined as (
            insert into memberships as m (organisation_id, person_id, roles)
            select organisation_id, @person, roles from taken
            on conflict (organisation_id, person_id) do update
               set roles = array(select distinct unnest(m.roles || excluded.roles) order by 1)
            returning organisation_id
        )
        select o.slug, o.organisation_id, taken.invitation_id
          from joined
          join taken on taken.organisation_id = joined.organisation_id
          join organisations o on o.organisation_id = joined.organisation_id
        """;

    private const string WhyNotSql = """
        select i.accepted_at is not null or i.withdrawn_at is not null or i.expires_at <= app.now()
                or not exists (select 1 from memberships m where m.organisation_id = i.organisation_id and m.person_id = i.invited_by and 'owner' = any(m.roles)) as is_over,
               lower(p.email) <> lower(i.email) as is_for_another
          from invitations i, people p
         where i.token_hash = @hash and p.person_id = @person
        """;

    public async Task<AcceptOutcome> AcceptAsync(string token, PersonId person, Actor actor, CancellationToken ct)
    {
        var hash = SecretToken.Hash(token);
        if (await db.InTransactionAsync(transaction => AcceptAsync(transaction, hash, person, actor, ct), ct) is { } slug)
        {
            return new AcceptOutcome.Accepted(slug, person);
        }

        return await db.QuerySingleOrDefaultAsync<WhyNotRow>(WhyNotSql, new { hash, person }, ct) is { IsOver: false, IsForAnother: true }
            ? new AcceptOutcome.ForAnother()
            : new AcceptOutcome.Over();
    }

    private static async Task<string?> AcceptAsync(DbTransaction transaction, byte[] hash, PersonId person, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<AcceptedRow>(AcceptSql, new { hash, person }, ct) is not { } row)
        {
            return null;
        }

        var entry = new AuditEntry("invitation.accepted", "invitation", row.InvitationId.ToString("D"));
        await AuditTrail.WriteAsync(transaction, entry, actor with { OrganisationId = row.OrganisationId.Value }, ct);
        return row.Slug;
    }

    /// <summary>Accepts for somebody who has no account yet: the letter proved the address.</summary>
    public async Task<AcceptOutcome> AcceptAsNewPersonAsync(string token, NewPerson person, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(from);
        if (await FindAsync(token, ct) is not { HasAccount: false } invitation)
        {
            return new AcceptOutcome.Over();
        }

        if (PasswordRules.Check(person.Password, [person.Name, invitation.Email, invitation.NameKk, invitation.NameRu]) is var problem && problem != PasswordProblem.None)
        {
            return new AcceptOutcome.PasswordRefused(problem);
        }

        var passwordHash = passwords.Hash(person.Password);
        try
        {
            return await db.InTransactionAsync<AcceptOutcome>(async transaction =>
            {
                var id = await PersonService.InsertAsync(transaction, invitation.Email, person, passwordHash, from, ct);
                var slug = await AcceptAsync(transaction, SecretToken.Hash(token), id, from.Actor(id), ct);
                return slug is null ? throw new InvitationGoneException() : new AcceptOutcome.Accepted(slug, id);
            }, ct);
        }
        catch (Exception problemOfRace) when (problemOfRace is InvitationGoneException or Npgsql.PostgresException { ConstraintName: "people_email_once" or "people_user_name_once" })
        {
            return new AcceptOutcome.Over(); // somebody was first: nothing was written
        }
    }

    private const string WaitingSql = """
        select i.invitation_id, i.email, i.roles, p.name as inviter, i.created_at, i.expires_at
          from invitations i
          join people p on p.person_id = i.invited_by
         where i.organisation_id = @organisation and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > app.now()
         order by i.created_at desc, i.invitation_id desc
         limit 100
        """;

    public Task<IReadOnlyList<WaitingInvitation>> WaitingAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<WaitingInvitation>(WaitingSql, new { organisation }, ct);

    private const string WithdrawSql = """
        update invitations set withdrawn_at = app.now()
         where invitation_id = @invitation and organisation_id = @organisation and accepted_at is null and withdrawn_at is null
        """;

    public async Task<bool> WithdrawAsync(OrganisationId organisation, Guid invitation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.InTransactionAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(WithdrawSql, new { organisation, invitation }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("invitation.withdrawn", "invitation", invitation.ToString("D")), actor, ct);
            return true;
        }, ct);
    }

    private sealed record AcceptedRow(string Slug, OrganisationId OrganisationId, Guid InvitationId);

    private sealed record WhyNotRow(bool IsOver, bool IsForAnother);

    private sealed class InvitationGoneException : Exception;
}

public sealed record Invite(OrganisationId Organisation, string Email, IReadOnlyList<string> Roles);

public enum InviteOutcome
{
    Sent,
    IsMember,
    UnknownRole,
    ActorIsNoOwner,
    TooManyLetters,

    /// <summary>This person has invited too many people today.</summary>
    TooManyInvitations,
}

public sealed record OpenInvitation(
    Guid InvitationId, OrganisationId OrganisationId, string Slug, string NameKk, string NameRu, string Email, string[] Roles, string Inviter, DateTimeOffset ExpiresAt, bool HasAccount)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record WaitingInvitation(Guid InvitationId, string Email, string[] Roles, string Inviter, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

public abstract record AcceptOutcome
{
    private AcceptOutcome()
    {
    }

    public sealed record Accepted(string Slug, PersonId Person) : AcceptOutcome;

    /// <summary>Used, withdrawn, expired, or written by somebody who may not invite any more.</summary>
    public sealed record Over : AcceptOutcome;

    /// <summary>Bound to another address than the signed-in person's.</summary>
    public sealed record ForAnother : AcceptOutcome;

    public sealed record PasswordRefused(PasswordProblem Problem) : AcceptOutcome;
}
