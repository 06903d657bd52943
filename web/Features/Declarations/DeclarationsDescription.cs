using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What the routes' own types do not say: the key, the idempotency key, the revision, and the two bodies of lines.</summary>
internal sealed class DeclarationsDescription : IOpenApiOperationTransformer
{
    private const string Scheme = "key";

    public static void AddScheme(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An organisation's key, made on its page of API keys, with the scopes declarations:read, declarations:write, declarations:submit, payments:read, payments:write, webhooks:write.",
        };
    }

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAuthorizeData>().Any(data => data.Policy?.StartsWith("Api", StringComparison.Ordinal) == true))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            Header(operation, ApiKeyAuthentication.ClientHeader, isRequired: false, "For an agent: the client's slug, as in the address of its pages. The request is then the client's, within the mandate that holds today.");
        }

        if (context.Description.ActionDescriptor.FilterDescriptors.Any(filter => filter.Filter is IdempotentAttribute))
        {
            Header(operation, IdempotentAttribute.Header, isRequired: true, "1 to 255 characters without spaces, a new one for each action. Sent again with the same body, the stored answer comes back.");
        }

        switch (context.Description.RelativePath)
        {
            case "api/v1/declarations/{number}/submit":
                Header(operation, "If-Match", isRequired: false, "The ETag that GET answered; or the same number as revision in the body.");
                break;
            case "api/v1/declarations/{number}/lines":
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["text/csv"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Comma, semicolon or tab; columns by their English codes or their names in Kazakh, Russian or English." } },
                        ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(LinesRequest), null, cancellationToken) },
                    },
                };
                break;
        }
    }

    private static void Header(OpenApiOperation operation, string name, bool isRequired, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Required = isRequired, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }
}
