using System.Text.Json.Serialization;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Vouchers by tills, with a merchant's key: look, redeem, take back; and the merchant's settlements.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1")]
public sealed class VouchersApiController(
    VoucherService vouchers, RedemptionService redemptions, SettlementService settlements, MerchantService merchants, VoucherSecrets secrets, IStringLocalizer<VouchersApiText> text) : ControllerBase
{
    private const int MostBytes = 16 * 1024;
    private const int LongestReceipt = 64;

    /// <summary>What a voucher is worth, or why it cannot be taken. A code that is none counts as a guess.</summary>
    /// <param name="code">Eleven characters, however grouped.</param>
    /// <param name="shop">The merchant's shop; may be left out by a merchant with one shop.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet("vouchers/{code}")]
    [Authorize(Policy = PolicyNames.ApiVouchersRead)]
    [ProducesResponseType<VoucherAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")]
    public async Task<IActionResult> Look(string code, [FromQuery] Guid? shop, CancellationToken ct)
    {
        if (!VoucherCode.TryParse(code, out var parsed))
        {
            return this.Refuse(text, StatusCodes.Status404NotFound, "no-voucher", "WrongCode");
        }

        return await vouchers.LookAsync(parsed, await TillAsync(shop, ct), ActorContext.Current(HttpContext), ct) switch
        {
            LookOutcome.Good good => Ok(new VoucherAnswer(parsed.ToString(), "issued", good.Amount.Amount, good.ExpiresOn)),
            LookOutcome.No no => Explain(no.Why),
            _ => NotFound(),
        };
    }

    /// <summary>Redeems the whole amount, once. The same key is answered the same; 503 <c>outcome-unknown</c> means: ask again with the same key.</summary>
    [HttpPost("vouchers/{code}/redeem")]
    [Authorize(Policy = PolicyNames.ApiVouchersRedeem)]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<RedemptionAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IActionResult> Redeem(string code, [FromBody] RedeemRequest? request, CancellationToken ct)
    {
        if (request is null || string.IsNullOrWhiteSpace(request.FiscalReceipt) || request.FiscalReceipt.Length > LongestReceipt)
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "receipt-missing", "ReceiptMissing");
        }

        var live = secrets.ReadLive(request.LiveQr);
        VoucherProof? proof = live is not null ? new VoucherProof.Live(live.DrawnAt)
            : request.Pin is { Length: 4 } pin && pin.All(char.IsAsciiDigit) ? new VoucherProof.Pin(pin)
            : null;
        if (proof is null)
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "proof-missing", "ProofMissing");
        }

        if (!VoucherCode.TryParse(code, out var parsed) || (live is not null && live.Code != parsed))
        {
            return this.Refuse(text, StatusCodes.Status404NotFound, "no-voucher", "WrongCode");
        }

        var till = await TillAsync(request.Shop, ct);
        var outcome = await vouchers.RedeemAsync(new RedeemVoucher(parsed, proof, till, request.FiscalReceipt.Trim(), HttpContext.Idempotent()), ActorContext.Current(HttpContext), ct);
        return outcome is RedeemOutcome.Redeemed done ? Answer(done) : Explain(outcome);
    }

    /// <summary>Takes the merchant's own latest redemption of this code back: by the same key, within 15 minutes, once, before settlement.</summary>
    [HttpPost("vouchers/{code}/void")]
    [Authorize(Policy = PolicyNames.ApiVouchersRedeem)]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    public async Task<IActionResult> Void(string code, CancellationToken ct)
    {
        var caller = HttpContext.ApiCaller();
        if (!VoucherCode.TryParse(code, out var parsed) || await redemptions.FindAsync(parsed, caller.OrganisationId, ct) is not { } redemption)
        {
            return this.Refuse(text, StatusCodes.Status404NotFound, "no-voucher", "WrongCode");
        }

        // A void that happened is its own memory: asked again, the redemption says that it is voided already.
        var outcome = await redemptions.VoidAsync(redemption, new Till(caller.OrganisationId, Guid.Empty, null, caller.ApiKeyId), ActorContext.Current(HttpContext), ct);
        return outcome switch
        {
            VoidOutcome.Voided => NoContent(),
            VoidOutcome.NotFound => this.Refuse(text, StatusCodes.Status404NotFound, "no-voucher", "WrongCode"),
            _ => this.Refuse(text, StatusCodes.Status409Conflict, "not-voidable", "Void." + outcome),
        };
    }

    /// <summary>One of the merchant's settlements: <c>S-000123</c> or its number.</summary>
    [HttpGet("settlements/{no}")]
    [Authorize(Policy = PolicyNames.ApiVouchersRead)]
    [ProducesResponseType<SettlementAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Settlement(string no, CancellationToken ct) =>
        long.TryParse(no.StartsWith("S-", StringComparison.Ordinal) ? no[2..] : no, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && await settlements.FindAsync(number, HttpContext.ApiCaller().OrganisationId, ct) is { } row
            ? Ok(new SettlementAnswer(row.Number(), row.Day, row.Redemptions, Tenge(row.RedeemedTiyn), Tenge(row.ReturnedTiyn), Tenge(row.AmountTiyn), row.PayableOn, row.State.ToLowerInvariant(), row.PaidAt, row.BankReference))
            : this.Refuse(text, StatusCodes.Status404NotFound, "no-settlement", "NoSettlement");

    private async Task<Till> TillAsync(Guid? shop, CancellationToken ct)
    {
        var caller = HttpContext.ApiCaller();
        var chosen = shop ?? (await merchants.ShopsAsync(caller.OrganisationId, ct) is [var only] ? only.ShopId : Guid.Empty);
        return new Till(caller.OrganisationId, chosen, null, caller.ApiKeyId);
    }

    private OkObjectResult Answer(RedeemOutcome.Redeemed done)
    {
        if (done.Again)
        {
            Response.Headers["Idempotent-Replayed"] = "true";
        }

        var redemption = done.Redemption;
        return Ok(new RedemptionAnswer(redemption.RedemptionId, redemption.Amount.Amount, redemption.RedeemedAt, redemption.FiscalReceipt, Redemption.CompareNumber(redemption.RedemptionId)));
    }

    private ObjectResult Explain(RedeemOutcome outcome)
    {
        switch (outcome)
        {
            case RedeemOutcome.AlreadyRedeemed used:
                return this.Refuse(text, StatusCodes.Status409Conflict, "already-redeemed", "AlreadyRedeemed", Shared.Format.Current.DateTime(used.At), used.Shop).With("redeemed_at", used.At).With("where", used.Shop);
            case RedeemOutcome.Expired expired:
                return this.Refuse(text, StatusCodes.Status409Conflict, "expired", "Expired", Shared.Format.Current.Date(expired.On));
            case RedeemOutcome.NotUsable unusable:
                return this.Refuse(text, StatusCodes.Status409Conflict, unusable.State.ToString().ToLowerInvariant(), "NotUsable." + unusable.State);
            case RedeemOutcome.Wait wait:
                Response.Headers.RetryAfter = "60";
                return this.Refuse(text, StatusCodes.Status429TooManyRequests, "too-many-guesses", "Wait", Shared.Format.Current.Time(wait.Until));
            case RedeemOutcome.WrongPin or RedeemOutcome.StaleQr:
                return this.Refuse(text, StatusCodes.Status409Conflict, outcome is RedeemOutcome.WrongPin ? "wrong-pin" : "stale-qr", outcome.GetType().Name);
            case RedeemOutcome.Running:
                Response.Headers.RetryAfter = "1";
                return this.Refuse(text, StatusCodes.Status409Conflict, "idempotency-running", "Running");
            case RedeemOutcome.OtherBody:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "idempotency-other-body", "OtherBody");
            case RedeemOutcome.Unknown:
                Response.Headers.RetryAfter = "1";
                return this.Refuse(text, StatusCodes.Status503ServiceUnavailable, "outcome-unknown", "Unknown");
            case RedeemOutcome.NotAMerchant:
                return this.Refuse(text, StatusCodes.Status409Conflict, "not-a-merchant", "NotAMerchant");
            default:
                return this.Refuse(text, StatusCodes.Status404NotFound, "no-voucher", "WrongCode");
        }
    }

    private static decimal Tenge(long tiyn) => Money.FromTiyn(tiyn).Amount;
}

/// <param name="Pin">Four digits; or <paramref name="LiveQr"/>.</param>
/// <param name="LiveQr">What the live QR held.</param>
/// <param name="FiscalReceipt">Of the customer's receipt.</param>
/// <param name="Shop">The merchant's shop; may be left out by a merchant with one shop.</param>
public sealed record RedeemRequest(
    [property: JsonPropertyName("pin")] string? Pin, [property: JsonPropertyName("live_qr")] string? LiveQr, [property: JsonPropertyName("fiscal_receipt")] string? FiscalReceipt,
    [property: JsonPropertyName("shop")] Guid? Shop);

public sealed record VoucherAnswer(
    [property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("tenge")] decimal Tenge,
    [property: JsonPropertyName("expires_on")] DateOnly ExpiresOn);

/// <param name="Compare">Four digits that the customer's page shows too.</param>
public sealed record RedemptionAnswer(
    [property: JsonPropertyName("redemption_id")] Guid RedemptionId, [property: JsonPropertyName("tenge")] decimal Tenge, [property: JsonPropertyName("redeemed_at")] DateTimeOffset RedeemedAt,
    [property: JsonPropertyName("fiscal_receipt")] string FiscalReceipt, [property: JsonPropertyName("compare")] string Compare);

public sealed record SettlementAnswer(
    [property: JsonPropertyName("number")] string Number, [property: JsonPropertyName("day")] DateOnly Day, [property: JsonPropertyName("redemptions")] int Redemptions,
    [property: JsonPropertyName("redeemed")] decimal Redeemed, [property: JsonPropertyName("returned")] decimal Returned, [property: JsonPropertyName("tenge")] decimal Tenge,
    [property: JsonPropertyName("payable_on")] DateOnly PayableOn, [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("paid_at")] DateTimeOffset? PaidAt,
    [property: JsonPropertyName("bank_reference")] string? BankReference);
