using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>A person announces what they bring, where, and what becomes of their data; the reward is kept meanwhile.</summary>
public sealed class DropOffService(Db db, Secrets secrets, VoucherSecrets givers)
{
    public const int MostItems = 20;
    internal const string CodePurpose = "drop-off-code";
    internal const string PassportPurpose = "drop-off-passport";

    private const string PointSql = """
        select p.region_kato, app.point_state_at(p, app.now()) as state, p.gives_rewards, app.today() as today,
               array(select k.unu_key from unu_keys k where k.unu_key = any (@keys)) as known,
               array(select k.unu_key from unu_keys k where k.unu_key = any (@keys) and not app.point_accepts(p, k.unu_key, k.category)) as refused
          from collection_points p
         where p.point_id = @point and p.valid_from <= app.today() and (p.valid_until is null or p.valid_until > app.today())
        """;

    private const string InsertSql = """
        insert into drop_offs (drop_off_id, origin, stream, channel, code_hash, code_sealed, passport_hash, passport_sealed, owner_hash, point_id, language, owner_declared_at)
        values (@id, @origin, 'Household', @channel, @codeHash, @codeSealed, @passportHash, @passportSealed, @ownerHash, @Point, @Language, app.now())
        """;

    private const string ItemSql = """
        insert into drop_off_items (item_id, drop_off_id, item_no, unu_key, condition, data_choice, for_reuse)
        values (@itemId, @id, @itemNo, @UnuKey, @condition, @dataChoice, @ForReuse)
        """;

    public Task<AnnounceOutcome> AnnounceAsync(NewDropOff request, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => AnnounceAsync(transaction, request, Guid.CreateVersion7(), actor, ct), ct);

    /// <param name="id">Chosen by the caller, who may ask twice: the second time the primary key refuses.</param>
    public Task<AnnounceOutcome> AnnounceAsync(NewDropOff request, Guid id, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => AnnounceAsync(transaction, request, id, actor, ct), ct);

    /// <param name="id">Chosen by the caller: a device without network names its walk-ins itself.</param>
    public async Task<AnnounceOutcome> AnnounceAsync(DbTransaction transaction, NewDropOff request, Guid id, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        var point = await transaction.QuerySingleOrDefaultAsync<PointRow>(PointSql, new { request.Point, keys = request.Items.Select(item => item.UnuKey).Distinct(StringComparer.Ordinal).ToArray() }, ct);
        if (Refusal(request, point) is { } refused)
        {
            return refused;
        }

        var (code, passport) = (DropOffCode.New(), PassportToken.New());
        await transaction.ExecuteAsync(InsertSql, new
        {
            id,
            origin = request.Origin.ToString(),
            channel = IsWalkIn(request) ? "WalkIn" : "DropOff",
            codeHash = secrets.Hash(CodePurpose, code),
            codeSealed = secrets.Seal(CodePurpose, code),
            passportHash = secrets.Hash(PassportPurpose, passport),
            passportSealed = secrets.Seal(PassportPurpose, passport),
            ownerHash = request.Owner is null ? null : givers.Device(request.Owner),
            request.Point,
            request.Language,
        }, ct);
        foreach (var (item, index) in request.Items.Select((item, index) => (item, index)))
        {
            var parameters = new { itemId = Guid.CreateVersion7(), id, itemNo = (short)(index + 1), item.UnuKey, condition = item.Condition.ToString(), dataChoice = item.DataChoice.ToString(), item.ForReuse };
            await transaction.ExecuteAsync(ItemSql, parameters, ct);
        }

        await AuditTrail.WriteAsync(transaction, new AuditEntry("drop_off.announced", "drop_off", id.ToString("D")).With(new { origin = request.Origin.ToString(), items = request.Items.Count, point = request.Point.Value }), actor, ct);
        var reward = request.Owner is null || IsWalkIn(request) ? null : await ReserveAsync(transaction, request, id, point!, actor, ct);
        return new AnnounceOutcome.Announced(id, code, passport, reward);
    }

    private static bool IsWalkIn(NewDropOff request) => request.Origin is DropOffOrigin.Counter or DropOffOrigin.Offline;

    /// <summary>At the counter whoever stands there decides whether the place is shut; on the way there it is told before.</summary>
    private static AnnounceOutcome? Refusal(NewDropOff request, PointRow? point) =>
        !request.IsOwner ? new AnnounceOutcome.NotOwner()
        : request.Items.Count is 0 or > MostItems ? new AnnounceOutcome.BadItems()
        : point is null ? new AnnounceOutcome.NoSuchPoint()
        : request.Items.Any(item => !point.Known.Contains(item.UnuKey, StringComparer.Ordinal)) ? new AnnounceOutcome.BadItems()
        : point.State != nameof(PointState.Open) && !IsWalkIn(request) ? new AnnounceOutcome.PointShut(Enum.Parse<PointState>(point.State))
        : point.Refused.Length > 0 && !IsWalkIn(request) ? new AnnounceOutcome.NotTakenThere(point.Refused[0])
        : null;

    private const string RewardItemsSql = """
        select i.unu_key, k.category, i.condition from drop_off_items i join unu_keys k on k.unu_key = i.unu_key where i.drop_off_id = @id order by i.item_no limit 20
        """;

    private async Task<ReserveOutcome?> ReserveAsync(DbTransaction transaction, NewDropOff request, Guid id, PointRow point, Actor actor, CancellationToken ct)
    {
        if (!point.GivesRewards)
        {
            return null;
        }

        var items = (await transaction.QueryAsync<RewardItemRow>(RewardItemsSql, new { id }, ct)).Select(row => row.Item).ToList();
        return await Reservations.ReserveAsync(transaction, new ReserveReward(id, request.Point.Value, point.RegionKato, point.Today, items, givers.Device(request.Owner!), PhoneHash: null), actor, ct);
    }

    private const string WithdrawSql = """
        update drop_offs d set state = 'Withdrawn'
         where d.drop_off_id = @id and d.owner_hash = @ownerHash and d.state = 'Reserved'
           and not exists (select from drop_off_items i where i.drop_off_id = d.drop_off_id and i.state <> 'Announced')
        returning d.drop_off_id
        """;

    /// <summary>Not coming after all: the code dies and the reward goes back at once.</summary>
    /// <returns>False when it is not this browser's, or something was accepted already.</returns>
    public Task<bool> WithdrawAsync(Guid id, string owner, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(WithdrawSql, new { id, ownerHash = givers.Device(owner) }, ct) is null)
            {
                return false;
            }

            await Reservations.ReleaseAsync(transaction, id, actor, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("drop_off.withdrawn", "drop_off", id.ToString("D")), actor, ct);
            return true;
        }, ct);

    private const string ExpireSql = """
        update drop_offs set state = 'Expired'
         where drop_off_id in (select drop_off_id from drop_offs where state = 'Reserved' and expires_at <= app.now() order by expires_at, drop_off_id limit 1000 for update skip locked)
        """;

    // Numbers are kept as long as the message they were given for needs them, and 180 days at most.
    private const string ForgetPhonesSql = """
        update drop_offs set phone_sealed = null
         where phone_sealed is not null and (created_at < app.now() - interval '180 days' or state in ('Withdrawn', 'Expired'))
        """;

    /// <summary>The nightly sweep: codes that nobody brought end, and phones are forgotten.</summary>
    public async Task<int> ExpireAsync(CancellationToken ct)
    {
        await db.ExecuteAsync(ForgetPhonesSql, null, ct);
        return await db.ExecuteAsync(ExpireSql, null, ct);
    }

    private sealed record PointRow(string RegionKato, string State, bool GivesRewards, DateOnly Today, string[] Known, string[] Refused);

    private sealed record RewardItemRow(string UnuKey, string Category, string Condition)
    {
        public RewardItem Item => new(UnuKey, Category, null, Enum.TryParse<ItemCondition>(Condition, out var known) ? known : null);
    }
}
