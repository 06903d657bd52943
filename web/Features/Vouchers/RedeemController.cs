using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The till on any phone: code, then PIN and receipt, then done. One thing a page.</summary>
[Route("/{culture:culture}/org/{slug}/merchant")]
[Authorize(Policy = PolicyNames.OrgCashier)]
[ReadsCodes]
public sealed class RedeemController(
    VoucherService vouchers, RedemptionService redemptions, VoucherSecrets secrets, MerchantService merchants, MerchantCalendar calendar, IStringLocalizer<MerchantText> text)
    : MerchantDesk(merchants)
{
    [HttpGet("redeem")]
    public async Task<IActionResult> Code(Guid? shop, CancellationToken ct) => View("RedeemCode", new RedeemPage(await PlaceAsync(shop, ct), new RedeemForm(null, null, null, null, shop)));

    /// <summary>The code is known and worth something; the PIN is asked for. A wrong code is counted.</summary>
    [HttpPost("redeem/look")]
    public async Task<IActionResult> Look(RedeemForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var place = await PlaceAsync(form.Shop, ct);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View("RedeemCode", new RedeemPage(place, form));
        }

        if (place.Shop is null)
        {
            ModelState.AddModelError(nameof(form.Shop), text[place.Shops.Count == 0 ? "Shop.None" : "Shop.Missing"]);
        }

        if (form.ReadCode(secrets) is not { } code)
        {
            ModelState.AddModelError(nameof(form.Code), text[string.IsNullOrWhiteSpace(form.Code) ? "Code.Missing" : "Code.Mistyped"]);
            return View("RedeemCode", new RedeemPage(place, form));
        }

        return ModelState.IsValid ? await ShowAsync(place, form, code, ct) : View("RedeemCode", new RedeemPage(place, form));
    }

    private async Task<IActionResult> ShowAsync(TillPlace place, RedeemForm form, VoucherCode code, CancellationToken ct)
    {
        var live = form.ReadLive(secrets);
        return await vouchers.LookAsync(code, Till(place), Who, ct) switch
        {
            LookOutcome.Good good => View("Redeem", new RedeemPage(place, form, good, code, live is not null, live is null ? null : form.Live ?? form.Code?.Trim())),
            LookOutcome.No no => Refused(place, code, no.Why),
            _ => NotFound(),
        };
    }

    [HttpPost("redeem")]
    [Idempotent]
    public async Task<IActionResult> Redeem(RedeemForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var place = await PlaceAsync(form.Shop, ct);
        if (form.ReadCode(secrets) is not { } code)
        {
            return To("redeem");
        }

        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return await ShowAsync(place, form, code, ct);
        }

        if (form.Check(form.ReadLive(secrets), ModelState, text) is not { } proof)
        {
            return await ShowAsync(place, form, code, ct);
        }

        var outcome = await vouchers.RedeemAsync(new RedeemVoucher(code, proof, Till(place), form.Receipt!.Trim(), HttpContext.Idempotent()), Who, ct);
        switch (outcome)
        {
            case RedeemOutcome.Redeemed done:
                return To("done/" + done.Redemption.RedemptionId.ToString("D"));
            case RedeemOutcome.WrongPin or RedeemOutcome.StaleQr or RedeemOutcome.Unknown or RedeemOutcome.Running:
                ModelState.AddModelError(outcome is RedeemOutcome.WrongPin or RedeemOutcome.StaleQr ? nameof(form.Pin) : "", text["Why." + outcome.GetType().Name]);
                return await ShowAsync(place, outcome is RedeemOutcome.StaleQr ? form with { Live = null, Code = code.ToString() } : form, code, ct);
            default:
                return Refused(place, code, outcome);
        }
    }

    private ViewResult Refused(TillPlace place, VoucherCode code, RedeemOutcome why)
    {
        Response.StatusCode = why is RedeemOutcome.Wait ? StatusCodes.Status429TooManyRequests : StatusCodes.Status409Conflict;
        return View("Refused", new RefusedPage(place, code, why));
    }

    [HttpGet("done/{redemption:guid}")]
    public async Task<IActionResult> Done(Guid redemption, CancellationToken ct) =>
        await OneAsync(redemption, ct) is { } row ? View("Done", new DonePage(await PlaceAsync(null, ct), row, await calendar.PayableOnAsync(row.RedeemedAt, ct))) : NotFound();

    [HttpPost("redemptions/{redemption:guid}/void")]
    public async Task<IActionResult> Void(Guid redemption, CancellationToken ct)
    {
        var outcome = await redemptions.VoidAsync(redemption, Till(await PlaceAsync(null, ct)), Who, ct);
        return outcome == VoidOutcome.NotFound ? NotFound() : To($"redemptions?said={outcome}");
    }

    [HttpGet("redemptions/{redemption:guid}/return")]
    public async Task<IActionResult> Return(Guid redemption, CancellationToken ct) =>
        await OneAsync(redemption, ct) is { } row ? View("Return", new ReturnPage(await PlaceAsync(null, ct), row, new ReturnForm(null))) : NotFound();

    /// <summary>The new voucher's code and PIN are shown this once: the cashier prints them for the customer.</summary>
    [HttpPost("redemptions/{redemption:guid}/return")]
    public async Task<IActionResult> Return(Guid redemption, ReturnForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var place = await PlaceAsync(null, ct);
        if (await OneAsync(redemption, ct) is not { } row)
        {
            return NotFound();
        }

        if (string.IsNullOrWhiteSpace(form.Receipt) || form.Receipt.Trim().Length > 64)
        {
            ModelState.AddModelError(nameof(form.Receipt), text["Receipt.Missing"]);
            return View("Return", new ReturnPage(place, row, form));
        }

        var outcome = await redemptions.ReturnAsync(redemption, form.Receipt.Trim(), Till(place), Who, ct);
        return outcome switch
        {
            ReturnOutcome.Returned returned => View("Returned", new ReturnedPage(place, returned)),
            ReturnOutcome.NotFound => NotFound(),
            _ => To($"redemptions?said=Return{outcome.GetType().Name}"),
        };
    }

    private async Task<RedemptionRow?> OneAsync(Guid redemption, CancellationToken ct) =>
        await redemptions.ListAsync(Organisation.OrganisationId, new RedemptionFilter(HttpContext.Person().PersonId, Redemption: redemption, Limit: 1), ct) is [var row] ? row : null;
}

public sealed record ReturnForm(string? Receipt);

public sealed record ReturnPage(TillPlace Place, RedemptionRow Redemption, ReturnForm Form);

public sealed record ReturnedPage(TillPlace Place, ReturnOutcome.Returned Voucher);
