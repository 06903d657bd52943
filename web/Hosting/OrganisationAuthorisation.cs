using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>One of these roles in the organisation whose slug stands in the route.</summary>
public sealed record OrganisationRequirement(IReadOnlyList<string> Roles) : IAuthorizationRequirement;

/// <summary>Asks the database for the membership, or for a mandate that lets an agent's people in; another's organisation is answered as one that is not there.</summary>
public sealed class OrganisationAuthorisation(OrganisationService organisations, MandateService mandates) : AuthorizationHandler<OrganisationRequirement>
{
    /// <summary>The failure that becomes 404.</summary>
    internal const string Hidden = "hidden";

    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OrganisationRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Features.Get<SignedInPerson>() is not { } person || http.GetRouteValue("slug") is not string slug)
        {
            return; // not answered is not allowed
        }

        var access = await organisations.AccessAsync(slug, person.PersonId, http.RequestAborted);
        if (person.DeviceId is not null && person.OrganisationId != access?.OrganisationId)
        {
            access = null; // a paired device works for its own organisation alone
        }

        var candidates = access is null ? [] : new List<OrganisationContext> { new(access, "") };
        if (person.DeviceId is null && AgentRooms.Includes(http) && requirement.Roles.All(role => access?.Has(role) != true))
        {
            var reached = await mandates.AccessAsync(slug, person.PersonId, http.RequestAborted);
            candidates.AddRange(reached.Select(mandate => new OrganisationContext(mandate.ToAccess(), "", mandate.AgentId)).Where(candidate => candidate.Access.Roles.Length > 0));
        }

        if (candidates.Count == 0)
        {
            context.Fail(new AuthorizationFailureReason(this, Hidden));
        }
        else if (requirement.Roles.Where(role => MayHere(person, role)).SelectMany(role => candidates.Where(candidate => candidate.Access.Has(role)).Select(candidate => candidate with { Role = role })).FirstOrDefault() is { } opened)
        {
            http.Features.Set(opened);
            context.Succeed(requirement);
        }
    }

    /// <summary>On a counter's device nobody is more than counter staff, whatever else they are elsewhere.</summary>
    private static bool MayHere(SignedInPerson person, string role) => person.DeviceId is null || DeviceService.CounterRoles.Contains(role, StringComparer.Ordinal);
}

/// <summary>The only pages of a client that a mandate opens: its declarations.</summary>
internal static class AgentRooms
{
    private const string Declarations = "{culture:culture}/org/{slug}/declarations";

    public static bool Includes(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
        && route.TrimStart('/') is var path
        && path.StartsWith(Declarations, StringComparison.Ordinal)
        && (path.Length == Declarations.Length || path[Declarations.Length] == '/');
}

/// <summary>The organisation of this request and the role that opened it.</summary>
/// <param name="Agent">The organisation that the person acts in, where it is an agent's mandate that opened this one.</param>
public sealed record OrganisationContext(OrganisationAccess Access, string Role, OrganisationId? Agent = null);
