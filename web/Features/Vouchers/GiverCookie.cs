using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The browser that a drop-off was made in: it opens its own vouchers and is what limits are counted by. It names nobody.</summary>
/// <remarks>The value goes into <c>VoucherSecrets.Device</c> and is stored nowhere else; a page of another site never receives it.</remarks>
public static class GiverCookie
{
    private const string Name = "giver";
    private const int LongestValue = 100;

    public static string? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies[Name] is { Length: > 0 and <= LongestValue } value ? value : null;
    }

    /// <summary>The browser's value, given to it now when it has none.</summary>
    public static string Ensure(HttpContext context)
    {
        if (Read(context) is { } known)
        {
            return known;
        }

        var fresh = SecretToken.New();
        var options = SessionCookie.Options(context);
        options.MaxAge = TimeSpan.FromDays(365);
        context.Response.Cookies.Append(Name, fresh, options);
        return fresh;
    }
}
