using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using Npgsql;

namespace EwasteEpr.Consignments.Custody;

/// <summary>From sealed containers to a consignment with its papers; taken back before it leaves, or after.</summary>
public sealed class ConsignmentService(Db db, HandoverCodes codes)
{
    private const string MadeSql = "select number from consignments where consignment_id = @id and from_organisation_id = @organisation";

    // In id order, as everybody takes them: two consignments over the same containers never wait in a circle.
    private const string ContainersSql = """
        select c.container_id, c.number, c.for_reuse, c.state = 'Sealed' and c.organisation_id = @organisation and c.point_id = @point
               and not exists (select from consignment_containers x where x.container_id = c.container_id and x.released_at is null) as is_free
          from containers c
         where c.container_id = any (@ids)
         order by c.container_id
           for update of c
        """;

    private const string SiteSql = "select organisation_id, kind from sites where site_id = @site and closed_on is null";

    private const string CarrierSql = "select organisation_id from organisations where organisation_id = @carrier and 'carrier' = any (activities)";

    private const string SystemSql = "select organisation_id from organisations where bin = @bin and activities && array['importer', 'producer']";

    private const string CategoriesSql = """
        select distinct l.category
          from stock_lots l join ledger.accounts a on a.account_id = l.account_id
         where l.container_id = any (@ids) and a.balance > 0
         order by l.category
         limit 10
        """;

    public async Task<PrepareOutcome> PrepareAsync(NewConsignment request, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        try
        {
            return await db.InTransactionAsync(transaction => PrepareAsync(transaction, request, place, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName is "consignments_pkey" or "consignment_container_once_on_the_road")
        {
            return await db.QuerySingleOrDefaultAsync<string>(MadeSql, new { id = request.Id, organisation = place.Organisation }, ct) is { } made ? new PrepareOutcome.Prepared(made, null) : new PrepareOutcome.NotSealed(null);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "consignment_containers_waste_code_fkey")
        {
            return new PrepareOutcome.NoSuchWasteCode();
        }
    }

    private async Task<PrepareOutcome> PrepareAsync(DbTransaction transaction, NewConsignment request, Workplace place, Actor actor, CancellationToken ct)
    {
        var ids = request.Containers.Select(container => container.ContainerId).Distinct().ToArray();
        if (ids.Length == 0)
        {
            return new PrepareOutcome.NothingChosen();
        }

        if (await transaction.QuerySingleOrDefaultAsync<string>(MadeSql, new { id = request.Id, organisation = place.Organisation }, ct) is { } made)
        {
            return new PrepareOutcome.Prepared(made, null);
        }

        var containers = await transaction.QueryAsync<ContainerRow>(ContainersSql, new { ids, organisation = place.Organisation, point = place.Point }, ct);
        if (containers.Count < ids.Length || containers.Any(container => !container.IsFree))
        {
            return new PrepareOutcome.NotSealed(containers.FirstOrDefault(container => !container.IsFree)?.Number);
        }

        if (await RefusalAsync(transaction, request, containers, ct) is { } refusal)
        {
            return refusal;
        }

        return await WriteAsync(transaction, request, containers[0].ForReuse, place, actor, ct);
    }

    /// <summary>Where it goes, who carries and who pays: each must be there and allowed now.</summary>
    private static async Task<PrepareOutcome?> RefusalAsync(DbTransaction transaction, NewConsignment request, IReadOnlyList<ContainerRow> containers, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<SiteRow>(SiteSql, new { site = request.Site }, ct) is not { } site)
        {
            return new PrepareOutcome.NoSuchSite();
        }

        if (request.Carrier is { } carrier && await transaction.QuerySingleOrDefaultAsync<Guid?>(CarrierSql, new { carrier }, ct) is null)
        {
            return new PrepareOutcome.NoSuchCarrier();
        }

        if (request.Payer == Payer.OwnSystem && (request.OwnSystem is not { } bin || await transaction.QuerySingleOrDefaultAsync<Guid?>(SystemSql, new { bin }, ct) is null))
        {
            return new PrepareOutcome.NoSuchSystem();
        }

        if (containers.Select(container => container.ForReuse).Distinct().Count() > 1)
        {
            return new PrepareOutcome.ReuseMixed();
        }

        if (containers[0].ForReuse && site.Kind != "Refurbisher")
        {
            return new PrepareOutcome.ReuseToRecycler();
        }

        var categories = await transaction.QueryAsync<string>(CategoriesSql, new { ids = containers.Select(container => container.ContainerId).ToArray() }, ct);
        return await CertifiedCategories.FirstMissingAsync(transaction, request.Site, categories, ct) is { } missing ? new PrepareOutcome.NotCertified(missing) : null;
    }

    private const string InsertSql = """
        insert into consignments (consignment_id, number, from_organisation_id, from_point_id, to_site_id, to_organisation_id, carrier_organisation_id, vehicle, driver, payer, own_system_id, for_reuse, prepared_by)
        select @Id, 'T-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('consignment_numbers')::text, 4, '0'), @organisation, @point, s.site_id, s.organisation_id, @carrier, @vehicle, @driver,
               @payer, (select organisation_id from organisations where bin = @bin), @forReuse, @person
          from sites s
         where s.site_id = @Site
        returning number
        """;

    private const string ContainerSql = """
        insert into consignment_containers (consignment_id, container_id, sent_grams, waste_code, expected_items)
        select @Id, c.container_id, x.grams, coalesce(@code, proposed_waste_code(x.category, x.stream, c.kind = 'Hazard')),
               (select count(*) from stock_lots l join intake_items i on i.lot_id = l.lot_id and i.undone_at is null where l.container_id = c.container_id and i.serial_hash is not null)
          from containers c
         cross join lateral (
               select sum(a.balance)::bigint as grams, (array_agg(l.category order by a.balance desc, l.lot_id))[1] as category, (array_agg(l.stream order by a.balance desc, l.lot_id))[1] as stream
                 from stock_lots l join ledger.accounts a on a.account_id = l.account_id where l.container_id = c.container_id) x
         where c.container_id = @container
        """;

    private async Task<PrepareOutcome> WriteAsync(DbTransaction transaction, NewConsignment request, bool forReuse, Workplace place, Actor actor, CancellationToken ct)
    {
        var number = await transaction.QuerySingleAsync<string>(InsertSql, new
        {
            request.Id, request.Site, organisation = place.Organisation, point = place.Point, carrier = request.Carrier, vehicle = Text(request.Vehicle), driver = Text(request.Driver),
            payer = request.Payer.ToString(), bin = request.Payer == Payer.OwnSystem ? request.OwnSystem : null, forReuse, person = place.Person,
        }, ct);
        foreach (var container in request.Containers.DistinctBy(one => one.ContainerId))
        {
            await transaction.ExecuteAsync(ContainerSql, new { request.Id, container = container.ContainerId, code = Text(container.WasteCode) }, ct);
        }

        await AuditTrail.WriteAsync(transaction, new AuditEntry("consignment.prepared", "consignment", number).With(new { containers = request.Containers.Count, site = request.Site, payer = request.Payer.ToString() }), actor, ct);
        return new PrepareOutcome.Prepared(number, await codes.MakeAsync(transaction, request.Id, HandoverStep.Despatch, place.Organisation, ct));
    }

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private const string CancelSql = """
        with cancelled as (
            update consignments set state = 'Cancelled', ended_at = app.now(), end_reason = @reason
             where number = @number and from_organisation_id = @organisation and state = 'Prepared'
            returning consignment_id, number
        ), freed as (
            update consignment_containers x set released_at = app.now() from cancelled c where x.consignment_id = c.consignment_id
        ), dead as (
            update handover_codes h set replaced_at = app.now() from cancelled c where h.consignment_id = c.consignment_id and h.replaced_at is null
        )
        select audit.write(@actor::jsonb, 'consignment.cancelled', 'consignment', number, jsonb_build_object('reason', @reason::text)) from cancelled
        """;

    /// <summary>Before it leaves: the containers stay sealed where they stand.</summary>
    public async Task<EndOutcome> CancelAsync(string number, OrganisationId sender, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<Guid?>(CancelSql, new { number, organisation = sender, reason, actor = actor.ToJson() }, ct) is not null ? EndOutcome.Done
            : await db.QuerySingleOrDefaultAsync<Guid?>(FindSql, new { number, organisation = sender }, ct) is null ? EndOutcome.NotFound : EndOutcome.WrongState;
    }

    private const string FindSql = "select consignment_id from consignments where number = @number and from_organisation_id = @organisation";

    private const string ReturnSql = """
        update consignments c set state = 'Returned', ended_at = app.now(), end_reason = @reason
         where c.number = @number and c.from_organisation_id = @organisation and c.state in ('Despatched', 'Received')
           and not exists (select from consignment_containers x where x.consignment_id = c.consignment_id and x.weighed_at is not null)
        returning c.consignment_id
        """;

    private const string LockSql = "select consignment_id from consignments where number = @number and from_organisation_id = @organisation for update";

    // in transit -> the lot it came from: the same grams, by the fact that they had left.
    private const string BackSql = """
        with lots as materialized (
            select x.consignment_lot_id, x.sent_grams, x.category, l.account_id from consignment_lots x join stock_lots l on l.lot_id = x.lot_id where x.consignment_id = @id order by l.account_id
        ), locked as materialized (
            select ledger.lock_accounts(array(select account_id from lots))
        ), back as materialized (
            select ledger.post('consignment_returned', 'consignment_lot', t.consignment_lot_id, 1, 'mass:' || t.category, ledger.open_account('mass_in_transit', @id, 'mass:' || t.category), t.account_id, t.sent_grams)
              from lots t cross join locked
        ), freed as (
            update consignment_containers set released_at = app.now() where consignment_id = @id
        ), standing as (
            update containers c set state = 'Sealed' from consignment_containers x where x.consignment_id = @id and c.container_id = x.container_id
        ), dead as (
            update handover_codes set replaced_at = app.now() where consignment_id = @id and replaced_at is null and used_at is null
        )
        select count(*) from back
        """;

    /// <summary>The load came back unopened; the point says so, because it has it. A load of which anything was weighed in is not taken back.</summary>
    public Task<EndOutcome> ReturnAsync(string number, OrganisationId sender, string reason, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(LockSql, new { number, organisation = sender }, ct) is not { } id)
            {
                return EndOutcome.NotFound;
            }

            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(ReturnSql, new { number, organisation = sender, reason }, ct) is null)
            {
                return EndOutcome.WrongState;
            }

            await transaction.QuerySingleAsync<long>(BackSql, new { id }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("consignment.returned", "consignment", number).With(new { reason }), actor, ct);
            return EndOutcome.Done;
        }, ct);

    private sealed record ContainerRow(Guid ContainerId, string Number, bool ForReuse, bool IsFree);

    private sealed record SiteRow(Guid OrganisationId, string Kind);
}
