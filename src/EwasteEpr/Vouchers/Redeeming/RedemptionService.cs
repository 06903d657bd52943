using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;

namespace EwasteEpr.Vouchers.Redeeming;

/// <summary>What happens after a redemption: taken back within 15 minutes, or the goods come back and a new voucher is made.</summary>
public sealed class RedemptionService(Db db, VoucherSecrets secrets)
{
    // Claim, free the voucher, reverse, remember: one statement. A settlement that runs at the same time locks the same row.
    private const string VoidSql = """
        with claimed as (
            update redemptions r set voided_at = app.now(), voided_by = @cashier
             where r.redemption_id = @redemptionId and r.merchant_id = @merchant and r.voided_at is null and r.settlement_id is null
               and r.redeemed_at > app.now() - interval '15 minutes'
               and r.cashier_id is not distinct from @cashier and r.api_key_id is not distinct from @apiKey
               and not exists (select from redemptions o where o.voucher_id = r.voucher_id and o.voided_at is not null)
            returning r.redemption_id, r.voucher_id
        ), freed as (
            update vouchers v set state = 'Issued' from claimed where v.voucher_id = claimed.voucher_id and v.state = 'Redeemed' returning v.voucher_id
        )
        select c.redemption_id,
               ledger.reverse((select t.transfer_id from ledger.transfers t where t.kind = 'voucher_redeemed' and t.source_type = 'redemption' and t.source_id = c.redemption_id and t.leg = 1),
                              'redemption_void', c.redemption_id),
               audit.write(@actor::jsonb, 'voucher.redemption_voided', 'voucher', c.voucher_id::text, jsonb_build_object('redemption', c.redemption_id))
          from claimed c join freed f on f.voucher_id = c.voucher_id
        """;

    private const string WhySql = """
        select r.voided_at is not null or exists (select from redemptions o where o.voucher_id = r.voucher_id and o.voided_at is not null) as is_voided,
               r.settlement_id is not null or r.redeemed_at <= app.now() - interval '15 minutes' as is_late
          from redemptions r
         where r.redemption_id = @redemptionId and r.merchant_id = @merchant
        """;

    /// <summary>By the same cashier or key, within 15 minutes, once, before settlement: the customer has the voucher again.</summary>
    public async Task<VoidOutcome> VoidAsync(Guid redemptionId, Till till, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(till);
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { redemptionId, merchant = till.Merchant.Value, cashier = till.Cashier?.Value, apiKey = till.ApiKeyId, actor = actor.ToJson() };
        if (await db.QuerySingleOrDefaultAsync<VoidedRow>(VoidSql, parameters, ct) is not null)
        {
            return VoidOutcome.Voided;
        }

        return await db.QuerySingleOrDefaultAsync<WhyRow>(WhySql, parameters, ct) switch
        {
            null => VoidOutcome.NotFound,
            { IsVoided: true } => VoidOutcome.AlreadyVoided,
            { IsLate: true } => VoidOutcome.TooLate,
            _ => VoidOutcome.OtherCashier,
        };
    }

    private const string OfCodeSql = """
        select r.redemption_id from redemptions r join vouchers v on v.voucher_id = r.voucher_id
         where v.code_hash = @codeHash and r.merchant_id = @merchant
         order by r.redeemed_at desc, r.redemption_id desc limit 1
        """;

    /// <summary>The merchant's own latest redemption of a code, for tills that know the code alone.</summary>
    public Task<Guid?> FindAsync(VoucherCode code, OrganisationId merchant, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<Guid?>(OfCodeSql, new { codeHash = secrets.Code(code), merchant }, ct);

    // A statement of its own: what is looked at afterwards is younger than the lock.
    private const string LockSql = "select redemption_id from redemptions where redemption_id = @redemptionId and merchant_id = @merchant for update";

    private const string ReturnableSql = """
        select r.voucher_id, v.campaign_id, v.liability_account_id, m.payable_account_id, r.amount_tiyn, v.expires_on, v.expires_at, v.expires_at <= app.now() as is_over,
               r.voided_at is not null or exists (select from merchant_returns x where x.redemption_id = r.redemption_id) as is_over_already
          from redemptions r
          join vouchers v on v.voucher_id = r.voucher_id
          join merchants m on m.organisation_id = r.merchant_id
         where r.redemption_id = @redemptionId and r.merchant_id = @merchant
        """;

    private const string MakeSql = """
        with made as (
            insert into vouchers (voucher_id, campaign_id, liability_account_id, code_hash, code_sealed, pin_hash, pin_sealed, amount_tiyn, state,
                                  releases_at, expires_on, expires_at, replaces_id, region_kato, device_hash, phone_hash)
            select @id, v.campaign_id, v.liability_account_id, @codeHash, @codeSealed, @pinHash, @pinSealed, v.amount_tiyn, 'Issued',
                   app.now(), v.expires_on, v.expires_at, v.voucher_id, v.region_kato, v.device_hash, v.phone_hash
              from vouchers v where v.voucher_id = @voucherId
            returning voucher_id, campaign_id, amount_tiyn
        )
        insert into merchant_returns (redemption_id, merchant_id, campaign_id, new_voucher_id, amount_tiyn, fiscal_receipt, returned_by)
        select @redemptionId, @merchant, campaign_id, voucher_id, amount_tiyn, @fiscalReceipt, @cashier from made
        """;

    /// <summary>The customer brought the goods back: the merchant gives the value back and a new voucher holds it until the same day.</summary>
    public Task<ReturnOutcome> ReturnAsync(Guid redemptionId, string fiscalReceipt, Till till, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(till);
            await transaction.ExecuteAsync(LockSql, new { redemptionId, merchant = till.Merchant.Value }, ct);
            var row = await transaction.QuerySingleOrDefaultAsync<ReturnableRow>(ReturnableSql, new { redemptionId, merchant = till.Merchant.Value }, ct);
            return row switch
            {
                null => new ReturnOutcome.NotFound(),
                { IsOverAlready: true } => new ReturnOutcome.AlreadyReturned(),
                { IsOver: true } => new ReturnOutcome.Expired(),
                _ => await MakeAsync(transaction, row, new Returning(redemptionId, fiscalReceipt, till), actor, ct),
            };
        },
        ct);

    private async Task<ReturnOutcome> MakeAsync(DbTransaction transaction, ReturnableRow row, Returning returning, Actor actor, CancellationToken ct)
    {
        var (id, code, pin) = (Guid.CreateVersion7(), VoucherCode.New(), VoucherSecrets.NewPin());
        await transaction.ExecuteAsync(
            MakeSql,
            new
            {
                id, row.VoucherId, returning.RedemptionId, returning.FiscalReceipt, merchant = returning.Till.Merchant.Value, cashier = returning.Till.Cashier?.Value,
                codeHash = secrets.Code(code), codeSealed = secrets.Seal(code), pinHash = secrets.Pin(code, pin), pinSealed = secrets.SealPin(pin),
            },
            ct);
        var ends = new TransferEnds(new AccountId(row.PayableAccountId), new AccountId(row.LiabilityAccountId));
        await GeneralLedger.PostAsync(transaction, [Posting.OfMoney("voucher_replaced", new LedgerSource("voucher", id), ends, Money.FromTiyn(row.AmountTiyn))], ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("voucher.replaced", "voucher", id.ToString("D")).With(new { redemption = returning.RedemptionId, tiyn = row.AmountTiyn }), actor, ct);
        return new ReturnOutcome.Returned(code, pin, Money.FromTiyn(row.AmountTiyn), row.ExpiresOn);
    }

    private const string ListSql = """
        select r.redemption_id, v.voucher_no, r.amount_tiyn, r.fiscal_receipt, r.redeemed_at, s.name as shop, coalesce(p.name, k.name) as by_name, r.cashier_id,
               r.voided_at, t.number as settlement, x.returned_at,
               r.voided_at is null and r.settlement_id is null and r.redeemed_at > app.now() - interval '15 minutes'
                 and r.cashier_id is not distinct from @cashier and r.api_key_id is null
                 and not exists (select from redemptions o where o.voucher_id = r.voucher_id and o.voided_at is not null) as may_void,
               r.voided_at is null and x.redemption_id is null and v.expires_at > app.now() as may_return
          from redemptions r
          join vouchers v on v.voucher_id = r.voucher_id
          join merchant_shops s on s.shop_id = r.shop_id
          left join people p on p.person_id = r.cashier_id
          left join api_keys k on k.api_key_id = r.api_key_id
          left join settlements t on t.settlement_id = r.settlement_id
          left join merchant_returns x on x.redemption_id = r.redemption_id
         where r.merchant_id = @merchant
           and (@settlement::bigint is null or t.number = @settlement)
           and (@redemption::uuid is null or r.redemption_id = @redemption)
           and (not @mine or r.cashier_id = @cashier)
           and (@afterAt::timestamptz is null or (r.redeemed_at, r.redemption_id) < (@afterAt, @afterId))
         order by r.redeemed_at desc, r.redemption_id desc
         limit @limit
        """;

    /// <summary>The merchant's redemptions, newest first, fifty a page.</summary>
    public Task<IReadOnlyList<RedemptionRow>> ListAsync(OrganisationId merchant, RedemptionFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<RedemptionRow>(
            ListSql,
            new { merchant, settlement = filter.Settlement, redemption = filter.Redemption, mine = filter.OnlyMine, cashier = filter.Cashier?.Value, afterAt = filter.AfterAt, afterId = filter.AfterId, filter.Limit },
            ct);
    }

    private sealed record VoidedRow(Guid RedemptionId, Guid Reverse, Guid Write);

    private sealed record WhyRow(bool IsVoided, bool IsLate);

    private sealed record Returning(Guid RedemptionId, string FiscalReceipt, Till Till);

    private sealed record ReturnableRow(
        Guid VoucherId, Guid CampaignId, Guid LiabilityAccountId, Guid PayableAccountId, long AmountTiyn, DateOnly ExpiresOn, DateTimeOffset ExpiresAt, bool IsOver, bool IsOverAlready);
}

/// <param name="Cashier">Who looks: for what they may still take back.</param>
public sealed record RedemptionFilter(PersonId? Cashier = null, bool OnlyMine = false, long? Settlement = null, Guid? Redemption = null, DateTimeOffset? AfterAt = null, Guid? AfterId = null, int Limit = 51);

public sealed record RedemptionRow(
    Guid RedemptionId, long VoucherNo, long AmountTiyn, string FiscalReceipt, DateTimeOffset RedeemedAt, string Shop, string? ByName, Guid? CashierId,
    DateTimeOffset? VoidedAt, long? Settlement, DateTimeOffset? ReturnedAt, bool MayVoid, bool MayReturn);
