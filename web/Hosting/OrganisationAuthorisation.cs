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
        if (person.DeviceId is null && AgentRooms.Of(http) is { } room && requirement.Roles.All(role => access?.Has(role) != true))
        {
            var reached = await mandates.AccessAsync(slug, person.PersonId, http.RequestAborted);
            candidates.AddRange(reached.Where(mandate => room.Opens(mandate.Scopes)).Select(mandate => new OrganisationContext(mandate.ToAccess(), "", mandate.AgentId)).Where(candidate => candidate.Access.Roles.Length > 0));
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

/// <summary>The only pages of a client that a mandate opens: its declarations, and its money where the mandate lets the agent pay.</summary>
/// <param name="Scope">What the mandate has to name; none: every mandate will do.</param>
internal sealed record AgentRooms(string Path, string? Scope)
{
    private const string Organisation = "{culture:culture}/org/{slug}/";

    private static readonly AgentRooms[] All =
    [
        new("declarations", null),
        new("invoices", MandateScope.Pay),
        new("credit-notes", MandateScope.Pay),
        new("statement", MandateScope.Pay),
        new("certificates", MandateScope.Pay),
    ];

    public bool Opens(IReadOnlyList<string> scopes) => Scope is null || scopes.Contains(Scope, StringComparer.Ordinal);

    /// <summary>The room that the page of this request belongs to, or none that an agent may enter.</summary>
    public static AgentRooms? Of(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
        && route.TrimStart('/') is var path
        && path.StartsWith(Organisation, StringComparison.Ordinal)
            ? Array.Find(All, room => path[Organisation.Length..].Split('/', '.')[0] == room.Path)
            : null;
}

/// <summary>The organisation of this request and the role that opened it.</summary>
/// <param name="Agent">The organisation that the person acts in, where it is an agent's mandate that opened this one.</param>
public sealed record OrganisationContext(OrganisationAccess Access, string Role, OrganisationId? Agent = null);
