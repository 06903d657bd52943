using System.Security.Cryptography;
using EwasteEpr.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Remembers for half a day, in the browser alone, that code and PIN of a voucher were shown there.</summary>
public sealed class OpenedVouchers(IDataProtectionProvider protection)
{
    private const string Cookie = "voucher";
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public void Remember(HttpContext context, VoucherCode code, Guid voucherId)
    {
        ArgumentNullException.ThrowIfNull(context);
        var options = SessionCookie.Options(context);
        options.MaxAge = Life;
        context.Response.Cookies.Append(Cookie, Protector.Protect($"{code}.{voucherId:N}", Life), options);
    }

    /// <summary>The voucher's id, when this very code was opened here.</summary>
    public Guid? Read(HttpContext context, VoucherCode code)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and < 1000 } sealedText)
        {
            return null;
        }

        try
        {
            return Protector.Unprotect(sealedText).Split('.') is [var opened, var id] && opened == code.ToString() ? Guid.ParseExact(id, "N") : null;
        }
        catch (CryptographicException)
        {
            return null; // too old, of another installation, or made up
        }
    }

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("opened-voucher").ToTimeLimitedDataProtector();
}
