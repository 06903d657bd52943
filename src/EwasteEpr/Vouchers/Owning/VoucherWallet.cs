using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Redeeming;

namespace EwasteEpr.Vouchers.Owning;

/// <summary>A voucher for its owner: known by the browser of the drop-off, or by code and PIN. Nobody else learns whether it exists.</summary>
/// <remarks>A wrong code, a wrong PIN, a used and a foreign voucher are the same answer after the same one statement.</remarks>
public sealed class VoucherWallet(Db db, VoucherSecrets secrets)
{
    private const string Columns = """
        v.voucher_id, v.voucher_no, v.code_sealed, v.pin_sealed, v.amount_tiyn, v.state, v.made_at, v.releases_at, v.expires_on, v.drop_off_id,
        c.campaign_no, c.name_kk, c.name_ru, c.name_en, r.redemption_id, r.redeemed_at, s.name || ', ' || s.address as shop,
        array(select h.reason from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null order by h.reason) as holds,
        (select max(h.appealed_at) from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null) as appealed_at,
        (select min(h.decide_by) from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null) as decide_by,
        app.now() as now
        """;

    private const string Tables = """
          from vouchers v
          join campaigns c on c.campaign_id = v.campaign_id
          left join redemptions r on r.voucher_id = v.voucher_id and r.voided_at is null
          left join merchant_shops s on s.shop_id = r.shop_id
        """;

    private const string OfDeviceSql = "select " + Columns + "\n" + Tables + "\n where v.code_hash = @codeHash and v.device_hash = @deviceHash";

    /// <summary>In the browser that the drop-off was made in.</summary>
    public async Task<OwnedVoucher?> OfDeviceAsync(VoucherCode code, string cookie, CancellationToken ct) =>
        (await db.QuerySingleOrDefaultAsync<OwnedRow>(OfDeviceSql, new { codeHash = secrets.Code(code), deviceHash = secrets.Device(cookie) }, ct))?.Open(secrets);

    private const string OfDropOffSql = "select " + Columns + "\n" + Tables + "\n where v.drop_off_id = @dropOffId and v.device_hash = @deviceHash order by v.made_at desc, v.voucher_id desc limit 1";

    /// <summary>What the drop-off's own browser is shown when the counter has accepted the things.</summary>
    public async Task<OwnedVoucher?> OfDropOffAsync(Guid dropOffId, string cookie, CancellationToken ct) =>
        (await db.QuerySingleOrDefaultAsync<OwnedRow>(OfDropOffSql, new { dropOffId, deviceHash = secrets.Device(cookie) }, ct))?.Open(secrets);

    private const string OfIdSql = "select " + Columns + "\n" + Tables + "\n where v.voucher_id = @voucherId";

    /// <summary>For a browser that has shown code and PIN a while ago.</summary>
    public async Task<OwnedVoucher?> OfIdAsync(Guid voucherId, CancellationToken ct) =>
        (await db.QuerySingleOrDefaultAsync<OwnedRow>(OfIdSql, new { voucherId }, ct))?.Open(secrets);

    private const string OfIdsSql = "select " + Columns + "\n" + Tables + "\n where v.voucher_id = any (@ids) order by v.made_at desc, v.voucher_id desc limit 50";

    /// <summary>Everything that was opened in a browser.</summary>
    public async Task<IReadOnlyList<OwnedVoucher>> OfIdsAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Count == 0 ? [] : [.. (await db.QueryAsync<OwnedRow>(OfIdsSql, new { ids = ids.ToArray() }, ct)).Select(row => row.Open(secrets))];
    }

    private const string OpenSql = """
        with judged as materialized (
            select (select v.voucher_id from vouchers v where v.code_hash = @codeHash and v.pin_hash = @pinHash) as voucher_id,
                   (select max(g.blocked_until) from voucher_guesses g where g.subject = any (@subjects) and g.blocked_until > app.now()) as wait_until
        )
        select case when j.wait_until is null then j.voucher_id end as voucher_id, j.wait_until,
               voucher_guess(@subjects, @patience, case when j.wait_until is null and j.voucher_id is null then 1 else 0 end) as counted
          from judged j
        """;

    /// <summary>Code and PIN, as printed at the counter.</summary>
    public async Task<OpenOutcome> OpenAsync(string? typedCode, string? pin, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        // What is no code at all is looked for all the same, so that it takes as long.
        var isCode = VoucherCode.TryParse(typedCode, out var code);
        var sought = isCode ? code : VoucherCode.FromBody("0000000000");
        var guessers = GuessLimits.AtThePage(secrets, isCode ? code : null, actor);
        var row = await db.QuerySingleAsync<JudgedRow>(
            OpenSql, new { codeHash = secrets.Code(sought), pinHash = secrets.Pin(sought, pin is { Length: 4 } ? pin : ""), subjects = guessers.Hashes, patience = guessers.Patience }, ct);
        return row switch
        {
            { VoucherId: { } id } => new OpenOutcome.Opened(id),
            { WaitUntil: { } until } => new OpenOutcome.Wait(until),
            _ => new OpenOutcome.Refused(),
        };
    }

    private sealed record JudgedRow(Guid? VoucherId, DateTimeOffset? WaitUntil, bool Counted);

    private sealed record OwnedRow(
        Guid VoucherId, long VoucherNo, byte[] CodeSealed, byte[] PinSealed, long AmountTiyn, string State, DateTimeOffset MadeAt, DateTimeOffset ReleasesAt, DateOnly ExpiresOn, Guid? DropOffId,
        long CampaignNo, string NameKk, string NameRu, string NameEn, Guid? RedemptionId, DateTimeOffset? RedeemedAt, string? Shop, string[] Holds, DateTimeOffset? AppealedAt, DateOnly? DecideBy, DateTimeOffset Now)
    {
        public OwnedVoucher Open(VoucherSecrets secrets) => new(
            VoucherId, secrets.OpenCode(CodeSealed), secrets.OpenPin(PinSealed), Money.FromTiyn(AmountTiyn), Enum.Parse<VoucherState>(State), ReleasesAt, ExpiresOn, DropOffId,
            CampaignNo, new Rewards.CampaignName(NameKk, NameRu, NameEn), RedemptionId, RedeemedAt, Shop, [.. Holds.Select(Enum.Parse<HoldReason>)], AppealedAt, DecideBy, Now);
    }
}

/// <param name="Now">The database's time, by which the live QR is drawn.</param>
public sealed record OwnedVoucher(
    Guid VoucherId, VoucherCode Code, string Pin, Money Amount, VoucherState State, DateTimeOffset ReleasesAt, DateOnly ExpiresOn, Guid? DropOffId,
    long CampaignNo, Rewards.CampaignName Campaign, Guid? RedemptionId, DateTimeOffset? RedeemedAt, string? Shop, IReadOnlyList<HoldReason> Holds, DateTimeOffset? AppealedAt, DateOnly? DecideBy, DateTimeOffset Now);

public abstract record OpenOutcome
{
    private OpenOutcome()
    {
    }

    public sealed record Opened(Guid VoucherId) : OpenOutcome;

    /// <summary>Code and PIN do not belong together, or there is no such voucher: the same answer.</summary>
    public sealed record Refused : OpenOutcome;

    public sealed record Wait(DateTimeOffset Until) : OpenOutcome;
}
