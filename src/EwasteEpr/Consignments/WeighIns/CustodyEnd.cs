using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>Where a consignment stands after each weighing and each decision.</summary>
internal static class CustodyEnd
{
    // Discrepant as soon as one container is; agreed when all are weighed and none is; resolved when all are weighed and each disagreement is decided.
    private const string SettleSql = """
        with facts as (
            select (select count(*)::int from consignment_containers x where x.consignment_id = @id and x.weighed_at is null) as left_over,
                   exists (select from consignment_discrepancies d where d.consignment_id = @id and d.kind <> 'Route') as is_discrepant,
                   exists (select from consignment_discrepancies d where d.consignment_id = @id and d.kind <> 'Route' and d.state = 'Open') as is_open
        ), settled as (
            update consignments c
               set state = case when not f.is_discrepant and f.left_over = 0 then 'Agreed' when f.is_discrepant and not f.is_open and f.left_over = 0 then 'Resolved' when f.is_discrepant then 'Discrepant' else 'Received' end,
                   ended_at = case when f.left_over = 0 and not f.is_open then app.now() end
              from facts f
             where c.consignment_id = @id and c.state in ('Received', 'Discrepant')
        )
        select left_over from facts
        """;

    /// <returns>How many containers still wait for the scale.</returns>
    public static Task<int> SettleAsync(DbTransaction transaction, Guid id, CancellationToken ct) => transaction.QuerySingleAsync<int>(SettleSql, new { id }, ct);
}
