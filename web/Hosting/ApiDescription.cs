using EwasteEpr.Web.Features.Declarations;
using Microsoft.OpenApi;

namespace EwasteEpr.Web.Hosting;

/// <summary>/openapi/v1.json: what programs may ask, as OpenAPI 3.1. Only routes below /api are described.</summary>
public static class ApiDescription
{
    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddOperationTransformer<QuoteDescription>();
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "EwasteEpr",
                Version = "1",
                Description = "Sentences are in the language of Accept-Language: kk, ru or en. Refusals are application/problem+json (RFC 9457). Money and mass are exact decimal texts.",
            };
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
}
