using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Agents;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Organisations;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Declarations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EwasteEpr.Web.Hosting;

/// <summary>Mandates and what agents do with them, and declarations by programs.</summary>
public static class Agents
{
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.TryAddSingleton<TariffService>();
        services.TryAddSingleton<DeclarationService>();
        services.TryAddSingleton<ComparisonService>();
        services.TryAddSingleton<SubmissionService>();
        services.TryAddSingleton<UploadService>();
        services.TryAddSingleton<UploadStatus>();
        services.TryAddSingleton<ImportUploads>();
        services.TryAddSingleton<ProblemService>();
        services.AddSingleton<ProblemList>().AddScoped<DeclarationsApi>();
        services.TryAddSingleton(provider => new SubmissionRules(provider.GetRequiredService<PeopleSettings>().IsDemo));
        services.Configure<OpenApiOptions>("v1", options =>
        {
            options.AddOperationTransformer<DeclarationsDescription>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                DeclarationsDescription.AddScheme(document);
                return Task.CompletedTask;
            });
        });
        return services.AddSingleton<MandateService>().AddSingleton<AgentClients>().AddSingleton<NilFiling>();
    }
}
