using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>One of these roles in the organisation whose slug stands in the route.</summary>
public sealed record OrganisationRequirement(IReadOnlyList<string> Roles) : IAuthorizationRequirement;

/// <summary>Asks the database for the membership; an organisation that is not one's own is answered as one that is not there.</summary>
public sealed class OrganisationAuthorisation(OrganisationService organisations) : AuthorizationHandler<OrganisationRequirement>
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
        if (access is null || (person.DeviceId is not null && person.OrganisationId != access.OrganisationId))
        {
            context.Fail(new AuthorizationFailureReason(this, Hidden));
            return;
        }

        // On a counter's device nobody is more than counter staff, whatever else they are elsewhere.
        if (requirement.Roles.FirstOrDefault(one => access.Has(one) && (person.DeviceId is null || DeviceService.CounterRoles.Contains(one, StringComparer.Ordinal))) is { } role)
        {
            http.Features.Set(new OrganisationContext(access, role));
            context.Succeed(requirement);
        }
    }
}

/// <summary>The organisation of this request and the role that opened it.</summary>
public sealed record OrganisationContext(OrganisationAccess Access, string Role);
