using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Discrepancies;

/// <summary>Disagreements open by themselves, in the transaction of the weighing: nobody chooses whom.</summary>
internal static class DiscrepancyOpening
{
    private const string OpenSql = """
        insert into consignment_discrepancies (number, kind, consignment_id, container_id, sent_grams, weighed_grams, gap_grams, allowed_grams, expected_items, counted_items, blocks_payment)
        values ('X-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('discrepancy_numbers')::text, 4, '0'), @kind, @ConsignmentId, @ContainerId, @SentGrams, @WeighedGrams, @WeighedGrams - @SentGrams, @allowed,
                @ExpectedItems, @CountedItems, @blocks)
        """;

    /// <returns>True when the container's mass or count is outside what is allowed.</returns>
    public static async Task<bool> OfContainerAsync(DbTransaction transaction, WeighedContainer weighed, Tolerance tolerance, CancellationToken ct)
    {
        var allowed = tolerance.AllowedGrams(weighed.SentGrams);
        var isHeavy = !tolerance.IsAllowed(weighed.SentGrams, weighed.WeighedGrams);
        var isMiscounted = weighed.CountedItems is { } counted && counted != weighed.ExpectedItems;
        if (isHeavy)
        {
            await transaction.ExecuteAsync(OpenSql, Parameters(weighed, "Mass", allowed, Tolerance.BlocksPayment(weighed.SentGrams, weighed.WeighedGrams)), ct);
        }

        if (isMiscounted)
        {
            await transaction.ExecuteAsync(OpenSql, Parameters(weighed, "Count", allowed, blocks: false), ct);
        }

        return isHeavy || isMiscounted;
    }

    public static Task OfMissingAsync(DbTransaction transaction, Guid consignmentId, Guid containerId, long sentGrams, CancellationToken ct) =>
        transaction.ExecuteAsync(OpenSql, Parameters(new WeighedContainer(consignmentId, containerId, sentGrams, 0, 0, null), "Missing", 0, blocks: true), ct);

    private static object Parameters(WeighedContainer weighed, string kind, long allowed, bool blocks) =>
        new { kind, weighed.ConsignmentId, weighed.ContainerId, weighed.SentGrams, weighed.WeighedGrams, weighed.ExpectedItems, weighed.CountedItems, allowed, blocks };

    // Two weighings of one route at once come one after the other: each sees the other's or is seen.
    private const string LockRouteSql = "select pg_advisory_xact_lock(hashtextextended('route:' || coalesce(from_point_id, from_site_id) || ':' || to_site_id, 0)) from consignments where consignment_id = @id";

    private const string RouteSql = """
        select count(*)::int as containers, coalesce(sum(x.sent_grams), 0)::bigint as sent, coalesce(sum(x.net_grams), 0)::bigint as weighed,
               exists (select from consignment_discrepancies d join consignments o on o.consignment_id = d.consignment_id
                        where d.kind = 'Route' and d.state = 'Open' and coalesce(o.from_point_id, o.from_site_id) = coalesce(r.from_point_id, r.from_site_id) and o.to_site_id = r.to_site_id) as is_open
          from consignments r
          join consignments c on coalesce(c.from_point_id, c.from_site_id) = coalesce(r.from_point_id, r.from_site_id) and c.to_site_id = r.to_site_id
          join consignment_containers x on x.consignment_id = c.consignment_id and x.net_grams is not null and x.weighed_at > app.now() - interval '30 days'
         where r.consignment_id = @id
         group by r.consignment_id, r.from_point_id, r.from_site_id, r.to_site_id
        """;

    private const string OpenRouteSql = """
        insert into consignment_discrepancies (number, kind, consignment_id, sent_grams, weighed_grams, gap_grams, allowed_grams, blocks_payment)
        values ('X-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('discrepancy_numbers')::text, 4, '0'), 'Route', @id, @sent, @weighed, @weighed - @sent, @sent / 100, false)
        on conflict (consignment_id) where kind = 'Route' do nothing
        """;

    public static async Task OfRouteAsync(DbTransaction transaction, Guid consignmentId, Tolerance tolerance, CancellationToken ct)
    {
        await transaction.ExecuteAsync(LockRouteSql, new { id = consignmentId }, ct);
        var route = await transaction.QuerySingleAsync<RouteRow>(RouteSql, new { id = consignmentId }, ct);
        if (!route.IsOpen && !tolerance.IsRouteAllowed(route.Containers, route.Sent, route.Weighed))
        {
            await transaction.ExecuteAsync(OpenRouteSql, new { id = consignmentId, sent = route.Sent, weighed = route.Weighed }, ct);
        }
    }

    private sealed record RouteRow(int Containers, long Sent, long Weighed, bool IsOpen);
}

internal sealed record WeighedContainer(Guid ConsignmentId, Guid ContainerId, long SentGrams, long WeighedGrams, int ExpectedItems, int? CountedItems);
