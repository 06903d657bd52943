using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.TakeBack.Intake;
using Npgsql;

namespace EwasteEpr.TakeBack.Containers;

/// <summary>A container is opened, filled by acceptances, weighed and sealed. From then on nothing goes in or out but by its seal.</summary>
public sealed class ContainerService(Db db)
{
    private const string OpenSql = """
        insert into containers (container_id, number, organisation_id, point_id, kind, category, for_reuse, tare_grams, capacity_grams, opened_by)
        select @id, 'C-' || lpad(nextval('container_numbers')::text, 4, '0'), p.organisation_id, p.point_id, @kind, @Category, @ForReuse, @tare, @capacity, @person
          from collection_points p
         where p.point_id = @point and p.organisation_id = @organisation
        on conflict (container_id) do nothing
        returning number
        """;

    public Task<string?> OpenAsync(NewContainer request, Workplace place, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => OpenAsync(transaction, Guid.CreateVersion7(), request, place, actor, ct), ct);

    /// <returns>The number; null for another organisation's point, or an id that is there.</returns>
    internal static async Task<string?> OpenAsync(DbTransaction transaction, Guid id, NewContainer request, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        var number = await transaction.QuerySingleOrDefaultAsync<string>(OpenSql, new
        {
            id, kind = request.Kind.ToString(), request.Category, request.ForReuse, tare = request.Tare.Grams, capacity = request.Capacity?.Grams,
            person = place.Person, point = place.Point, organisation = place.Organisation,
        }, ct);
        if (number is not null)
        {
            await AuditTrail.WriteAsync(transaction, new AuditEntry("container.opened", "container", number).With(new { request.Category, kind = request.Kind.ToString() }), actor, ct);
        }

        return number;
    }

    private const string ListSql = """
        select c.container_id, c.number, c.kind, c.category, c.for_reuse, c.state, c.tare_grams, c.capacity_grams, c.gross_grams, c.net_grams, c.net_basis, c.seal_no, c.opened_at, c.sealed_at,
               coalesce(x.grams, 0)::bigint as held_grams, coalesce(x.items, 0) as items, coalesce(x.estimated, 0)::bigint as estimated_grams
          from containers c
          left join lateral (
               select sum(i.grams) as grams, count(*) as items, sum(i.grams) filter (where i.basis = 'Estimated') as estimated
                 from stock_lots l join intake_items i on i.lot_id = l.lot_id and i.undone_at is null
                where l.container_id = c.container_id) x on true
         where c.point_id = @point and c.organisation_id = @organisation
        """;

    private const string OfPointSql = ListSql + " order by c.state <> 'Open', coalesce(c.sealed_at, c.opened_at) desc, c.container_id desc limit 100";

    public Task<IReadOnlyList<ContainerRow>> ListAsync(OrganisationId organisation, PointId point, CancellationToken ct) =>
        db.QueryAsync<ContainerRow>(OfPointSql, new { organisation, point }, ct);

    private const string OneSql = ListSql + " and c.container_id = @id";

    public Task<ContainerRow?> FindAsync(Guid id, OrganisationId organisation, PointId point, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<ContainerRow>(OneSql, new { id, organisation, point }, ct);

    private const string ClaimSql = """
        select c.tare_grams, c.number, coalesce(@scaleUntil::date >= app.today(), false) as is_verified
          from containers c
         where c.container_id = @id and c.point_id = @point and c.organisation_id = @organisation and c.state = 'Open'
           for update
        """;

    private const string LotsSql = """
        select l.lot_id, l.account_id, l.category, a.balance as grams,
               coalesce((select sum(i.grams) from intake_items i where i.lot_id = l.lot_id and i.undone_at is null and i.basis = 'Estimated'), 0)::bigint as estimated_grams
          from stock_lots l
          join ledger.accounts a on a.account_id = l.account_id
         where l.container_id = @id
         order by l.lot_id
         limit 100
        """;

    private const string SealSql = """
        update containers set state = 'Sealed', gross_grams = @gross, net_grams = @net, net_basis = @basis, scale_no = @scaleNo, seal_no = @seal, sealed_at = app.now(), sealed_by = @person
         where container_id = @id
        """;

    public async Task<SealOutcome> SealAsync(SealContainer request, Workplace place, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => SealAsync(transaction, request, place, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "container_seal_once")
        {
            return new SealOutcome.SealTaken();
        }
    }

    internal static async Task<SealOutcome> SealAsync(DbTransaction transaction, SealContainer request, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        var id = request.ContainerId;
        if (await transaction.QuerySingleOrDefaultAsync<ClaimRow>(ClaimSql, new { id, point = place.Point, organisation = place.Organisation, scaleUntil = place.ScaleVerifiedUntil }, ct) is not { } container)
        {
            return new SealOutcome.NotOpen();
        }

        var lots = await transaction.QueryAsync<LotRow>(LotsSql, new { id }, ct);
        var net = request.Gross.Grams - container.TareGrams;
        if (lots.Sum(lot => lot.Grams) == 0)
        {
            return new SealOutcome.Empty();
        }

        if (net <= 0)
        {
            return new SealOutcome.BadWeight();
        }

        var basis = place.ScaleNo is not null && container.IsVerified ? MassBasis.Verified : MassBasis.Weighed;
        await AdjustAsync(transaction, id, lots, net, ct);
        await transaction.ExecuteAsync(SealSql, new { id, gross = request.Gross.Grams, net, basis = basis.ToString(), scaleNo = place.ScaleNo, seal = request.SealNo.Trim().ToUpperInvariant(), person = place.Person }, ct);
        var gap = net - lots.Sum(lot => lot.Grams);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("container.sealed", "container", container.Number).With(new { net, gap, seal = request.SealNo.Trim() }), actor, ct);
        return new SealOutcome.Sealed(container.Number, Weight.FromGrams(net), gap);
    }

    private const string AdjustSql = """
        with citizens as (
            select ledger.open_account('mass_citizens', null, 'mass:' || @Category) as account_id
        ), posted as materialized (
            select ledger.post(case when @delta > 0 then 'estimate_replaced_up' else 'estimate_replaced_down' end, 'lot_adjustment', @adjustment, 1, 'mass:' || @Category,
                     case when @delta > 0 then c.account_id else @AccountId end, case when @delta > 0 then @AccountId else c.account_id end, abs(@delta)) as transfer_id
              from citizens c
        ), kept as (
            insert into lot_adjustments (lot_adjustment_id, container_id, lot_id, delta_grams, transfer_id) select @adjustment, @id, @LotId, @delta, p.transfer_id from posted p
        )
        select transfer_id from posted
        """;

    /// <summary>Estimated grams become what the scale says, shared out by what was estimated; weighed things keep their own weight.</summary>
    private static async Task AdjustAsync(DbTransaction transaction, Guid id, IReadOnlyList<LotRow> lots, long net, CancellationToken ct)
    {
        var deltas = EstimateReplacement.Deltas(net, [.. lots.Select(lot => lot.Grams)], [.. lots.Select(lot => lot.EstimatedGrams)]);
        foreach (var (lot, delta) in lots.Zip(deltas).Where(pair => pair.Second != 0))
        {
            await transaction.QuerySingleAsync<Guid>(AdjustSql, new { lot.LotId, lot.AccountId, lot.Category, delta, id, adjustment = Guid.CreateVersion7() }, ct);
        }
    }

    private sealed record ClaimRow(long TareGrams, string Number, bool IsVerified);

    private sealed record LotRow(Guid LotId, Guid AccountId, string Category, long Grams, long EstimatedGrams);
}

/// <summary>What a weighing does to lots that hold estimates.</summary>
public static class EstimateReplacement
{
    /// <param name="net">What the scale says of the whole container.</param>
    /// <param name="grams">What each lot holds.</param>
    /// <param name="estimated">How much of it is estimated.</param>
    /// <returns>What to add to each lot. Without estimates, or where weighed things alone outweigh the scale, nothing: the gap stays visible for the weigh-in.</returns>
    public static long[] Deltas(long net, IReadOnlyList<long> grams, IReadOnlyList<long> estimated)
    {
        ArgumentNullException.ThrowIfNull(grams);
        ArgumentNullException.ThrowIfNull(estimated);
        var guessed = estimated.Sum();
        var known = net - (grams.Sum() - guessed);
        return guessed == 0 || known <= 0
            ? new long[grams.Count]
            : [.. LargestRemainder.Split(known, estimated).Zip(estimated, (now, before) => now - before)];
    }
}
