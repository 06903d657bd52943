using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What this feature needs of the container.</summary>
public static class DeclarationServices
{
    public static IServiceCollection AddDeclarations(this IServiceCollection services)
    {
        services.TryAddSingleton<TariffService>();
        services.AddSingleton<DeclarationService>().AddSingleton<DraftLines>().AddSingleton<DraftExports>().AddSingleton<ExportableLines>().AddSingleton<LineQueries>();
        services.AddSingleton<UploadService>().AddSingleton<UploadStatus>().AddSingleton<ImportUploads>();
        services.AddSingleton<ProblemService>().AddSingleton<FixService>().AddSingleton<AnnotatedFiles>();
        services.AddSingleton<SubmissionService>().AddSingleton<SignedSubmission>().AddSingleton<CorrectionService>().AddSingleton<ComparisonService>().AddSingleton<ReviewService>().AddSingleton<CanonicalCsv>();
        services.AddSingleton(provider => new SubmissionRules(
            MaySubmitIllustrative: provider.GetRequiredService<IConfiguration>().IsDemo(provider.GetRequiredService<IHostEnvironment>())));
        services.AddApiDescription();
        return services;
    }
}
