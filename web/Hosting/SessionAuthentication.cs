using System.Text.Encodings.Web;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace EwasteEpr.Web.Hosting;

/// <summary>From the cookie's token to the person of its session row. Nothing about the person stands in the cookie itself.</summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionCache sessions, PeopleSettings settings)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionCookie.Read(Context) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        if (await sessions.FindAsync(token, Context.RequestAborted) is not { } person)
        {
            return AuthenticateResult.Fail("No such session.");
        }

        Context.Features.Set(person);
        return AuthenticateResult.Success(new AuthenticationTicket(PersonClaims.Principal(person, settings.PlatformNeedsSecondFactor), Scheme));
    }

    /// <summary>To the sign-in page, and back here afterwards where here can be come back to.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        var back = HttpMethods.IsGet(Request.Method) ? QueryString.Create("returnUrl", Request.PathBase + Request.Path + Request.QueryString) : QueryString.Empty;
        Response.Redirect($"{Request.PathBase}/{Culture.Of(Context)}/sign-in{back}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

/// <param name="PlatformNeedsSecondFactor">Operators and inspectors act only in sessions with a second step. Off in Demo, where one click signs in.</param>
public sealed record PeopleSettings(bool IsDemo, bool PlatformNeedsSecondFactor);
