using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Between password and code: who it is, sealed in a cookie for five minutes. It opens nothing but the page that asks for the code.</summary>
public sealed class PendingSignIn(IDataProtectionProvider protection)
{
    private const string Cookie = "ewaste-code";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("pending-sign-in").ToTimeLimitedDataProtector();

    public void Write(HttpContext context, PersonId person, string? returnUrl)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Append(Cookie, protector.Protect($"{person}|{returnUrl}", Life), SessionCookie.Options(context));
    }

    public (PersonId Person, string? ReturnUrl)? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } sealedText)
        {
            return null;
        }

        try
        {
            var words = protector.Unprotect(sealedText).Split('|', 2);
            return (new PersonId(Guid.ParseExact(words[0], "D")), words[1]);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null; // too old, or not ours
        }
    }

    public void Clear(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Cookie, SessionCookie.Options(context));
    }
}
