using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Issuing;
using Npgsql;

namespace EwasteEpr.Vouchers.Redeeming;

/// <summary>Redeems a voucher: claim, or explain. Single use, whole amount; under any number of attempts at once exactly one wins.</summary>
/// <remarks>
/// One statement and one round trip: the key, the claim, the transfer, the audit and the answer commit together or not at all.
/// It touches no guarded account: the budget was spent when the voucher was made. Every refusal takes the same second statement,
/// whatever its reason, so that nobody learns from the time it takes whether a code exists.
/// </remarks>
public sealed class VoucherService(Db db, VoucherSecrets secrets)
{
    internal const string RedeemSql = """
        with asked as materialized (
            select claim, status, answer from app.claim_key(@principal, @route, @key, @bodySha256)
        ), claimed as (
            update vouchers v set state = 'Redeemed'
              from asked, merchants m join merchant_shops s on s.merchant_id = m.organisation_id and s.shop_id = @shop and s.closed_at is null
             where asked.claim = 'Claimed' and v.code_hash = @codeHash and v.state = 'Issued' and v.expires_at > app.now()
               and (v.pin_hash = @pinHash or @drawnAt between app.now() - interval '90 seconds' and app.now() + interval '30 seconds')
               and m.organisation_id = @merchant and m.state = 'Active'
               and not exists (select from voucher_guesses g where g.subject = any (@subjects) and g.blocked_until > app.now())
            returning v.voucher_id, v.campaign_id, v.amount_tiyn, v.liability_account_id, m.payable_account_id
        ), made as (
            insert into redemptions (voucher_id, campaign_id, merchant_id, shop_id, cashier_id, api_key_id, amount_tiyn, fiscal_receipt, proof)
            select voucher_id, campaign_id, @merchant, @shop, @cashier, @apiKey, amount_tiyn, @fiscalReceipt, @proof from claimed
            returning redemption_id, voucher_id, amount_tiyn, redeemed_at
        ), done as (
            select m.redemption_id, m.amount_tiyn, m.redeemed_at,
                   ledger.post('voucher_redeemed', 'redemption', m.redemption_id, 1, 'KZT', c.liability_account_id, c.payable_account_id, m.amount_tiyn),
                   audit.write(@actor::jsonb, 'voucher.redeemed', 'voucher', m.voucher_id::text, jsonb_build_object('redemption', m.redemption_id, 'tiyn', m.amount_tiyn)),
                   app.store_answer(@principal, @route, @key, @bodySha256, 200, jsonb_build_object('redemption_id', m.redemption_id, 'amount_tiyn', m.amount_tiyn,
                       'redeemed_at', to_char(m.redeemed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'fiscal_receipt', @fiscalReceipt::text)::text)
              from claimed c join made m on m.voucher_id = c.voucher_id
        )
        select a.claim, a.answer, d.redemption_id, coalesce(d.amount_tiyn, 0) as amount_tiyn, d.redeemed_at from asked a left join done d on true
        """;

    public async Task<RedeemOutcome> RedeemAsync(RedeemVoucher request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        var guessers = GuessLimits.AtTill(secrets, request.Till, request.Code, actor);
        ClaimedRow row;
        try
        {
            row = await db.QuerySingleAsync<ClaimedRow>(RedeemSql, Parameters(request, guessers, actor), ct);
        }
        catch (NpgsqlException problem) when (problem is not PostgresException || problem.SqlState is ['0', '8', ..] or ['5', '7', 'P', ..])
        {
            return new RedeemOutcome.Unknown();
        }

        return row switch
        {
            { RedemptionId: { } id, RedeemedAt: { } at } => new RedeemOutcome.Redeemed(new Redemption(id, row.AmountTiyn, at, request.FiscalReceipt), Again: false),
            { Claim: "Answered", Answer: { } answer } => new RedeemOutcome.Redeemed(Redemption.Read(answer), Again: true),
            { Claim: "Running" } => new RedeemOutcome.Running(),
            { Claim: "OtherBody" } => new RedeemOutcome.OtherBody(),
            _ => (await ExplainRefusalAsync(request.Code, request.Proof, request.Till, guessers, ct)).Refusal!,
        };
    }

    internal object Parameters(RedeemVoucher request, GuessSubjects guessers, Actor actor) => new
    {
        principal = request.Idempotency.Principal, route = request.Idempotency.Route, key = request.Idempotency.Key, bodySha256 = request.Idempotency.BodySha256,
        codeHash = secrets.Code(request.Code), pinHash = PinHash(request.Code, request.Proof), drawnAt = (request.Proof as VoucherProof.Live)?.DrawnAt,
        merchant = request.Till.Merchant.Value, shop = request.Till.ShopId, cashier = request.Till.Cashier?.Value, apiKey = request.Till.ApiKeyId,
        fiscalReceipt = request.FiscalReceipt, proof = request.Proof is VoucherProof.Live ? "LiveQr" : "Pin", subjects = guessers.Hashes, actor = actor.ToJson(),
    };

    private byte[]? PinHash(VoucherCode code, VoucherProof? proof) => proof is VoucherProof.Pin pin ? secrets.Pin(code, pin.Digits) : null;

    // Looks why and counts the guess, in one statement of one shape for every reason: what is no guess weighs nothing but is written all the same.
    private const string ExplainSql = """
        with found as materialized (
            select v.state, v.expires_on, v.expires_at <= app.now() as is_over, v.amount_tiyn,
                   v.pin_hash = @pinHash as is_pin, @drawnAt between app.now() - interval '90 seconds' and app.now() + interval '30 seconds' as is_live,
                   r.redeemed_at, r.merchant_id, o.name_kk as merchant_kk, o.name_ru as merchant_ru, s.name || ', ' || s.address as shop
              from vouchers v
              left join redemptions r on r.voucher_id = v.voucher_id and r.voided_at is null
              left join organisations o on o.organisation_id = r.merchant_id
              left join merchant_shops s on s.shop_id = r.shop_id
             where v.code_hash = @codeHash
        ), judged as materialized (
            select (select max(g.blocked_until) from voucher_guesses g where g.subject = any (@subjects) and g.blocked_until > app.now()) as wait_until,
                   exists (select from merchants m join merchant_shops s on s.merchant_id = m.organisation_id and s.shop_id = @shop and s.closed_at is null
                            where m.organisation_id = @merchant and m.state = 'Active') as is_merchant,
                   not exists (select from found) as is_unknown,
                   coalesce((select f.state = 'Issued' and not f.is_over and @needsProof and not coalesce(f.is_pin, false) and @drawnAt::timestamptz is null from found f), false) as is_wrong_pin
        )
        select j.wait_until, j.is_merchant, j.is_unknown, j.is_wrong_pin, f.state, f.expires_on, coalesce(f.is_over, false) as is_over, coalesce(f.amount_tiyn, 0) as amount_tiyn,
               coalesce(f.is_live, false) as is_live, f.redeemed_at, f.merchant_id, f.merchant_kk, f.merchant_ru, f.shop,
               voucher_guess(@subjects, @patience, case when j.wait_until is null and (j.is_unknown or j.is_wrong_pin) then 1 else 0 end) as counted
          from judged j left join found f on true
        """;

    private async Task<ExplainedRow> ExplainRefusalAsync(VoucherCode code, VoucherProof? proof, Till till, GuessSubjects guessers, CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<ExplainedRow>(
            ExplainSql,
            new
            {
                codeHash = secrets.Code(code), pinHash = PinHash(code, proof), drawnAt = (proof as VoucherProof.Live)?.DrawnAt, needsProof = proof is not null,
                merchant = till.Merchant.Value, shop = till.ShopId, subjects = guessers.Hashes, patience = guessers.Patience,
            },
            ct);
        return row with { Here = till.Merchant.Value, IsLook = proof is null, AskedLive = proof is VoucherProof.Live };
    }

    /// <summary>Before the PIN is asked for: what the voucher is worth, or why it cannot be taken. A wrong code counts as a guess.</summary>
    public async Task<LookOutcome> LookAsync(VoucherCode code, Till till, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(till);
        ArgumentNullException.ThrowIfNull(actor);
        var row = await ExplainRefusalAsync(code, proof: null, till, GuessLimits.AtTill(secrets, till, code, actor), ct);
        return row.Refusal is { } refusal ? new LookOutcome.No(refusal) : new LookOutcome.Good(Money.FromTiyn(row.AmountTiyn), row.ExpiresOn!.Value);
    }

    private sealed record ClaimedRow(string Claim, string? Answer, Guid? RedemptionId, long AmountTiyn, DateTimeOffset? RedeemedAt);

    private sealed record ExplainedRow(
        DateTimeOffset? WaitUntil, bool IsMerchant, bool IsUnknown, bool IsWrongPin, string? State, DateOnly? ExpiresOn, bool IsOver, long AmountTiyn,
        bool IsLive, DateTimeOffset? RedeemedAt, Guid? MerchantId, string? MerchantKk, string? MerchantRu, string? Shop, bool Counted)
    {
        public Guid Here { get; init; }

        public bool IsLook { get; init; }

        public bool AskedLive { get; init; }

        /// <summary>In this order, so that who may not ask is told nothing about the voucher. None: it can be taken.</summary>
        public RedeemOutcome? Refusal => this switch
        {
            { WaitUntil: { } until } => new RedeemOutcome.Wait(until),
            { IsMerchant: false } => new RedeemOutcome.NotAMerchant(),
            { IsUnknown: true } => new RedeemOutcome.WrongCode(),
            { State: nameof(VoucherState.Redeemed), RedeemedAt: { } at } => new RedeemOutcome.AlreadyRedeemed(at, MerchantKk!, MerchantRu!, Shop!, MerchantId == Here),
            { State: nameof(VoucherState.Expired) } or { IsOver: true, State: nameof(VoucherState.Issued) } => new RedeemOutcome.Expired(ExpiresOn!.Value),
            { State: not nameof(VoucherState.Issued) } => new RedeemOutcome.NotUsable(Enum.Parse<VoucherState>(State!)),
            { IsWrongPin: true } => new RedeemOutcome.WrongPin(),
            { AskedLive: true, IsLive: false } => new RedeemOutcome.StaleQr(),
            { IsLook: true } => null,
            _ => new RedeemOutcome.Running(), // free again when we looked: another attempt was voided or rolled back meanwhile
        };
    }
}

public abstract record LookOutcome
{
    private LookOutcome()
    {
    }

    public sealed record Good(Money Amount, DateOnly ExpiresOn) : LookOutcome;

    public sealed record No(RedeemOutcome Why) : LookOutcome;
}
