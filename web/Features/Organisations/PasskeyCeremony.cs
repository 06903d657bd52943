using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The challenge between the two halves of a passkey's use: sealed in a cookie for five minutes, taken once.</summary>
public sealed class PasskeyCeremony(IDataProtectionProvider protection)
{
    private const string Cookie = "ewaste-passkey";
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("passkey").ToTimeLimitedDataProtector();

    public void Remember(HttpContext context, string state)
    {
        ArgumentNullException.ThrowIfNull(context);
        var options = SessionCookie.Options(context);
        options.SameSite = SameSiteMode.Strict;
        context.Response.Cookies.Append(Cookie, protector.Protect(state, TimeSpan.FromMinutes(5)), options);
    }

    public string? Take(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Cookie, SessionCookie.Options(context));
        try
        {
            return context.Request.Cookies[Cookie] is { Length: > 0 } sealedState ? protector.Unprotect(sealedState) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null; // too old, or not ours
        }
    }
}
