using EwasteEpr.Audit;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>A container on the site's scale: what was in transit becomes stock of the site, and what the scales disagree about is posted and explained.</summary>
public sealed class WeighInService(Db db)
{
    // The consignment first, then its container: the last two containers of a consignment never both believe that another is left.
    private const string LockSql = """
        select c.consignment_id, c.number, c.state, c.to_site_id, c.payer, c.own_system_id, c.from_point_id
          from consignments c
          join consignment_containers x using (consignment_id)
         where x.container_id = @container and x.released_at is null and c.to_organisation_id = @organisation
           for update of c
        """;

    private const string ContainerSql = """
        select x.container_id, b.number, b.category, b.kind, x.sent_grams, x.expected_items, x.gross_grams, x.tare_grams, x.packaging_grams, x.net_grams, x.ticket_no, x.weighed_at is not null as is_weighed,
               s.scale_no, coalesce(s.verified_until >= app.today(), false) as is_verified, s.verified_until,
               exists (select from consignment_containers o where o.site_id = @site and o.ticket_no = @ticket) as is_ticket_taken
          from consignment_containers x
          join containers b on b.container_id = x.container_id
          left join site_scales s on s.site_id = @site and s.scale_no = @scaleNo
         where x.consignment_id = @id and x.container_id = @container
           for update of x
        """;

    private const string LotsSql = "select consignment_lot_id, lot_id, category, stream, channel, sent_grams as grams from consignment_lots where consignment_id = @id and container_id = @container order by lot_id limit 100";

    private const string ProtocolSql = "select category, (percent * 100)::int as percent from split_protocols where container_id = @container order by category limit 10";

    private const string SettingsSql = """
        select coalesce((select value::numeric from app.settings where key = 'custody.scale_error_grams'), 0)::bigint as scale_error_grams,
               coalesce((select value::int from app.settings where key = 'custody.route_containers'), 1) as route_containers
        """;

    /// <summary>The tolerance that counts now, for pages that tell it before anything is weighed.</summary>
    public Task<Tolerance> ToleranceAsync(CancellationToken ct) => db.QuerySingleAsync<Tolerance>(SettingsSql, null, ct);

    public async Task<WeighInOutcome> WeighAsync(NewWeighIn request, OrganisationId site, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => WeighAsync(transaction, request, site, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "weigh_in_ticket_once")
        {
            return new WeighInOutcome.TicketTaken();
        }
    }

    /// <param name="site">Whose site it is: a foreign container is not found.</param>
    public static async Task<WeighInOutcome> WeighAsync(DbTransaction transaction, NewWeighIn request, OrganisationId site, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        if (await transaction.QuerySingleOrDefaultAsync<ConsignmentRow>(LockSql, new { container = request.ContainerId, organisation = site }, ct) is not { } consignment)
        {
            return new WeighInOutcome.NotFound();
        }

        var container = await transaction.QuerySingleAsync<ContainerRow>(
            ContainerSql, new { id = consignment.ConsignmentId, container = request.ContainerId, site = consignment.ToSiteId, scaleNo = request.ScaleNo, ticket = request.TicketNo }, ct);
        if (container.IsWeighed)
        {
            return new WeighInOutcome.Already(container.Number, (container.GrossGrams, container.TareGrams, container.PackagingGrams) == (request.Gross.Grams, request.Tare.Grams, request.Packaging.Grams));
        }

        if (consignment.State is not ("Received" or "Discrepant"))
        {
            return new WeighInOutcome.NotReceived();
        }

        var tolerance = await transaction.QuerySingleAsync<Tolerance>(SettingsSql, null, ct);
        return Refusal(request, container, tolerance) ?? await TakeAsync(transaction, new Scene(request, consignment, container, tolerance, actor), ct);
    }

    private static WeighInOutcome? Refusal(NewWeighIn request, ContainerRow container, Tolerance tolerance)
    {
        var net = Net(request);
        return net <= 0 || request.Tare.Grams < 0 || request.Packaging.Grams < 0 ? new WeighInOutcome.BadWeight()
            : container.IsTicketTaken ? new WeighInOutcome.TicketTaken()
            : container.ExpectedItems > 0 && request.CountedItems is null ? new WeighInOutcome.NeedsCount(container.ExpectedItems)
            : !request.IsConfirmed && !tolerance.IsAllowed(container.SentGrams, net) ? new WeighInOutcome.NeedsConfirmation(Weight.FromGrams(net), net - container.SentGrams, tolerance.AllowedGrams(container.SentGrams))
            : null;
    }

    private static async Task<WeighInOutcome> TakeAsync(DbTransaction transaction, Scene scene, CancellationToken ct)
    {
        var (request, consignment, container, _, actor) = scene;
        var protocol = container.Category == "mixed" ? await transaction.QueryAsync<SplitShare>(ProtocolSql, new { container = container.ContainerId }, ct) : [];
        if (container.Category == "mixed" && protocol.Count == 0)
        {
            return new WeighInOutcome.NeedsSplit();
        }

        var lots = await transaction.QueryAsync<SentLot>(LotsSql, new { id = consignment.ConsignmentId, container = container.ContainerId }, ct);
        var net = Net(request);
        var parts = WeighInSplit.Parts(net, lots, protocol);
        if (await CertifiedCategories.FirstMissingAsync(transaction, consignment.ToSiteId, parts.Where(part => part.Received > 0).Select(part => part.Category), ct) is { } missing)
        {
            return new WeighInOutcome.NotCertified(missing);
        }

        await WeighInPosting.WriteAsync(transaction, new ArrivedContainer(consignment.ConsignmentId, container.ContainerId, consignment.ToSiteId, container.Kind == "Hazard", container.IsVerified), parts, ct);
        await transaction.ExecuteAsync(DoneSql, new
        {
            id = consignment.ConsignmentId, container = container.ContainerId, gross = request.Gross.Grams, tare = request.Tare.Grams, packaging = request.Packaging.Grams, net,
            basis = container.IsVerified ? "Verified" : "Weighed", scaleNo = request.ScaleNo, until = container.VerifiedUntil, person = actor.UserId, ticket = request.TicketNo, counted = request.CountedItems, site = consignment.ToSiteId,
        }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("container.weighed_in", "consignment", consignment.Number).With(new { container = container.Number, net, sent = container.SentGrams }), actor, ct);
        var isDiscrepant = await Discrepancies.DiscrepancyOpening.OfContainerAsync(transaction, new Discrepancies.WeighedContainer(consignment.ConsignmentId, container.ContainerId, container.SentGrams, net, container.ExpectedItems, request.CountedItems), scene.Tolerance, ct);
        await Discrepancies.DiscrepancyOpening.OfRouteAsync(transaction, consignment.ConsignmentId, scene.Tolerance, ct);
        return new WeighInOutcome.Weighed(container.Number, Weight.FromGrams(net), net - container.SentGrams, isDiscrepant, container.IsVerified, await CustodyEnd.SettleAsync(transaction, consignment.ConsignmentId, ct));
    }

    private const string DoneSql = """
        with weighed as (
            update consignment_containers
               set gross_grams = @gross, tare_grams = @tare, packaging_grams = @packaging, net_grams = @net, basis = @basis, scale_no = @scaleNo, scale_verified_until = @until, weighed_by = @person, weighed_at = app.now(),
                   ticket_no = @ticket, counted_items = @counted, site_id = @site
             where consignment_id = @id and container_id = @container and weighed_at is null
            returning container_id
        )
        update containers c set state = 'Emptied' from weighed w where c.container_id = w.container_id
        """;

    private const string MissingSql = "update consignment_containers set is_missing = true, weighed_by = @person, weighed_at = app.now() where consignment_id = @id and container_id = @container";

    /// <summary>A container that the waybill names and the van did not bring: all of it is a difference, and a case.</summary>
    public Task<WeighInOutcome> MissAsync(Guid containerId, OrganisationId site, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync<WeighInOutcome>(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<ConsignmentRow>(LockSql, new { container = containerId, organisation = site }, ct) is not { } consignment)
            {
                return new WeighInOutcome.NotFound();
            }

            var container = await transaction.QuerySingleAsync<ContainerRow>(ContainerSql, new { id = consignment.ConsignmentId, container = containerId, site = consignment.ToSiteId, scaleNo = (string?)null, ticket = (string?)null }, ct);
            if (container.IsWeighed || consignment.State is not ("Received" or "Discrepant"))
            {
                return container.IsWeighed ? new WeighInOutcome.Already(container.Number, false) : new WeighInOutcome.NotReceived();
            }

            var lots = await transaction.QueryAsync<SentLot>(LotsSql, new { id = consignment.ConsignmentId, container = containerId }, ct);
            var parts = lots.Select(lot => new ReceivedPart(lot.ConsignmentLotId, lot.Category, lot.Stream, lot.Channel, lot.Grams, 0, [])).ToList();
            await WeighInPosting.WriteAsync(transaction, new ArrivedContainer(consignment.ConsignmentId, containerId, consignment.ToSiteId, false, false), parts, ct);
            await transaction.ExecuteAsync(MissingSql, new { id = consignment.ConsignmentId, container = containerId, person = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("container.missing", "consignment", consignment.Number).With(new { container = container.Number, sent = container.SentGrams }), actor, ct);
            await Discrepancies.DiscrepancyOpening.OfMissingAsync(transaction, consignment.ConsignmentId, containerId, container.SentGrams, ct);
            return new WeighInOutcome.Weighed(container.Number, Weight.Zero, -container.SentGrams, true, false, await CustodyEnd.SettleAsync(transaction, consignment.ConsignmentId, ct));
        }, ct);

    private static long Net(NewWeighIn request) => request.Gross.Grams - request.Tare.Grams - request.Packaging.Grams;

    private sealed record Scene(NewWeighIn Request, ConsignmentRow Consignment, ContainerRow Container, Tolerance Tolerance, Actor Actor);

    private sealed record ConsignmentRow(Guid ConsignmentId, string Number, string State, Guid ToSiteId, string Payer, Guid? OwnSystemId, Guid? FromPointId);

    private sealed record ContainerRow(
        Guid ContainerId, string Number, string Category, string Kind, long SentGrams, int ExpectedItems, long? GrossGrams, long? TareGrams, long? PackagingGrams, long? NetGrams, string? TicketNo, bool IsWeighed,
        string? ScaleNo, bool IsVerified, DateOnly? VerifiedUntil, bool IsTicketTaken);
}
