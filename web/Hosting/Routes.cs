using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>Which pages this program has, so that no menu ever links to a page that is not there.</summary>
public sealed class Routes(EndpointDataSource endpoints)
{
    private const string Prefix = "{culture:culture}";

    /// <summary>Page -> the platform roles that its policy asks for, none where it asks for no such role.</summary>
    private readonly Lazy<Dictionary<string, string[]>> pages = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET", StringComparer.OrdinalIgnoreCase) ?? true)
        .Select(endpoint => (Path: endpoint.RoutePattern.RawText?.TrimStart('/') ?? "", Endpoint: endpoint))
        .Where(page => page.Path.StartsWith(Prefix, StringComparison.Ordinal))
        .GroupBy(page => page.Path[Prefix.Length..].Trim('/'), page => page.Endpoint, StringComparer.Ordinal)
        .ToDictionary(page => page.Key, page => RolesOf(page.First()), StringComparer.Ordinal));

    /// <param name="path">Behind the language, without slashes at the ends: <c>help</c>.</param>
    public bool Has(string path) => pages.Value.ContainsKey(path);

    /// <summary>The page is there and this reader's platform roles open it: a bar does not name doors that stay shut.</summary>
    public bool Has(string path, ClaimsPrincipal reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return pages.Value.TryGetValue(path, out var roles) && (roles.Length == 0 || roles.Any(role => reader.HasClaim(PersonClaims.Platform, role)));
    }

    /// <summary>Several policies on one page all have to be passed: the last and narrowest says who may.</summary>
    private static string[] RolesOf(RouteEndpoint endpoint) =>
        [.. Policies.PlatformRolesOf([endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy])];
}
