using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Agents;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Organisations;
using EwasteEpr.Tariffs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EwasteEpr.Web.Hosting;

/// <summary>Mandates and what agents do with them.</summary>
public static class Agents
{
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.TryAddSingleton<TariffService>();
        services.TryAddSingleton<DeclarationService>();
        services.TryAddSingleton<ComparisonService>();
        services.TryAddSingleton<SubmissionService>();
        services.TryAddSingleton(provider => new SubmissionRules(provider.GetRequiredService<PeopleSettings>().IsDemo));
        return services.AddSingleton<MandateService>().AddSingleton<AgentClients>().AddSingleton<NilFiling>();
    }
}
