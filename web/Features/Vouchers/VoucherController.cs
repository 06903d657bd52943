using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Owning;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>A voucher for its owner. Whoever else comes by this address is asked for the PIN and learns nothing, not even whether the voucher exists.</summary>
[AllowAnonymous]
public sealed class VoucherController(VoucherWallet wallet, VoucherSecrets secrets, VoucherHolds holds, OpenedVouchers opened, IStringLocalizer<VoucherText> text) : Controller
{
    private const int LongestAppeal = 2000;

    /// <summary>The address on paper has no language.</summary>
    [HttpGet("/v/{code}")]
    public IActionResult Short(string code) => LocalRedirect($"/{Culture.Of(HttpContext)}/v/{Uri.EscapeDataString(code)}");

    [HttpGet("/{culture:culture}/v")]
    public IActionResult Ask() => View("Open", new OpenForm(null, null));

    [HttpPost("/{culture:culture}/v")]
    public async Task<IActionResult> Open(OpenForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        switch (await wallet.OpenAsync(form.Code, form.Pin?.Trim(), ActorContext.Current(HttpContext), ct))
        {
            case OpenOutcome.Opened done when VoucherCode.TryParse(form.Code, out var code):
                opened.Remember(HttpContext, new OpenedVoucher(code, done.VoucherId));
                return LocalRedirect($"/{Culture.CurrentCode}/v/{code}");
            case OpenOutcome.Wait wait:
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                ModelState.AddModelError(nameof(form.Code), text["Open.Wait", Shared.Format.Current.Time(wait.Until)]);
                return View("Open", form);
            default:
                ModelState.AddModelError(nameof(form.Code), text["Open.Refused"]);
                return View("Open", form);
        }
    }

    [HttpGet("/{culture:culture}/v/{code}")]
    public async Task<IActionResult> Voucher(string code, string? said, CancellationToken ct)
    {
        NoStore();
        return await MineAsync(code, ct) is { } voucher
            ? View("Voucher", new VoucherPage(voucher, secrets.Live(voucher.Code, voucher.Now), new AppealForm(null), said))
            : View("Open", new OpenForm(code is { Length: <= 40 } ? code : null, null));
    }

    /// <summary>The picture alone, fetched again each half minute while the page is open.</summary>
    [HttpGet("/{culture:culture}/v/{code}/live")]
    public async Task<IActionResult> Live(string code, CancellationToken ct)
    {
        NoStore();
        return await MineAsync(code, ct) is { State: VoucherState.Issued } voucher ? Content(QrPicture.Svg(secrets.Live(voucher.Code, voucher.Now)), "image/svg+xml") : NotFound();
    }

    [HttpGet("/{culture:culture}/v/{code}/print")]
    public async Task<IActionResult> Print(string code, CancellationToken ct) =>
        await MineAsync(code, ct) is { } voucher
            ? new PaperResult(new Paper("VoucherPrint", new VoucherPaper(voucher, $"{Request.Scheme}://{Request.Host}/v/{voucher.Code}"), text["Paper.Title"], voucher.Code.Grouped) { BackAddress = $"/{Culture.CurrentCode}/v/{voucher.Code}" }, asPage: true)
            : NotFound();

    [HttpPost("/{culture:culture}/v/{code}/appeal")]
    public async Task<IActionResult> Appeal(string code, AppealForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await MineAsync(code, ct) is not { State: VoucherState.Held } voucher)
        {
            return NotFound();
        }

        if (string.IsNullOrWhiteSpace(form.Text) || form.Text.Length > LongestAppeal)
        {
            ModelState.AddModelError(nameof(form.Text), text["Appeal.Missing"]);
            return View("Voucher", new VoucherPage(voucher, secrets.Live(voucher.Code, voucher.Now), form, null));
        }

        await holds.AppealAsync(voucher.VoucherId, form.Text.Trim(), ActorContext.Current(HttpContext), ct);
        return LocalRedirect($"/{Culture.CurrentCode}/v/{voucher.Code}?said=Appealed");
    }

    /// <summary>In the words that the antiforgery of forms uses too.</summary>
    private void NoStore() => (Response.Headers.CacheControl, Response.Headers.Pragma) = ("no-cache, no-store", "no-cache");

    /// <summary>By the browser of the drop-off, or by code and PIN shown in this browser a while ago.</summary>
    private async Task<OwnedVoucher?> MineAsync(string typed, CancellationToken ct)
    {
        if (!VoucherCode.TryParse(typed, out var code))
        {
            return null;
        }

        return opened.Read(HttpContext, code) is { } id ? await wallet.OfIdAsync(id, ct) : await wallet.OfDeviceAsync(code, GiverCookie.Read(HttpContext) ?? "", ct);
    }
}

public sealed record OpenForm(string? Code, string? Pin);

public sealed record AppealForm(string? Text);

/// <param name="Live">What the live QR holds.</param>
public sealed record VoucherPage(OwnedVoucher Voucher, string Live, AppealForm Appeal, string? Said);

public sealed record VoucherPaper(OwnedVoucher Voucher, string Address);
