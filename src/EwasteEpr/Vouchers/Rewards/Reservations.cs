using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Rewards;

/// <summary>Sets the top of an estimate aside for a drop-off that is on its way: two hours, or three days after a phone code.</summary>
/// <remarks>
/// The campaign's accounts are locked first and looked at afterwards, in a statement with a younger snapshot: so the 30 % rule and the budget
/// hold under any number of reservations at once, and a refusal never breaks the caller's transaction.
/// </remarks>
public sealed class Reservations(Db db)
{
    private const string LockGiverSql = "select pg_advisory_xact_lock(h) from (select distinct hashtextextended(encode(x, 'hex'), 7) as h from unnest(@hashes) x order by 1) locks";

    private const string OpenCountSql = """
        select greatest(
                 (select count(*) from reservations where state in ('Soft', 'Confirmed') and device_hash = @deviceHash and drop_off_id <> @dropOffId),
                 (select count(*) from reservations where state in ('Soft', 'Confirmed') and phone_hash = @phoneHash and drop_off_id <> @dropOffId))
        """;

    private const string LockSql = """
        select ledger.lock_accounts(array(
            select unnest(array[c.budget_account_id, c.reserved_account_id]) from campaigns c
             where c.state = 'Open' and c.valid @> @day and (c.regions = '{}' or c.regions @> array[@region])))
        """;

    // Reserve, post and remember in one statement; the accounts are locked and were looked at.
    private const string ReserveSql = """
        with made as (
            insert into reservations (campaign_id, drop_off_id, point_id, low_tiyn, amount_tiyn, device_hash, phone_hash, state, expires_at)
            values (@campaignId, @dropOffId, @pointId, @low, @high, @deviceHash, @phoneHash,
                    case when @phoneHash::bytea is null then 'Soft' else 'Confirmed' end,
                    app.now() + case when @phoneHash::bytea is null then interval '2 hours' else interval '72 hours' end)
            returning reservation_id, expires_at
        )
        select m.reservation_id, m.expires_at,
               ledger.post('reward_reserved', 'reservation', m.reservation_id, 1, 'KZT', @budget, @reserved, @high),
               audit.write(@actor::jsonb, 'reward.reserved', 'reservation', m.reservation_id::text, jsonb_build_object('campaign', @campaignNo, 'tiyn', @high))
          from made m
        """;

    private const string FoundSql = """
        select r.reservation_id, c.campaign_no, r.low_tiyn, r.amount_tiyn, r.expires_at, r.state
          from reservations r join campaigns c on c.campaign_id = r.campaign_id
         where r.drop_off_id = @dropOffId
        """;

    /// <summary>In the transaction that writes the drop-off. The same drop-off twice is told its first reservation.</summary>
    public static async Task<ReserveOutcome> ReserveAsync(DbTransaction transaction, ReserveReward request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        await LockGiverAsync(transaction, request, ct);
        if (await transaction.QuerySingleOrDefaultAsync<FoundRow>(FoundSql, new { request.DropOffId }, ct) is { } found)
        {
            return found.State is "Soft" or "Confirmed" ? found.Outcome : new ReserveOutcome.None(NoReward.ReservationEnded);
        }

        if (await transaction.QuerySingleAsync<long>(OpenCountSql, request, ct) >= 2)
        {
            return new ReserveOutcome.None(NoReward.TooManyOpen);
        }

        var where = new { region = request.Region, day = request.Day };
        await transaction.ExecuteAsync(LockSql, where, ct);
        var campaigns = await transaction.QueryAsync<OpenCampaign>(RewardQuotes.OpenCampaignsSql, where, ct);
        var rules = await transaction.QueryAsync<RuleRow>(RewardQuotes.RulesSql, new { campaigns = campaigns.Select(campaign => campaign.CampaignId).ToArray() }, ct);
        var choice = RewardQuotes.Choose(campaigns, rules, request.Items);
        return choice is { Campaign: { } campaign, Range: { } range }
            ? await WriteAsync(transaction, request, campaign, range, actor, ct)
            : new ReserveOutcome.None(choice.Reason);
    }

    private static Task<int> LockGiverAsync(DbTransaction transaction, ReserveReward request, CancellationToken ct) =>
        transaction.ExecuteAsync(LockGiverSql, new { hashes = request.PhoneHash is null ? new[] { request.DeviceHash } : [request.DeviceHash, request.PhoneHash] }, ct);

    private static async Task<ReserveOutcome> WriteAsync(DbTransaction transaction, ReserveReward request, OpenCampaign campaign, RewardRange range, Actor actor, CancellationToken ct)
    {
        var row = await transaction.QuerySingleAsync<MadeRow>(
            ReserveSql,
            new
            {
                campaign.CampaignId, campaign.CampaignNo, request.DropOffId, request.PointId, low = range.Low.Tiyn, high = range.High.Tiyn,
                request.DeviceHash, request.PhoneHash, budget = campaign.BudgetAccountId, reserved = campaign.ReservedAccountId, actor = actor.ToJson(),
            },
            ct);
        return new ReserveOutcome.Reserved(row.ReservationId, campaign.CampaignNo, range.Low, range.High, row.ExpiresAt);
    }

    private const string ConfirmSql = """
        update reservations set state = 'Confirmed', phone_hash = @phoneHash, expires_at = app.now() + interval '72 hours'
         where drop_off_id = @dropOffId and state = 'Soft' and expires_at > app.now()
        returning expires_at
        """;

    /// <summary>After the phone code was typed: the promise holds for 72 hours. Null when it has ended, or the phone has two open already.</summary>
    public static async Task<DateTimeOffset?> ConfirmPhoneAsync(DbTransaction transaction, Guid dropOffId, byte[] phoneHash, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        await transaction.ExecuteAsync(LockGiverSql, new { hashes = new[] { phoneHash } }, ct);
        return await transaction.QuerySingleAsync<long>(OpenCountSql, new { deviceHash = Array.Empty<byte>(), phoneHash, dropOffId }, ct) >= 2
            ? null
            : await transaction.QuerySingleOrDefaultAsync<DateTimeOffset?>(ConfirmSql, new { dropOffId, phoneHash }, ct);
    }

    private const string ReleaseSql = """
        with ended as (
            update reservations r set state = @state, ended_at = app.now()
              from campaigns c
             where r.reservation_id = any (@ids) and c.campaign_id = r.campaign_id and r.state in ('Soft', 'Confirmed')
               and (@state = 'Released' or r.expires_at <= app.now())
            returning r.reservation_id, r.amount_tiyn, c.reserved_account_id, c.budget_account_id
        )
        select e.reservation_id,
               ledger.post('reward_released', 'reservation', e.reservation_id, 1, 'KZT', e.reserved_account_id, e.budget_account_id, e.amount_tiyn),
               audit.write(@actor::jsonb, case @state when 'Released' then 'reward.released' else 'reward.lapsed' end, 'reservation', e.reservation_id::text)
          from ended e
         order by e.reservation_id
        """;

    private const string LockOfSql = """
        select ledger.lock_accounts(array(
            select unnest(array[c.budget_account_id, c.reserved_account_id]) from campaigns c
             where c.campaign_id in (select r.campaign_id from reservations r where r.reservation_id = any (@ids))))
        """;

    private const string OfDropOffSql = "select reservation_id from reservations where drop_off_id = @dropOffId and state in ('Soft', 'Confirmed') for update";

    /// <summary>The giver changed their mind, or the counter refused everything. False when there was nothing left to give back.</summary>
    public static async Task<bool> ReleaseAsync(DbTransaction transaction, Guid dropOffId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(actor);
        var ids = await transaction.QueryAsync<Guid>(OfDropOffSql, new { dropOffId }, ct);
        return ids.Count > 0 && await EndAsync(transaction, ids, "Released", actor, ct) > 0;
    }

    private static async Task<int> EndAsync(DbTransaction transaction, IReadOnlyList<Guid> ids, string state, Actor actor, CancellationToken ct)
    {
        await transaction.ExecuteAsync(LockOfSql, new { ids = ids.ToArray() }, ct);
        return (await transaction.QueryAsync<Guid>(ReleaseSql, new { ids = ids.ToArray(), state, actor = actor.ToJson() }, ct)).Count;
    }

    private const string LapsedSql = """
        select reservation_id from reservations
         where state in ('Soft', 'Confirmed') and expires_at <= app.now()
         order by expires_at, reservation_id
         limit 200
         for update skip locked
        """;

    /// <summary>The sweep: promises that ran out go back to their budgets.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var all = 0;
        while (await db.InTransactionAsync(async transaction => await transaction.QueryAsync<Guid>(LapsedSql, null, ct) is { Count: > 0 } ids ? await EndAsync(transaction, ids, "Expired", Actor.System("reservations"), ct) : 0, ct) is var done and > 0)
        {
            all += done;
        }

        return all;
    }

    private sealed record MadeRow(Guid ReservationId, DateTimeOffset ExpiresAt, Guid Post, Guid Write);

    private sealed record FoundRow(Guid ReservationId, long CampaignNo, long LowTiyn, long AmountTiyn, DateTimeOffset ExpiresAt, string State)
    {
        public ReserveOutcome Outcome => new ReserveOutcome.Reserved(ReservationId, CampaignNo, Money.FromTiyn(LowTiyn), Money.FromTiyn(AmountTiyn), ExpiresAt);
    }
}

/// <param name="DropOffId">One reservation for each, ever.</param>
/// <param name="Region">KATO code of the point's region.</param>
/// <param name="Day">The day of the visit.</param>
/// <param name="DeviceHash"><see cref="VoucherSecrets.Device"/> of the browser's cookie.</param>
/// <param name="PhoneHash"><see cref="VoucherSecrets.Phone"/>, only after the phone code was typed: then it holds 72 hours at once.</param>
public sealed record ReserveReward(Guid DropOffId, Guid? PointId, string Region, DateOnly Day, IReadOnlyList<RewardItem> Items, byte[] DeviceHash, byte[]? PhoneHash);

public abstract record ReserveOutcome
{
    private ReserveOutcome()
    {
    }

    public sealed record Reserved(Guid ReservationId, long CampaignNo, Money Low, Money High, DateTimeOffset ExpiresAt) : ReserveOutcome;

    /// <summary>The drop-off may be made all the same; it earns nothing, and the giver is told why.</summary>
    public sealed record None(NoReward Reason) : ReserveOutcome;
}
