using System.Text.Encodings.Web;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace EwasteEpr.Web.Hosting;

/// <summary>Machines: <c>Authorization: Bearer ewk_…</c>, an organisation's key with its scopes; an agent's key names its client in <see cref="ClientHeader"/>.</summary>
public sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyService keys, MandateService mandates)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "ApiKey";

    /// <summary>The client's slug, the word in the address of its pages: the request is the client's, within the mandate.</summary>
    public const string ClientHeader = "On-Behalf-Of";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.ToString() is not { Length: > 7 } header || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(header[7..].Trim(), Context.RequestAborted) is not { } caller)
        {
            return AuthenticateResult.Fail("No such key.");
        }

        if (Request.Headers[ClientHeader].ToString() is { Length: > 0 } client)
        {
            if (await mandates.AtClientAsync(caller, client, Context.RequestAborted) is not { } there)
            {
                // Without a mandate a client is not there: no scope is left, and the answer is 404 as for any stranger.
                Context.Features.Set(new UnknownClient());
                return AuthenticateResult.Success(new AuthenticationTicket(PersonClaims.Principal(caller with { Scopes = [] }), Scheme));
            }

            caller = there;
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(PersonClaims.Principal(caller), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

/// <summary>The request names a client that the key's organisation has no mandate for.</summary>
internal sealed record UnknownClient;
