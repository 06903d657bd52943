namespace EwasteEpr.Web.Hosting;

/// <summary>Which pages this program has, so that no menu ever links to a page that is not there.</summary>
public sealed class Routes(EndpointDataSource endpoints)
{
    private const string Prefix = "{culture:culture}";

    private readonly Lazy<HashSet<string>> pages = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET", StringComparer.OrdinalIgnoreCase) ?? true)
        .Select(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/') ?? "")
        .Where(path => path.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(path => path[Prefix.Length..].Trim('/'))
        .ToHashSet(StringComparer.Ordinal));

    /// <param name="path">Behind the language, without slashes at the ends: <c>help</c>.</param>
    public bool Has(string path) => pages.Value.Contains(path);
}
