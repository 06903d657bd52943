using System.Security.Claims;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Hosting;

/// <summary>What the policies look at. Made anew for each request from the session's row, so a taken role is gone at once.</summary>
public static class PersonClaims
{
    public const string Platform = "platform";
    public const string Scope = "scope";

    public static ClaimsPrincipal Principal(SignedInPerson person, bool platformNeedsSecondFactor)
    {
        ArgumentNullException.ThrowIfNull(person);
        var identity = new ClaimsIdentity(SessionAuthentication.Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, person.PersonId.ToString()));
        identity.AddClaim(new Claim(ClaimTypes.Name, person.UserName)); // antiforgery binds its token to this
        if (person.DeviceId is null && (!platformNeedsSecondFactor || person.SecondFactor != "none"))
        {
            identity.AddClaims(person.PlatformRoles.Select(role => new Claim(Platform, role.Split(':')[0])));
        }

        return new ClaimsPrincipal(identity);
    }

    public static ClaimsPrincipal Principal(ApiCaller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var identity = new ClaimsIdentity(ApiKeyAuthentication.Scheme);
        // An agent's idempotency keys are its own for each client.
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, caller.AgentId is null ? caller.ApiKeyId.ToString("D") : $"{caller.ApiKeyId:D}@{caller.OrganisationId.Value:D}"));
        identity.AddClaims(caller.Scopes.Select(scope => new Claim(Scope, scope)));
        return new ClaimsPrincipal(identity);
    }
}
