using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EwasteEpr.Kernel;

namespace EwasteEpr.Integrations;

/// <summary>The job that makes deliveries of events and sends them: several at once, one at a time for an organisation, tried again for three days.</summary>
/// <remarks>A delivery is leased while it is under way; who dies with it leaves it to the next sweep. An integrator may therefore hear of an event twice, by the same id.</remarks>
public sealed class WebhookSweep(Db db, Secrets secrets, WebhookWire wire, TimeProvider clock)
{
    public const int MostAttempts = 14;
    private const int AtOnce = 8;

    private const string SpreadSql = """
        with spread as (
            update integrations.events set spread_at = app.now()
             where event_id in (select event_id from integrations.events where spread_at is null order by event_id limit 500 for update skip locked)
            returning event_id, organisation_id, type, only_endpoint_id
        ), made as (
            insert into integrations.deliveries (endpoint_id, event_id, organisation_id)
            select n.endpoint_id, s.event_id, s.organisation_id
              from spread s
              join integrations.endpoints n on n.organisation_id = s.organisation_id and n.state <> 'Removed'
               and (n.endpoint_id = s.only_endpoint_id or (s.only_endpoint_id is null and s.type = any(n.events)))
             order by s.event_id, n.endpoint_id
        )
        select count(*)::int from spread
        """;

    private const string IsDueSql = "select exists (select from integrations.deliveries where state = 'Waiting' and next_at <= app.now())";

    // A statement of its own before the claim: who waits here must see what the one before has leased.
    private const string GateSql = "select pg_advisory_xact_lock(hashtextextended('webhooks.claim', 0))::text";

    private const string ClaimSql = """
        with next as (
            select d.delivery_id
              from integrations.deliveries d
              join integrations.endpoints n using (endpoint_id)
             where d.state = 'Waiting' and d.next_at <= app.now() and (d.leased_until is null or d.leased_until < app.now()) and n.state = 'Active'
               and not exists (select from integrations.deliveries other where other.organisation_id = d.organisation_id and other.leased_until >= app.now())
             order by d.next_at, d.delivery_id
             limit 1
               for update of d skip locked
        ), leased as (
            update integrations.deliveries d set leased_until = app.now() + interval '1 minute', attempts = d.attempts + 1
              from next
             where d.delivery_id = next.delivery_id
            returning d.delivery_id, d.endpoint_id, d.event_id
        )
        select l.delivery_id, l.endpoint_id, n.url, n.secret_sealed, case when n.old_secret_until > app.now() then n.old_secret_sealed end as old_secret_sealed,
               e.event_id, e.type, e.occurred_at, e.data::text as data, o.slug
          from leased l
          join integrations.endpoints n using (endpoint_id)
          join integrations.events e on e.event_id = l.event_id
          join organisations o on o.organisation_id = e.organisation_id
        """;

    private const string SettleSql = """
        with logged as (
            insert into integrations.delivery_attempts (delivery_id, status, problem, milliseconds) values (@DeliveryId, @status, @problem, @milliseconds)
        ), settled as (
            update integrations.deliveries
               set leased_until = null,
                   state = case when @problem::text is null then 'Delivered' when attempts >= @MostAttempts then 'GivenUp' else 'Waiting' end,
                   delivered_at = case when @problem::text is null then app.now() end,
                   next_at = case when @problem::text is null then next_at else app.now() + least(interval '30 seconds' * power(2.5, attempts), interval '12 hours') end
             where delivery_id = @DeliveryId
        )
        update integrations.endpoints
           set failing_since = case when @problem::text is null then null else coalesce(failing_since, app.now()) end,
               state = case when @problem::text is not null and state = 'Active' and failing_since < app.now() - interval '3 days' then 'Failed' else state end,
               is_notice_due = is_notice_due or (@problem::text is not null and state = 'Active' and coalesce(failing_since < app.now() - interval '3 days', false))
         where endpoint_id = @EndpointId and ((@problem::text is null) <> (failing_since is null) or failing_since < app.now() - interval '3 days')
        """;

    /// <returns>How many deliveries were tried.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        while (await db.QuerySingleAsync<int>(SpreadSql, null, ct) > 0)
        {
            // until every event has its deliveries
        }

        if (!await db.QuerySingleAsync<bool>(IsDueSql, null, ct))
        {
            return 0; // most of the time: eight transactions every other second would say no more
        }

        var tried = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => SendAllAsync(ct)));
        return tried.Sum();
    }

    private async Task<int> SendAllAsync(CancellationToken ct)
    {
        var tried = 0;
        while (await ClaimAsync(ct) is { } row)
        {
            var answer = await wire.SendAsync(Compose(row), ct);
            await db.ExecuteAsync(
                SettleSql,
                new { row.DeliveryId, row.EndpointId, status = answer.Status, problem = answer.Problem?.ToString(), milliseconds = answer.Milliseconds, MostAttempts },
                ct);
            tried++;
        }

        return tried;
    }

    private Task<ClaimedRow?> ClaimAsync(CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            await transaction.QuerySingleAsync<string>(GateSql, null, ct);
            return await transaction.QuerySingleOrDefaultAsync<ClaimedRow>(ClaimSql, null, ct);
        },
        ct);

    private WireRequest Compose(ClaimedRow row)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["id"] = row.EventId.ToString(),
            ["type"] = row.Type,
            ["created_at"] = row.OccurredAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["organisation"] = row.Slug,
            ["data"] = JsonNode.Parse(row.Data),
        }.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        List<string> valid = [secrets.OpenText(EndpointService.SecretPurpose, row.SecretSealed)];
        if (row.OldSecretSealed is { } old)
        {
            valid.Add(secrets.OpenText(EndpointService.SecretPurpose, old));
        }

        return new WireRequest(
            row.Url,
            body,
            [(WebhookSigning.Header, WebhookSigning.Sign(body, valid, clock.GetUtcNow())), ("Ewaste-Event", row.Type), ("Ewaste-Delivery", row.DeliveryId.ToString())]);
    }

    private sealed record ClaimedRow(
        Guid DeliveryId, Guid EndpointId, string Url, byte[] SecretSealed, byte[]? OldSecretSealed, Guid EventId, string Type, DateTimeOffset OccurredAt, string Data, string Slug);
}
