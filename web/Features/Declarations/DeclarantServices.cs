using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Demo;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Declarations;

public static class DeclarantServices
{
    public static void AddDeclarantPages(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(new SubmissionRules(MaySubmitIllustrative: builder.Configuration.IsDemo(builder.Environment)));
        services.AddSingleton<DeclarationService>().AddSingleton<DeclarationSums>().AddSingleton<DraftLines>().AddSingleton<LineQueries>();
        services.AddSingleton<UploadService>().AddSingleton<UploadStatus>().AddSingleton<ImportUploads>().AddSingleton<UploadPreview>().AddSingleton<MarkedFile>();
        services.AddSingleton<SubmissionService>().AddSingleton<ComparisonService>().AddSingleton<CanonicalCsv>().AddSingleton<CorrectionService>().AddSingleton<ReviewService>().AddSingleton<ReviewQueue>();
        services.AddSingleton<ProblemService>().AddSingleton<FixService>().AddSingleton<DemoTools>().AddSingleton<DemoDeclarations>();
        services.AddScoped<RowSentences>().AddScoped<LineExplanations>();
    }
}
