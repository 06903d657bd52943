using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Integrations;

/// <summary>Where an organisation's programs want to hear of it: named, tried, stopped, and secrets that change without a gap.</summary>
public sealed class EndpointService(Db db, Secrets secrets)
{
    public const int Most = 5;
    internal const string SecretPurpose = "webhook-secret";

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('webhooks:' || @organisation, 0))::text";

    private const string CreateSql = """
        insert into integrations.endpoints (organisation_id, url, note, events, secret_sealed, created_by)
        select @organisation, @url, @note, @events, @secretSealed, @createdBy
         where (select count(*) from integrations.endpoints where organisation_id = @organisation and state <> 'Removed') < @Most
        returning endpoint_id
        """;

    public async Task<EndpointOutcome> CreateAsync(OrganisationId organisation, NewEndpoint wanted, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => CreateAsync(transaction, organisation, wanted, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "endpoint_once_per_address")
        {
            return new EndpointOutcome.AlreadyThere();
        }
    }

    /// <summary>In the caller's transaction: an address that is there already throws <c>endpoint_once_per_address</c>.</summary>
    public async Task<EndpointOutcome> CreateAsync(DbTransaction transaction, OrganisationId organisation, NewEndpoint wanted, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(actor);
        var problem = EndpointAddress.Check(wanted.Url, out var url);
        if (problem != EndpointProblem.None)
        {
            return new EndpointOutcome.AddressRefused(problem);
        }

        if (wanted.Events.Count == 0 || wanted.Events.Except(WebhookEvents.All, StringComparer.Ordinal).Any())
        {
            return new EndpointOutcome.NoEvents();
        }

        var secret = WebhookSigning.NewSecret();
        var note = wanted.Note?.Trim() ?? "";
        var parameters = new
        {
            organisation,
            url,
            note = note.Length > 100 ? note[..100] : note,
            events = wanted.Events.Distinct(StringComparer.Ordinal).ToArray(),
            secretSealed = secrets.Seal(SecretPurpose, secret),
            createdBy = actor.UserId,
            Most,
        };
        await transaction.QuerySingleAsync<string>(LockSql, new { organisation = organisation.Value.ToString() }, ct);
        if (await transaction.QuerySingleOrDefaultAsync<Guid?>(CreateSql, parameters, ct) is not { } endpointId)
        {
            return new EndpointOutcome.TooMany();
        }

        await AuditTrail.WriteAsync(transaction, new AuditEntry("webhook.created", "webhook", endpointId.ToString()).With(new { url, events = parameters.events }), actor, ct);
        return new EndpointOutcome.Kept(endpointId, secret);
    }

    private const string ListSql = """
        select e.endpoint_id, e.url, e.note, e.events, e.state, case when e.old_secret_until > app.now() then e.old_secret_until end as old_secret_until, e.failing_since, e.created_at, p.name as created_by,
               (select count(*)::int from integrations.deliveries d where d.endpoint_id = e.endpoint_id and d.state = 'Waiting') as waiting
          from integrations.endpoints e
          left join people p on p.person_id = e.created_by
         where e.organisation_id = @organisation and e.state <> 'Removed' and (@endpointId::uuid is null or e.endpoint_id = @endpointId)
         order by e.endpoint_id desc
         limit 100
        """;

    public Task<IReadOnlyList<WebhookEndpoint>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<WebhookEndpoint>(ListSql, new { organisation, endpointId = (Guid?)null }, ct);

    public Task<WebhookEndpoint?> FindAsync(OrganisationId organisation, Guid endpointId, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<WebhookEndpoint>(ListSql, new { organisation, endpointId = (Guid?)endpointId }, ct);

    private const string RotateSql = """
        update integrations.endpoints
           set old_secret_sealed = secret_sealed, old_secret_until = app.now() + interval '24 hours', secret_sealed = @secretSealed
         where endpoint_id = @endpointId and organisation_id = @organisation and state <> 'Removed'
        """;

    /// <summary>Both secrets sign for a day: the integrator changes his side in between. Rotated again within the day, the eldest is gone at once.</summary>
    /// <returns>The new secret; null where there is no such endpoint.</returns>
    public Task<string?> RotateAsync(OrganisationId organisation, Guid endpointId, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var secret = WebhookSigning.NewSecret();
            if (await transaction.ExecuteAsync(RotateSql, new { organisation, endpointId, secretSealed = secrets.Seal(SecretPurpose, secret) }, ct) == 0)
            {
                return null;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("webhook.secret_rotated", "webhook", endpointId.ToString()), actor, ct);
            return secret;
        },
        ct);

    private const string StateSql = """
        update integrations.endpoints
           set state = @state, failing_since = null, is_notice_due = false
         where endpoint_id = @endpointId and organisation_id = @organisation and state <> 'Removed' and state <> @state
        """;

    // What waits goes out at once when somebody has mended the other side.
    private const string WakeSql = "update integrations.deliveries set next_at = app.now() where endpoint_id = @endpointId and state = 'Waiting'";

    public Task<bool> StopAsync(OrganisationId organisation, Guid endpointId, Actor actor, CancellationToken ct) => ChangeAsync(organisation, endpointId, "Stopped", actor, ct);

    public Task<bool> ResumeAsync(OrganisationId organisation, Guid endpointId, Actor actor, CancellationToken ct) => ChangeAsync(organisation, endpointId, "Active", actor, ct);

    /// <summary>Its log stays; nothing more is sent.</summary>
    public Task<bool> RemoveAsync(OrganisationId organisation, Guid endpointId, Actor actor, CancellationToken ct) => ChangeAsync(organisation, endpointId, "Removed", actor, ct);

    private Task<bool> ChangeAsync(OrganisationId organisation, Guid endpointId, string state, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(StateSql, new { organisation, endpointId, state }, ct) == 0)
            {
                return false;
            }

            if (state == "Active")
            {
                await transaction.ExecuteAsync(WakeSql, new { endpointId }, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("webhook." + state.ToLowerInvariant(), "webhook", endpointId.ToString()), actor, ct);
            return true;
        },
        ct);

    private const string TrySql = """
        insert into integrations.events (organisation_id, type, subject, data, only_endpoint_id)
        select organisation_id, 'trial', '', '{}', endpoint_id
          from integrations.endpoints e
         where endpoint_id = @endpointId and organisation_id = @organisation and state = 'Active'
           and not exists (select from integrations.events t where t.only_endpoint_id = e.endpoint_id and t.spread_at is null)
        """;

    /// <summary>A trial event, so that an integrator sees his side work before the first fact.</summary>
    public async Task<bool> TryAsync(OrganisationId organisation, Guid endpointId, CancellationToken ct) => await db.ExecuteAsync(TrySql, new { organisation, endpointId }, ct) > 0;
}
