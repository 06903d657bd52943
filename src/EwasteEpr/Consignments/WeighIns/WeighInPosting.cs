using System.Text.Json;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>One container's way from the road into the stock of a site, in the ledger and in the trace.</summary>
internal static class WeighInPosting
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // in transit -> site lot for what both scales know of; the rest against the weighing difference of the site, to whichever side it lies.
    private const string PostSql = """
        with parts as materialized (
            select p.*, 'mass:' || p.category as unit, least(p.sent_grams, p.received) as both_grams,
                   case when p.received > 0 then ledger.open_account('mass_site_lot', p.site_lot_id, 'mass:' || p.category) end as site_account,
                   ledger.open_account('mass_in_transit', @ConsignmentId, 'mass:' || p.category) as transit,
                   ledger.open_account('mass_weighing_difference', @SiteId, 'mass:' || p.category) as difference
              from jsonb_to_recordset(@parts::jsonb) as p(site_lot_id uuid, consignment_lot_id uuid, category text, stream text, channel text, sent_grams bigint, received bigint, sources jsonb)
        ), posted as materialized (
            select p.*,
                   case when p.both_grams > 0 then ledger.post('consignment_received', 'consignment_lot', p.consignment_lot_id, 1, p.unit, p.transit, p.site_account, p.both_grams) end as received_id,
                   case when p.sent_grams > p.received then ledger.post('weigh_in_less', 'consignment_lot', p.consignment_lot_id, 1, p.unit, p.transit, p.difference, p.sent_grams - p.received)
                        when p.consignment_lot_id is null and p.received > 0 then ledger.post('weigh_in_more', 'site_lot', p.site_lot_id, 1, p.unit, p.difference, p.site_account, p.received)
                        when p.received > p.sent_grams then ledger.post('weigh_in_more', 'consignment_lot', p.consignment_lot_id, 1, p.unit, p.difference, p.site_account, p.received - p.sent_grams) end as difference_id
              from parts p
        ), made as (
            insert into site_lots (site_lot_id, site_id, organisation_id, container_id, consignment_id, category, stream, channel, payer, own_system_id, basis, weighed_in_on, received_grams, account_id, is_hazardous)
            select p.site_lot_id, c.to_site_id, c.to_organisation_id, @ContainerId, c.consignment_id, p.category, p.stream, p.channel, c.payer, c.own_system_id, @basis, app.today(), p.received, p.site_account,
                   @IsHazardous or coalesce((select w.hazardous from consignment_containers x join waste_codes w on w.code = x.waste_code where x.consignment_id = c.consignment_id and x.container_id = @ContainerId), false)
              from posted p cross join consignments c
             where c.consignment_id = @ConsignmentId and p.received > 0
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'stock_lot', s.lot_id, 'site_lot', p.site_lot_id, p.category, s.grams, coalesce(p.received_id, p.difference_id)
              from posted p cross join lateral jsonb_to_recordset(p.sources) as s(lot_id uuid, grams bigint)
        )
        select count(*) from posted
        """;

    public static Task WriteAsync(DbTransaction transaction, ArrivedContainer arrived, IReadOnlyList<ReceivedPart> parts, CancellationToken ct)
    {
        var rows = parts.Select(part => new { SiteLotId = Guid.CreateVersion7(), part.ConsignmentLotId, part.Category, part.Stream, part.Channel, part.SentGrams, part.Received, part.Sources });
        return transaction.QuerySingleAsync<long>(
            PostSql,
            new { arrived.ConsignmentId, arrived.ContainerId, arrived.SiteId, arrived.IsHazardous, basis = arrived.IsVerified ? "Verified" : "Weighed", parts = JsonSerializer.Serialize(rows, Snake) }, ct);
    }
}

internal sealed record ArrivedContainer(Guid ConsignmentId, Guid ContainerId, Guid SiteId, bool IsHazardous, bool IsVerified);
