using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>Who may do what: every action names its policy, and an action that forgot to is closed to everybody.</summary>
public static class Policies
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
    });
}
