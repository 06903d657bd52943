using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Hosting;

/// <summary>The mark of a browser that its owner has signed in from; see <see cref="KnownDevices"/>.</summary>
public static class KnownDeviceCookie
{
    private const string Name = "known";

    public static string? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies[Name] is { Length: > 0 and <= 200 } token ? token : null;
    }

    /// <summary>After a whole sign-in, second step included. One that is still this person's stays, so that it is not renewed by every page.</summary>
    public static void Write(HttpContext context, PersonId person)
    {
        ArgumentNullException.ThrowIfNull(context);
        var devices = context.RequestServices.GetRequiredService<KnownDevices>();
        var token = Read(context) is { } known && devices.Read(known, person) is not null ? known : devices.NewToken(person);
        var options = SessionCookie.Options(context);
        options.MaxAge = TimeSpan.FromDays(365);
        context.Response.Cookies.Append(Name, token, options);
    }
}
