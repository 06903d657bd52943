using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Who is signed in, where: a row for each, so that it can be listed and ended from anywhere.</summary>
/// <remarks>
/// A session ends after 2 hours without a request and after 24 hours in any case (NIST SP 800-63B at assurance level 2);
/// on a paired counter device after 12 and 14 hours: a shift. Checked for every request, at most five seconds old.
/// </remarks>
public sealed class SessionService(Db db)
{
    private const string OpenSql = """
        with ended as (
            update sessions set revoked_at = app.now() where token_hash = @previousHash and revoked_at is null
        )
        insert into sessions (token_hash, person_id, device_id, organisation_id, second_factor, fresh_at, ends_at, address, user_agent)
        values (@hash, @person, @deviceId, @organisationId, @secondFactor,
                case when @deviceId::uuid is null then app.now() else 'epoch' end, -- a PIN is no proof for anything irreversible
                app.now() + case when @deviceId::uuid is null then interval '24 hours' else interval '14 hours' end, @address, left(@userAgent, 300))
        returning session_id
        """;

    /// <summary>Always a new token: what stood in the browser before signing in is ended, never taken over.</summary>
    public async Task<string> OpenAsync(OpenSession request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var token = SecretToken.New();
        return await db.InTransactionAsync(async transaction =>
        {
            var session = await transaction.QuerySingleAsync<Guid>(OpenSql, new
            {
                hash = SecretToken.Hash(token),
                previousHash = SecretToken.Hash(request.From.PreviousToken),
                person = request.Person,
                deviceId = request.DeviceId,
                organisationId = request.OrganisationId,
                secondFactor = request.SecondFactor,
                address = request.From.Address,
                userAgent = request.From.UserAgent,
            }, ct);
            var entry = new AuditEntry("session.opened", "session", session.ToString("D")).With(new { request.SecondFactor });
            await AuditTrail.WriteAsync(transaction, entry, request.From.Actor(request.Person), ct);
            return token;
        }, ct);
    }

    private const string FindSql = """
        with found as (
            select * from sessions
             where token_hash = @hash and revoked_at is null and ends_at > app.now()
               and last_seen_at > app.now() - case when device_id is null then interval '2 hours' else interval '12 hours' end
        ), touched as (
            update sessions s set last_seen_at = app.now()
              from found where s.session_id = found.session_id and found.last_seen_at < app.now() - interval '1 minute'
        )
        select s.session_id, p.person_id, p.user_name, p.name, p.email, p.language, s.second_factor, s.device_id, s.organisation_id,
               extract(epoch from app.now() - s.fresh_at)::float8 as seconds_since_fresh,
               (c.totp_confirmed_at is not null or exists (select 1 from passkeys k where k.person_id = p.person_id)) as has_second_factor,
               array(select case when r.region_kato is null then r.role else r.role || ':' || r.region_kato end
                       from platform_roles r where r.person_id = p.person_id order by 1) as platform_roles
          from found s
          join people p on p.person_id = s.person_id
          left join credentials c on c.person_id = p.person_id
        """;

    public Task<SignedInPerson?> FindAsync(string token, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<SignedInPerson>(FindSql, new { hash = SecretToken.Hash(token) }, ct);

    private const string ListSql = """
        select session_id, created_at, last_seen_at, second_factor, address, user_agent
          from sessions
         where person_id = @person and revoked_at is null and ends_at > app.now()
           and last_seen_at > app.now() - case when device_id is null then interval '2 hours' else interval '12 hours' end
         order by last_seen_at desc, session_id desc
         limit 50
        """;

    public Task<IReadOnlyList<OpenSessionRow>> ListAsync(PersonId person, CancellationToken ct) => db.QueryAsync<OpenSessionRow>(ListSql, new { person }, ct);

    private const string RevokeSql = "update sessions set revoked_at = app.now() where session_id = @sessionId and person_id = @person and revoked_at is null";

    /// <returns>False when it was not this person's, or had ended already.</returns>
    public Task<bool> RevokeAsync(PersonId person, Guid sessionId, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(RevokeSql, new { person, sessionId }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("session.ended", "session", sessionId.ToString("D")), actor, ct);
            return true;
        }, ct);

    private const string RevokeOthersSql = "update sessions set revoked_at = app.now() where person_id = @person and session_id is distinct from @keep and revoked_at is null";

    public Task<int> RevokeOthersAsync(PersonId person, Guid? keep, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var ended = await transaction.ExecuteAsync(RevokeOthersSql, new { person, keep }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("session.others_ended", "person", person.ToString()).With(new { ended }), actor, ct);
            return ended;
        }, ct);

    private const string FreshSql = "update sessions set fresh_at = app.now() where session_id = @sessionId and revoked_at is null";

    /// <summary>The person has just proved again who they are.</summary>
    public Task RefreshAsync(Guid sessionId, CancellationToken ct) => db.ExecuteAsync(FreshSql, new { sessionId }, ct);

    private const string SwitchSql = """
        update sessions s set organisation_id = m.organisation_id
          from memberships m
         where s.session_id = @sessionId and s.device_id is null
           and m.person_id = s.person_id and m.organisation_id = @organisation
        """;

    /// <summary>Remembers the organisation last worked in; only one of the person's own.</summary>
    public Task SwitchAsync(Guid sessionId, OrganisationId organisation, CancellationToken ct) => db.ExecuteAsync(SwitchSql, new { sessionId, organisation }, ct);
}

/// <summary>Where a request to sign in came from. The previous token is the one the browser still held.</summary>
public sealed record SignInFrom(string? Address, string? UserAgent, string RequestId, string? PreviousToken = null)
{
    /// <summary>The mark of a browser that was signed in from before; see <see cref="KnownDevices"/>.</summary>
    public string? KnownDevice { get; init; }

    /// <summary>For the audit: the person once they are known.</summary>
    public Actor Actor(PersonId? person) => new(person?.Value, null, null, person is null ? "anonymous" : "person", RequestId, Address);
}

/// <param name="SecondFactor">none, totp, recovery, passkey, pin or demo.</param>
public sealed record OpenSession(PersonId Person, string SecondFactor, SignInFrom From, Guid? DeviceId = null, OrganisationId? OrganisationId = null);

/// <param name="PlatformRoles">The role, or role:region for those of a region.</param>
public sealed record SignedInPerson(
    Guid SessionId, PersonId PersonId, string UserName, string Name, string Email, string Language, string SecondFactor,
    Guid? DeviceId, OrganisationId? OrganisationId, double SecondsSinceFresh, bool HasSecondFactor, string[] PlatformRoles);

public sealed record OpenSessionRow(Guid SessionId, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string SecondFactor, string? Address, string? UserAgent);
