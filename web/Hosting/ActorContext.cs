using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>Who acts in this request, for the writing methods and the audit.</summary>
public static class ActorContext
{
    /// <summary>The signed-in person or the organisation's key, in the role that let them in.</summary>
    public static Actor Current(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var address = Address(context);
        if (context.Features.Get<ApiCaller>() is { } caller)
        {
            var role = "api_key:" + caller.Prefix;
            return caller.AgentId is { } agency
                ? new Actor(null, agency.Value, caller.OrganisationId.Value, role, context.Reference(), address)
                : new Actor(null, caller.OrganisationId.Value, null, role, context.Reference(), address);
        }

        if (context.Features.Get<SignedInPerson>() is not { } person)
        {
            return new Actor(null, null, null, "anonymous", context.Reference(), address);
        }

        var organisation = context.Features.Get<OrganisationContext>();
        if (organisation is { Agent: { } agent })
        {
            return new Actor(person.PersonId.Value, agent.Value, organisation.Access.OrganisationId.Value, organisation.Role, context.Reference(), address);
        }

        return new Actor(person.PersonId.Value, organisation?.Access.OrganisationId.Value, null, organisation?.Role ?? RoleOf(context, person), context.Reference(), address);
    }

    public static SignedInPerson? PersonOrNone(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<SignedInPerson>();
    }

    /// <summary>For actions that only a signed-in person reaches.</summary>
    public static SignedInPerson Person(this HttpContext context) => context.PersonOrNone() ?? throw new InvalidOperationException("Nobody is signed in: the action lacks its policy.");

    /// <summary>For actions under <c>/org/{slug}</c> with an organisation policy.</summary>
    public static OrganisationAccess Organisation(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context.Features.Get<OrganisationContext>() ?? throw new InvalidOperationException("No organisation: the action lacks an organisation policy.")).Access;
    }

    /// <summary>The agent's organisation, where the person acts for another by a mandate.</summary>
    public static OrganisationId? Agent(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<OrganisationContext>()?.Agent;
    }

    /// <summary>The key's organisation, for actions under /api with an API policy.</summary>
    public static ApiCaller ApiCaller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("No API key: the action lacks an API policy.");
    }

    /// <summary>The regions that an inspector or akimat reads, by KATO code.</summary>
    public static IReadOnlyList<string> Regions(this SignedInPerson person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return [.. person.PlatformRoles.Select(role => role.Split(':')).Where(words => words.Length == 2).Select(words => words[1]).Distinct(StringComparer.Ordinal)];
    }

    public static string? Address(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Connection.RemoteIpAddress is { } ip ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString() : null;
    }

    public static SignInFrom SignInFrom(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new SignInFrom(Address(context), context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null, context.Reference(), SessionCookie.Read(context)) { KnownDevice = KnownDeviceCookie.Read(context) };
    }

    /// <summary>Of several platform roles the one that the action's policy asked for.</summary>
    private static string RoleOf(HttpContext context, SignedInPerson person)
    {
        var asked = Policies.PlatformRolesOf(context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy) ?? []);
        var held = person.PlatformRoles.Select(role => role.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return asked.FirstOrDefault(held.Contains) ?? "person";
    }
}
