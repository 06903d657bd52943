using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Demo;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What the declarant's and the operator's pages need beside the services of declarations.</summary>
public static class DeclarantServices
{
    public static void AddDeclarantPages(this IServiceCollection services)
    {
        services.AddSingleton<DeclarationSums>().AddSingleton<ReviewQueue>().AddSingleton<UploadPreview>().AddSingleton<DemoTools>().AddSingleton<DemoDeclarations>();
        services.AddScoped<RowSentences>().AddScoped<LineExplanations>();
    }
}
