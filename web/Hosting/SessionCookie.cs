namespace EwasteEpr.Web.Hosting;

/// <summary>The cookie that holds the session's token: for this host, not for scripts, and only over TLS outside the own machine.</summary>
/// <remarks>Whether it is the own machine is what the browser calls us by: behind a proxy the connection itself is always near.</remarks>
public static class SessionCookie
{
    public static string? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies[Name(context)] is { Length: > 0 and <= 100 } token ? token : null;
    }

    public static void Write(HttpContext context, string token)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Append(Name(context), token, Options(context));
    }

    public static void Clear(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Name(context), Options(context));
    }

    /// <summary>How every cookie of ours is sent.</summary>
    public static CookieOptions Options(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = !IsLoopback(context), Path = "/", IsEssential = true };
    }

    private static string Name(HttpContext context) => IsLoopback(context) ? "ewaste" : "__Host-ewaste";

    private static bool IsLoopback(HttpContext context) => DemoGuard.IsLoopbackHost(context.Request.Host.Host);
}
