using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Integrations;

/// <summary>What was sent where, what was answered, and the button that sends it again.</summary>
public sealed class DeliveryLog(Db db)
{
    private const string ListSql = """
        select d.delivery_id, d.event_id, e.type, e.subject, e.occurred_at, d.state, d.attempts, d.next_at, d.delivered_at, a.attempted_at, a.status, a.problem, a.milliseconds
          from integrations.deliveries d
          join integrations.events e using (event_id)
          left join lateral (select attempted_at, status, problem, milliseconds from integrations.delivery_attempts x
                              where x.delivery_id = d.delivery_id order by x.attempt_id desc limit 1) a on true
         where d.endpoint_id = @endpointId and d.organisation_id = @organisation and (@after::uuid is null or d.delivery_id < @after)
         order by d.delivery_id desc
         limit @limit
        """;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<Delivery>> ListAsync(OrganisationId organisation, Guid endpointId, Guid? after, int limit, CancellationToken ct) =>
        db.QueryAsync<Delivery>(ListSql, new { organisation, endpointId, after, limit }, ct);

    private const string AgainSql = """
        update integrations.deliveries d
           set state = 'Waiting', delivered_at = null, attempts = 0, next_at = app.now()
          from integrations.endpoints e
         where d.delivery_id = @deliveryId and d.organisation_id = @organisation and d.leased_until is null
           and e.endpoint_id = d.endpoint_id and e.endpoint_id = @endpointId and e.state <> 'Removed'
        """;

    /// <summary>Sends it once more, whether it was taken before or not; the integrator tells repetitions apart by the event's id.</summary>
    public Task<bool> AgainAsync(OrganisationId organisation, Guid endpointId, Guid deliveryId, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(AgainSql, new { organisation, endpointId, deliveryId }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("webhook.redelivery_asked", "webhook_delivery", deliveryId.ToString()), actor, ct);
            return true;
        },
        ct);
}
