using EwasteEpr.Kernel;

namespace EwasteEpr.Integrations;

/// <summary>What always holds between what happened, what was sent and what was answered.</summary>
public static class IntegrationInvariants
{
    private const string TakenSql = """
        select count(*) as rows_checked,
               (select format('delivery %s is called delivered and nobody took it', d.delivery_id)
                  from integrations.deliveries d
                 where d.state = 'Delivered' and not exists (select from integrations.delivery_attempts a where a.delivery_id = d.delivery_id and a.problem is null)
                 order by d.delivery_id limit 1) as first_broken
          from integrations.deliveries where state = 'Delivered'
        """;

    private const string OwnSql = """
        select count(*) as rows_checked,
               (select format('delivery %s tells one organisation of another''s event', d.delivery_id)
                  from integrations.deliveries d join integrations.events e using (event_id) join integrations.endpoints n using (endpoint_id)
                 where d.organisation_id <> e.organisation_id or d.organisation_id <> n.organisation_id
                 order by d.delivery_id limit 1) as first_broken
          from integrations.deliveries
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each webhook delivery that counts as delivered was taken", TakenSql),
        new("No organisation hears of another one's events", OwnSql),
    ];
}
