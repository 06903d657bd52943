using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>A role at a counter, in an organisation that the address does not name: the device's, the one last worked in, or the only one.</summary>
public sealed record WorkplaceRequirement(string Role) : IAuthorizationRequirement;

public sealed class WorkplaceAuthorisation(OrganisationService organisations) : AuthorizationHandler<WorkplaceRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, WorkplaceRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Features.Get<SignedInPerson>() is not { } person)
        {
            return; // not answered is not allowed
        }

        var places = (await organisations.OfPersonAsync(person.PersonId, http.RequestAborted)).Where(access => access.Has(requirement.Role)).ToList();
        var place = person.DeviceId is not null
            ? places.Find(access => access.OrganisationId == person.OrganisationId)
            : places.Find(access => access.OrganisationId == person.OrganisationId) ?? places.FirstOrDefault();
        if (place is not null)
        {
            http.Features.Set(new OrganisationContext(place, requirement.Role));
            context.Succeed(requirement);
        }
    }
}
