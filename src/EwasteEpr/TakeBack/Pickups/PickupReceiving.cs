using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.TakeBack.Pickups;

/// <summary>What the point does: counts and weighs the list in, as one fact, and later records that the data are gone.</summary>
public sealed class PickupReceiving(Db db)
{
    private const string LockSql = """
        select h.pickup_id, h.point_id, s.scale_no, coalesce(s.scale_verified_until >= app.today(), false) as is_verified
          from pickups h
          join collection_points p on p.point_id = h.point_id
          left join lateral (select scale_no, scale_verified_until from shifts where person_id = @person and point_id = h.point_id and closed_at is null order by opened_at desc limit 1) s on true
         where h.number = @number and h.state = 'Booked' and p.organisation_id = @organisation
           for update of h
        """;

    private const string AssetsSql = """
        select a.asset_id, k.category, a.data_choice in ('Wipe', 'Destroy') as needs_bag
          from pickup_assets a join unu_keys k on k.unu_key = a.unu_key
         where a.pickup_id = @id order by a.asset_no limit 2000
        """;

    // All of them before the first thing, in one order: two lists that share containers never wait for each other in a circle.
    private const string LockContainersSql = "select from containers where container_id = any (@ids) order by container_id for update";

    private const string DoneSql = "update pickups set state = 'Received', received_by = @person, received_at = app.now() where pickup_id = @id";

    /// <param name="receiver">Whose point it is.</param>
    public async Task<ReceiveOutcome> ReceiveAsync(string number, OrganisationId receiver, IReadOnlyList<WeighedAsset> weighed, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(weighed);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => ReceiveAsync(transaction, number, receiver, weighed, actor, ct), ct);
        }
        catch (RefusedException refused)
        {
            return new ReceiveOutcome.Problem(refused.AssetId, refused.Problem);
        }
    }

    private static async Task<ReceiveOutcome> ReceiveAsync(DbTransaction transaction, string number, OrganisationId receiver, IReadOnlyList<WeighedAsset> weighed, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<PickupRowToReceive>(LockSql, new { number, organisation = receiver, person = actor.UserId }, ct) is not { } pickup)
        {
            return new ReceiveOutcome.NotFound();
        }

        var told = weighed.ToDictionary(asset => asset.AssetId);
        await transaction.ExecuteAsync(LockContainersSql, new { ids = weighed.Select(asset => asset.ContainerId).OfType<Guid>().Distinct().ToArray() }, ct);
        var total = Weight.Zero;
        foreach (var asset in await transaction.QueryAsync<AssetRowToReceive>(AssetsSql, new { id = pickup.PickupId }, ct))
        {
            if (!told.TryGetValue(asset.AssetId, out var given) || given.Units is < 0 or > 10_000 || (given.Units > 0 && (given.Grams is not { Grams: > 0 } || given.ContainerId is null)))
            {
                throw new RefusedException(asset.AssetId, ReceiveProblem.Incomplete);
            }

            total += given.Units == 0 ? await NothingCameAsync(transaction, asset.AssetId, ct) : await WeighInAsync(transaction, pickup, asset, given, ct);
        }

        await transaction.ExecuteAsync(DoneSql, new { id = pickup.PickupId, person = actor.UserId }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("pickup.received", "pickup", number).With(new { grams = total.Grams }), actor, ct);
        return new ReceiveOutcome.Received(total);
    }

    private const string NothingSql = "update pickup_assets set received_units = 0 where asset_id = @asset";

    private static async Task<Weight> NothingCameAsync(DbTransaction transaction, Guid asset, CancellationToken ct)
    {
        await transaction.ExecuteAsync(NothingSql, new { asset }, ct);
        return Weight.Zero;
    }

    // The exclusive lock makes other counters' things in the same container wait: capacity and lots are looked at by one.
    private const string ContainerSql = """
        select c.state, c.category, c.kind, c.capacity_grams,
               coalesce((select sum(a.balance) from stock_lots l join ledger.accounts a on a.account_id = l.account_id where l.container_id = c.container_id), 0)::bigint as held_grams
          from containers c
         where c.container_id = @container and c.point_id = @point
           for update of c
        """;

    private const string LotSql = """
        with made as (
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id)
            select @lotId, @container, @category, 'Organisation', 'Pickup', ledger.open_account('mass_stock_lot', @lotId, 'mass:' || @category)
             where not exists (select from stock_lots where container_id = @container and category = @category and stream = 'Organisation' and channel = 'Pickup')
            returning lot_id, account_id
        )
        select lot_id, account_id from made
        union all
        select lot_id, account_id from stock_lots where container_id = @container and category = @category and stream = 'Organisation' and channel = 'Pickup'
        """;

    // citizens -> lot: the account of last holders, whoever they are. The fact is the asset.
    private const string PostSql = """
        with posted as materialized (
            select ledger.post('pickup_weighed_in', 'pickup_asset', @asset, 1, 'mass:' || @category, ledger.open_account('mass_citizens', null, 'mass:' || @category), @account, @grams) as transfer_id
        ), written as (
            update pickup_assets a
               set received_units = @units, category = @category, grams = @grams, basis = @basis, scale_no = @scaleNo, bag_no = @bag, lot_id = @lot, transfer_id = p.transfer_id
              from posted p
             where a.asset_id = @asset
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'pickup_asset', @asset, 'stock_lot', @lot, @category, @grams, p.transfer_id from posted p
        )
        select transfer_id from posted
        """;

    private static async Task<Weight> WeighInAsync(DbTransaction transaction, PickupRowToReceive pickup, AssetRowToReceive asset, WeighedAsset given, CancellationToken ct)
    {
        var mass = given.Grams!.Value;
        var container = await transaction.QuerySingleOrDefaultAsync<ContainerRow>(ContainerSql, new { container = given.ContainerId, point = pickup.PointId }, ct);
        var bag = string.IsNullOrWhiteSpace(given.BagNo) ? null : given.BagNo.Trim().ToUpperInvariant();
        if (Problem(asset, mass, container, bag) is { } problem)
        {
            throw new RefusedException(asset.AssetId, problem);
        }

        var lot = await transaction.QuerySingleAsync<LotRow>(LotSql, new { lotId = Guid.CreateVersion7(), container = given.ContainerId, category = asset.Category }, ct);
        try
        {
            await transaction.QuerySingleAsync<Guid>(
                PostSql,
                new
                {
                    asset = asset.AssetId, category = asset.Category, account = lot.AccountId, lot = lot.LotId, grams = mass.Grams, units = given.Units,
                    basis = pickup.ScaleNo is not null && pickup.IsVerified ? "Verified" : "Weighed", scaleNo = pickup.ScaleNo, bag = asset.NeedsBag ? bag : null,
                },
                ct);
        }
        catch (PostgresException taken) when (taken.ConstraintName == "pickup_bag_once")
        {
            throw new RefusedException(asset.AssetId, ReceiveProblem.BagTaken);
        }

        return mass;
    }

    private static ReceiveProblem? Problem(AssetRowToReceive asset, Weight mass, ContainerRow? container, string? bag) =>
        container is not { State: "Open" } || container.Kind == "Hazard" ? ReceiveProblem.ContainerNotOpen
        : container.Category != "mixed" && container.Category != asset.Category ? ReceiveProblem.ContainerOtherCategory
        : container.CapacityGrams is { } capacity && container.HeldGrams + mass.Grams > capacity ? ReceiveProblem.ContainerFull
        : asset.NeedsBag && bag is null ? ReceiveProblem.BagMissing
        : null;

    private const string DataSql = """
        update pickup_assets a set data_method = @method, data_done_by = @person, data_done_at = app.now()
          from pickups h join collection_points p on p.point_id = h.point_id
         where a.pickup_id = h.pickup_id and h.number = @number and h.state = 'Received' and p.organisation_id = @organisation
           and a.asset_no = @assetNo and a.data_choice in ('Wipe', 'Destroy') and a.grams is not null and a.data_done_at is null
        returning a.asset_id
        """;

    /// <returns>False where nothing is to be wiped, or it was done.</returns>
    public Task<bool> RecordDataAsync(string number, OrganisationId receiver, int assetNo, string method, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(DataSql, new { number, organisation = receiver, assetNo, method, person = actor.UserId }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("pickup.data_ended", "pickup", number).With(new { assetNo, method }), actor, ct);
            return true;
        }, ct);
    }

    private sealed record PickupRowToReceive(Guid PickupId, PointId PointId, string? ScaleNo, bool IsVerified);

    private sealed record AssetRowToReceive(Guid AssetId, string Category, bool NeedsBag);

    private sealed record ContainerRow(string State, string Category, string Kind, long? CapacityGrams, long HeldGrams);

    private sealed record LotRow(Guid LotId, Guid AccountId);

    /// <summary>Ends the transaction: a list is received whole or not at all.</summary>
    private sealed class RefusedException(Guid assetId, ReceiveProblem problem) : Exception("The list cannot be received as it was told.")
    {
        public Guid AssetId => assetId;

        public ReceiveProblem Problem => problem;
    }
}
