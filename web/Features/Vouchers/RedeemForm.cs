using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>What a cashier types or scans.</summary>
/// <param name="Code">Eleven characters however typed; or what a QR held: our address, the code, or a live proof.</param>
/// <param name="Live">The live proof, carried on from the first page.</param>
public sealed record RedeemForm(string? Code, string? Pin, string? Receipt, string? Live, Guid? Shop)
{
    private const int LongestReceipt = 64;

    /// <summary>The live proof that was scanned, where one was.</summary>
    public LiveProof? ReadLive(VoucherSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.ReadLive(Live ?? Scanned(Code));
    }

    public VoucherCode? ReadCode(VoucherSecrets secrets) =>
        ReadLive(secrets) is { } live ? live.Code : VoucherCode.TryParse(Scanned(Code), out var code) ? code : null;

    /// <summary>Printed vouchers show the address of their page; only its last part is the code.</summary>
    private static string? Scanned(string? text) => text is { Length: < 300 } && text.LastIndexOf("/v/", StringComparison.Ordinal) is var at and >= 0 ? text[(at + 3)..].Trim() : text?.Trim();

    /// <summary>The form's own shape; each sentence stands at its field.</summary>
    public VoucherProof? Check(LiveProof? live, ModelStateDictionary state, IStringLocalizer<MerchantText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(Receipt) || Receipt.Trim().Length > LongestReceipt)
        {
            state.AddModelError(nameof(Receipt), text["Receipt.Missing"]);
        }

        var digits = new string([.. (Pin ?? "").Where(char.IsAsciiDigit)]);
        if (live is null && digits.Length != 4)
        {
            state.AddModelError(nameof(Pin), text["Pin.Missing"]);
        }

        return !state.IsValid ? null : live is not null ? new VoucherProof.Live(live.DrawnAt) : new VoucherProof.Pin(digits);
    }
}

public sealed record RedeemPage(TillPlace Place, RedeemForm Form, LookOutcome.Good? Voucher = null, VoucherCode? Code = null, bool IsLive = false, string? Scan = null);

public sealed record RefusedPage(TillPlace Place, VoucherCode Code, RedeemOutcome Why);

public sealed record DonePage(TillPlace Place, RedemptionRow Redemption, DateOnly PayableOn);
