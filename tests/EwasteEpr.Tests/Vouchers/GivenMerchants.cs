using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;

namespace EwasteEpr.Tests.Vouchers;

/// <summary>Merchants, tills and redemptions in the field's words.</summary>
internal sealed class GivenMerchants(TestDatabase database, GivenCampaigns campaigns)
{
    private static int count;

    public MerchantService Merchants { get; } = new(database.Db);

    public SettlementService Settlements { get; } = new(database.Db);

    public VoucherService Vouchers => new(database.Db, campaigns.VoucherSecrets);

    public RedemptionService Redemptions => new(database.Db, campaigns.VoucherSecrets);

    public VoucherService OnNode(Db db) => new(db, campaigns.VoucherSecrets);

    /// <summary>An admitted merchant with one shop and one cashier at it.</summary>
    public async Task<Till> TillAsync(bool isAdmitted = true)
    {
        var number = Interlocked.Increment(ref count);
        var organisation = new OrganisationId(await database.Db.QuerySingleAsync<Guid>(
            """
            insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values (@slug, 'company', @bin, sha256(convert_to(@slug, 'UTF8')), '«Үлгі» дүкені', 'Магазин «Пример»', '750000000', 'Алматы', 'Айгүл', 'a@example.kz', '+7 000', array['merchant'])
            returning organisation_id
            """,
            new { slug = $"shop{number:000000}", bin = $"{900000000000 + number}" }, CancellationToken.None));
        Assert.True(await Merchants.JoinAsync(organisation, new MerchantBank("KZ86125KZT5004100100", "KCJBKZKX", "17"), GivenCampaigns.First, CancellationToken.None));
        if (isAdmitted)
        {
            Assert.True(await Merchants.DecideAsync(organisation, new MerchantDecision("M-1", new DateOnly(2026, 1, 1), Suspend: false), GivenCampaigns.Second, CancellationToken.None));
        }

        var shop = await Merchants.AddShopAsync(organisation, new NewShop("Дүкен", "Үлгі көшесі, 1", GivenCampaigns.Almaty), GivenCampaigns.First, CancellationToken.None);
        return new Till(organisation, shop!.Value, PersonId.New(), null);
    }

    public static RedeemVoucher Redeeming(IssueOutcome.Made voucher, Till till, string? key = null) =>
        new(voucher.Code, new VoucherProof.Pin(voucher.Pin), till, "20418853", Key(till, key));

    public static IdempotentRequest Key(Till till, string? key = null) => new($"person:{till.Cashier}", "POST redeem", key ?? Guid.CreateVersion7().ToString(), [1]);

    public static Actor At(Till till, string? address = null) => new(till.Cashier?.Value, till.Merchant.Value, null, "cashier", "request-1", address);

    public Task<RedeemOutcome> RedeemAsync(IssueOutcome.Made voucher, Till till, string? key = null) =>
        Vouchers.RedeemAsync(Redeeming(voucher, till, key), At(till), CancellationToken.None);

    public async Task<Redemption> RedeemedAsync(IssueOutcome.Made voucher, Till till) => Assert.IsType<RedeemOutcome.Redeemed>(await RedeemAsync(voucher, till)).Redemption;

    public Task<long> PayableAsync(Till till) =>
        database.Db.QuerySingleAsync<long>("select ledger.balance(payable_account_id) from merchants where organisation_id = @m", new { m = till.Merchant.Value }, CancellationToken.None);
}
