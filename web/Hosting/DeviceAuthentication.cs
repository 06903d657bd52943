using System.Security.Claims;
using System.Text.Encodings.Web;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace EwasteEpr.Web.Hosting;

/// <summary>A paired device speaks for itself, also when the session of the person on it has ended: it brings records, and each record names its person.</summary>
/// <remarks>By its cookie, which no other site's page can send along with a JSON body, or by <c>Authorization: Device …</c>.</remarks>
public sealed class DeviceAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, DeviceService devices)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Device";
    private const string Prefix = "Device ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var token = header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim() : DeviceCookie.Read(Context);
        if (token is not { Length: > 0 and <= 100 })
        {
            return AuthenticateResult.NoResult();
        }

        if (await devices.FindAsync(token, Context.RequestAborted) is not { } device)
        {
            return AuthenticateResult.Fail("No such device.");
        }

        Context.Features.Set(device);
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, "device:" + device.DeviceId.ToString("D")));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

/// <summary>The token that stays on a paired device.</summary>
public static class DeviceCookie
{
    private const string Name = "ewaste-device";

    public static string? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies[Name] is { Length: > 0 and <= 100 } token ? token : null;
    }

    public static void Write(HttpContext context, string token)
    {
        ArgumentNullException.ThrowIfNull(context);
        var options = SessionCookie.Options(context);
        options.MaxAge = TimeSpan.FromDays(400);
        context.Response.Cookies.Append(Name, token, options);
    }
}
