using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Vouchers.Owning;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The third way to one's own voucher: a code sent to the phone that was confirmed at the drop-off. A stranger's number is answered the same.</summary>
[AllowAnonymous]
public sealed class VoucherByPhoneController(VoucherByPhone phones, VoucherWallet wallet, OpenedVouchers opened, TextMessages texts, IStringLocalizer<VoucherText> text) : Controller
{
    [HttpGet("/{culture:culture}/v/by-phone")]
    public IActionResult Ask() => View("ByPhone", new ByPhonePage(null, null, null, null));

    [HttpPost("/{culture:culture}/v/by-phone")]
    public async Task<IActionResult> Ask(string? phone, CancellationToken ct)
    {
        var language = Culture.CurrentCode;
        switch (await phones.AskAsync(phone, language, code => text["ByPhone.Sms", code], ActorContext.Current(HttpContext), ct))
        {
            case PhoneAsk.Sent sent:
                return LocalRedirect($"/{language}/v/by-phone/{sent.AskId:D}");
            case PhoneAsk.BadNumber:
                return Refused(text["ByPhone.BadNumber"], phone);
            case PhoneAsk.Wait wait:
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return Refused(text["Open.Wait", Shared.Format.Current.Time(wait.Until)], phone);
            default:
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return Refused(text["ByPhone.TooMany"], phone);
        }
    }

    [HttpGet("/{culture:culture}/v/by-phone/{ask:guid}")]
    public async Task<IActionResult> Code(Guid ask, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return View("ByPhone", new ByPhonePage(null, null, ask, await texts.LatestAsync(ask, ct)));
    }

    [HttpPost("/{culture:culture}/v/by-phone/{ask:guid}")]
    public async Task<IActionResult> Open(Guid ask, string? code, CancellationToken ct)
    {
        var found = await phones.OpenAsync(ask, code, ActorContext.Current(HttpContext), ct);
        if (found.Count == 0)
        {
            ModelState.AddModelError(nameof(ByPhonePage.Code), text["ByPhone.BadCode"]);
            return View("ByPhone", new ByPhonePage(null, code, ask, await texts.LatestAsync(ask, ct)));
        }

        opened.Remember(HttpContext, [.. found.Select(voucher => new OpenedVoucher(voucher.Code, voucher.VoucherId))]);
        return LocalRedirect(found is [var only] ? $"/{Culture.CurrentCode}/v/{only.Code}" : $"/{Culture.CurrentCode}/v/mine");
    }

    /// <summary>What was opened in this browser in the last half day.</summary>
    [HttpGet("/{culture:culture}/v/mine")]
    public async Task<IActionResult> Mine(CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return View("MyVouchers", await wallet.OfIdsAsync([.. opened.All(HttpContext).Select(voucher => voucher.VoucherId)], ct));
    }

    private ViewResult Refused(string why, string? phone)
    {
        ModelState.AddModelError(nameof(ByPhonePage.Phone), why);
        return View("ByPhone", new ByPhonePage(phone, null, null, null));
    }
}

/// <param name="Ask">The question whose code is waited for; none on the first step.</param>
/// <param name="DemoText">In the demonstration only: what the phone would have shown.</param>
public sealed record ByPhonePage(string? Phone, string? Code, Guid? Ask, string? DemoText);
