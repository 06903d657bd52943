using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Issuing;

namespace EwasteEpr.Vouchers.Redeeming;

/// <summary>What the customer shows beside the code.</summary>
public abstract record VoucherProof
{
    private VoucherProof()
    {
    }

    public sealed record Pin(string Digits) : VoucherProof;

    public sealed record Live(DateTimeOffset DrawnAt) : VoucherProof;
}

/// <summary>Where and by whom: a shop of the merchant, and a cashier or a till with a key.</summary>
public sealed record Till(OrganisationId Merchant, Guid ShopId, PersonId? Cashier, Guid? ApiKeyId);

/// <param name="FiscalReceipt">The number on the customer's fiscal receipt.</param>
/// <param name="Idempotency">The key that later tells what happened when an answer was lost.</param>
public sealed record RedeemVoucher(VoucherCode Code, VoucherProof Proof, Till Till, string FiscalReceipt, IdempotentRequest Idempotency);

public abstract record RedeemOutcome
{
    private RedeemOutcome()
    {
    }

    /// <param name="Again">The same key was answered before: this is that answer.</param>
    public sealed record Redeemed(Redemption Redemption, bool Again) : RedeemOutcome;

    /// <summary>It was used: merchants are told when and where.</summary>
    public sealed record AlreadyRedeemed(DateTimeOffset At, string MerchantKk, string MerchantRu, string Shop, bool IsHere) : RedeemOutcome;

    public sealed record Expired(DateOnly On) : RedeemOutcome;

    /// <summary>Pending, Held or Cancelled.</summary>
    public sealed record NotUsable(VoucherState State) : RedeemOutcome;

    public sealed record WrongCode : RedeemOutcome;

    public sealed record WrongPin : RedeemOutcome;

    /// <summary>The live QR was drawn too long ago: the customer's page shows a fresh one.</summary>
    public sealed record StaleQr : RedeemOutcome;

    /// <summary>Too many wrong codes or PINs from this cashier, merchant, address, or for this code.</summary>
    public sealed record Wait(DateTimeOffset Until) : RedeemOutcome;

    /// <summary>The merchant is not admitted, or the shop is not its own.</summary>
    public sealed record NotAMerchant : RedeemOutcome;

    /// <summary>The same key is being worked on at this moment.</summary>
    public sealed record Running : RedeemOutcome;

    /// <summary>The key was used for something else.</summary>
    public sealed record OtherBody : RedeemOutcome;

    /// <summary>The connection was lost: the same key later tells what happened.</summary>
    public sealed record Unknown : RedeemOutcome;
}

/// <summary>What is kept with the key and told again, to the letter.</summary>
public sealed record Redemption(Guid RedemptionId, long AmountTiyn, DateTimeOffset RedeemedAt, string FiscalReceipt)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Money Amount => Money.FromTiyn(AmountTiyn);

    /// <summary>Four digits that till and customer compare: a photograph of another redemption shows others.</summary>
    public static string CompareNumber(Guid redemptionId)
    {
        var bytes = SHA256.HashData(redemptionId.ToByteArray());
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes) % 10_000).ToString("D4", CultureInfo.InvariantCulture).Insert(2, " ");
    }

    internal static Redemption Read(string json) => JsonSerializer.Deserialize<Redemption>(json, Snake) ?? throw new JsonException("An empty answer was kept.");
}

public enum VoidOutcome
{
    Voided,
    NotFound,

    /// <summary>Older than 15 minutes, or settled: a return of goods makes a new voucher.</summary>
    TooLate,

    /// <summary>Another cashier took it.</summary>
    OtherCashier,

    /// <summary>Voided before; a voucher is taken back once.</summary>
    AlreadyVoided,
}

public abstract record ReturnOutcome
{
    private ReturnOutcome()
    {
    }

    public sealed record Returned(VoucherCode Code, string Pin, Money Amount, DateOnly ExpiresOn) : ReturnOutcome;

    public sealed record NotFound : ReturnOutcome;

    /// <summary>Returned or voided before.</summary>
    public sealed record AlreadyReturned : ReturnOutcome;

    /// <summary>The printed day is over: the value has gone back to the campaign's rules, not to a new voucher.</summary>
    public sealed record Expired : ReturnOutcome;
}
