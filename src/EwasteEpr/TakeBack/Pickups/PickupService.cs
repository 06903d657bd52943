using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.TakeBack.Pickups;

/// <summary>What the organisation does: makes its list, says what each line is, books a day, or calls it off.</summary>
public sealed class PickupService(Db db, PointService points)
{
    /// <summary>Of one list; a larger stock is several lists.</summary>
    public const int MostAssets = 2_000;

    /// <summary>How many lists one point manages in a day.</summary>
    public const int MostPerDay = 6;

    public const int FirstDayAhead = 2;
    public const int LastDayAhead = 60;

    private const string CreateSql = """
        insert into pickups (number, organisation_id, created_by)
        values (format('H-%s-%s', extract(year from app.today()), lpad(nextval('pickup_numbers')::text, 4, '0')), @organisation, @person)
        returning number
        """;

    public Task<string> CreateAsync(OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var number = await transaction.QuerySingleAsync<string>(CreateSql, new { organisation, person = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("pickup.begun", "pickup", number), actor, ct);
            return number;
        }, ct);
    }

    // The list is locked, so that two people who add at once number their lines one after the other.
    private const string LockSql = "select pickup_id, state from pickups where number = @number and organisation_id = @organisation for update";

    private const string AddSql = """
        insert into pickup_assets (pickup_id, asset_no, description, unu_key, inventory_no, serial, units, data_choice)
        select @id, x.last + a.place, a.description, k.unu_key, nullif(a.inventory_no, ''), nullif(a.serial, ''), a.units, a.data_choice
          from unnest(@descriptions, @keys, @inventoryNos, @serials, @units, @data) with ordinality as a(description, unu_key, inventory_no, serial, units, data_choice, place)
         cross join (select coalesce(max(asset_no), 0) as last, count(*) as there from pickup_assets where pickup_id = @id) x
          left join unu_keys k on k.unu_key = a.unu_key
         where x.there + cardinality(@descriptions) <= @MostAssets
        """;

    /// <returns>False for a list that is not there, not a draft, or would become too long.</returns>
    public Task<bool> AddAsync(string number, OrganisationId organisation, IReadOnlyList<NewAsset> assets, Actor actor, CancellationToken ct) => InDraftAsync(
        number, organisation,
        async (transaction, id) => await transaction.ExecuteAsync(
            AddSql,
            new
            {
                id, MostAssets,
                descriptions = assets.Select(asset => asset.Description).ToArray(), keys = assets.Select(asset => asset.UnuKey ?? "").ToArray(),
                inventoryNos = assets.Select(asset => asset.InventoryNo ?? "").ToArray(), serials = assets.Select(asset => asset.Serial ?? "").ToArray(),
                units = assets.Select(asset => asset.Units).ToArray(), data = assets.Select(asset => asset.Data.ToString()).ToArray(),
            },
            ct) == assets.Count,
        new AuditEntry("pickup.assets_added", "pickup", number).With(new { lines = assets.Count }), actor, ct);

    private const string ChangeSql = """
        update pickup_assets set unu_key = @unuKey, data_choice = @data
         where pickup_id = @id and asset_no = @assetNo and exists (select from unu_keys where unu_key = @unuKey)
        """;

    /// <summary>What a line is, and what becomes of its data.</summary>
    public Task<bool> ChangeAsync(string number, OrganisationId organisation, int assetNo, string unuKey, DataWish data, Actor actor, CancellationToken ct) => InDraftAsync(
        number, organisation,
        async (transaction, id) => await transaction.ExecuteAsync(ChangeSql, new { id, assetNo, unuKey, data = data.ToString() }, ct) == 1,
        new AuditEntry("pickup.asset_changed", "pickup", number).With(new { assetNo, unuKey, data = data.ToString() }), actor, ct);

    private const string RemoveSql = "delete from pickup_assets where pickup_id = @id and asset_no = @assetNo";

    public Task<bool> RemoveAsync(string number, OrganisationId organisation, int assetNo, Actor actor, CancellationToken ct) => InDraftAsync(
        number, organisation, async (transaction, id) => await transaction.ExecuteAsync(RemoveSql, new { id, assetNo }, ct) == 1,
        new AuditEntry("pickup.asset_removed", "pickup", number).With(new { assetNo }), actor, ct);

    private const string KeysSql = """
        select a.unu_key, k.category from pickup_assets a left join unu_keys k on k.unu_key = a.unu_key
         where a.pickup_id = @id group by a.unu_key, k.category order by a.unu_key limit 100
        """;

    private const string LockPointSql = "select pg_advisory_xact_lock(hashtextextended(@point::text, 22))";

    private const string BookedSql = "select count(*) from pickups where point_id = @point and day = @day and state = 'Booked'";

    private const string TodaySql = "select app.today()";

    private const string BookSql = """
        update pickups
           set state = 'Booked', point_id = @point, way = @way, day = @Day, part = @part, address = @Address, contact_name = @ContactName, contact_phone = @ContactPhone,
               owner_declared_at = app.now(), booked_by = @person, booked_at = app.now()
         where pickup_id = @id and state = 'Draft'
        """;

    /// <summary>Books the day; whoever calls has the declaration "the assets are ours and we give them up".</summary>
    public async Task<BookOutcome> BookAsync(string number, OrganisationId organisation, PickupBooking booking, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(booking);
        ArgumentNullException.ThrowIfNull(actor);
        if (await points.FindAsync(booking.PointSlug, ct) is not { TakesOrganisations: true, State: PointState.Open } point)
        {
            return BookOutcome.PointDoesNotTake;
        }

        var hours = await points.HoursAsync(point.PointId, ct);
        return await db.InTransactionAsync(async transaction =>
        {
            var list = await transaction.QuerySingleOrDefaultAsync<ListRow>(LockSql, new { number, organisation }, ct);
            var refusal = list is null ? BookOutcome.NotFound : list.State != nameof(PickupState.Draft) ? BookOutcome.NotDraft
                : await RefusalAsync(transaction, list.PickupId, booking, point, hours, ct);
            if (refusal is { } refused)
            {
                return refused;
            }

            await transaction.ExecuteAsync(
                BookSql,
                new
                {
                    id = list!.PickupId, point = point.PointId, way = booking.Way.ToString(), booking.Day, part = booking.Part.ToString(), booking.Address, booking.ContactName, booking.ContactPhone, person = actor.UserId,
                },
                ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("pickup.booked", "pickup", number).With(new { point = point.Slug, booking.Day, way = booking.Way.ToString() }), actor, ct);
            return BookOutcome.Booked;
        }, ct);
    }

    private const string CancelSql = """
        update pickups set state = 'Cancelled', cancelled_by = @person, cancelled_at = app.now()
         where number = @number and organisation_id = @organisation and state in ('Draft', 'Booked')
        returning pickup_id
        """;

    /// <returns>False where nothing is left to call off.</returns>
    public Task<bool> CancelAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(CancelSql, new { number, organisation, person = actor.UserId }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("pickup.cancelled", "pickup", number), actor, ct);
            return true;
        }, ct);
    }

    private static async Task<BookOutcome?> RefusalAsync(DbTransaction transaction, Guid id, PickupBooking booking, CollectionPoint point, OpeningHours hours, CancellationToken ct)
    {
        var keys = await transaction.QueryAsync<KeyRow>(KeysSql, new { id }, ct);
        if (keys.Count == 0)
        {
            return BookOutcome.NoAssets;
        }

        if (keys.Any(key => key.UnuKey is null))
        {
            return BookOutcome.KindsMissing;
        }

        if (keys.Any(key => !point.Accepts(key.UnuKey!, key.Category!)))
        {
            return BookOutcome.PointDoesNotTake;
        }

        var today = await transaction.QuerySingleAsync<DateOnly>(TodaySql, null, ct);
        if (booking.Day < today.AddDays(FirstDayAhead) || booking.Day > today.AddDays(LastDayAhead))
        {
            return BookOutcome.DayOutOfReach;
        }

        if (hours.On(booking.Day).Count == 0)
        {
            return BookOutcome.DayClosed;
        }

        // Bookings of one point come one after the other, so the last place of a day is given once.
        await transaction.ExecuteAsync(LockPointSql, new { point = point.PointId.ToString() }, ct);
        return await transaction.QuerySingleAsync<long>(BookedSql, new { point = point.PointId, day = booking.Day }, ct) >= MostPerDay ? BookOutcome.DayFull : null;
    }

    private Task<bool> InDraftAsync(string number, OrganisationId organisation, Func<DbTransaction, Guid, Task<bool>> work, AuditEntry entry, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<ListRow>(LockSql, new { number, organisation }, ct) is not { State: nameof(PickupState.Draft) } list || !await work(transaction, list.PickupId))
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return true;
        }, ct);

    private sealed record ListRow(Guid PickupId, string State);

    private sealed record KeyRow(string? UnuKey, string? Category);
}
