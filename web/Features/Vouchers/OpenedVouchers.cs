using System.Security.Cryptography;
using EwasteEpr.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Remembers for half a day, in the browser alone, which vouchers were opened there: by code and PIN, or by a code sent to the phone.</summary>
public sealed class OpenedVouchers(IDataProtectionProvider protection)
{
    private const string Cookie = "voucher";
    private const int Most = 10;
    private const int LongestCookie = 3000;
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>The latest first; more than ten push the oldest out.</summary>
    public void Remember(HttpContext context, params IReadOnlyList<OpenedVoucher> vouchers)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(vouchers);
        var all = vouchers.Concat(All(context)).DistinctBy(voucher => voucher.VoucherId).Take(Most);
        var options = SessionCookie.Options(context);
        options.MaxAge = Life;
        context.Response.Cookies.Append(Cookie, Protector.Protect(string.Join('|', all.Select(voucher => $"{voucher.Code}.{voucher.VoucherId:N}")), Life), options);
    }

    /// <summary>The voucher's id, when this very code was opened here.</summary>
    public Guid? Read(HttpContext context, VoucherCode code) => All(context).FirstOrDefault(voucher => voucher.Code == code)?.VoucherId;

    public IReadOnlyList<OpenedVoucher> All(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and < LongestCookie } sealedText)
        {
            return [];
        }

        try
        {
            return [.. Protector.Unprotect(sealedText).Split('|').Select(Parse).OfType<OpenedVoucher>()];
        }
        catch (CryptographicException)
        {
            return []; // too old, of another installation, or made up
        }
    }

    private static OpenedVoucher? Parse(string pair) =>
        pair.Split('.') is [var typed, var id] && VoucherCode.TryParse(typed, out var code) ? new OpenedVoucher(code, Guid.ParseExact(id, "N")) : null;

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("opened-voucher").ToTimeLimitedDataProtector();
}

public sealed record OpenedVoucher(VoucherCode Code, Guid VoucherId);
