using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The quote reads its body itself, JSON or a table, so its two bodies are described here.</summary>
internal sealed class QuoteDescription : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.RelativePath != "api/v1/fees/quote")
        {
            return;
        }

        operation.OperationId = "quoteFees";
        operation.Summary = "Prices a list of equipment; nothing is stored.";
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(QuoteRequest), null, cancellationToken) },
                ["text/csv"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Comma, semicolon or tab; columns by their English codes or their names in Kazakh, Russian or English. At most 50 000 rows." } },
            },
        };
    }
}
