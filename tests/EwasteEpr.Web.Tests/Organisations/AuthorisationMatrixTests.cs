using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace EwasteEpr.Web.Tests.Organisations;

/// <summary>Every endpoint of the program x every role x the own and another organisation, over real HTTP with real sign-ins.</summary>
/// <remarks>
/// What is expected stands in authorisation-matrix.csv: method, route as the program spells it, and who may: <c>everyone</c>,
/// <c>signed-in</c>, roles of an organisation (<c>member</c> is any of them), platform roles, <c>key:SCOPE</c> for machines, or <c>key:device</c> for a paired device.
/// A new route needs a row; the failing test prints the row that the route's own policy suggests, for a person to agree with.
/// </remarks>
public sealed class AuthorisationMatrixTests(AuthorisationMatrixTests.PatientSite site) : IClassFixture<AuthorisationMatrixTests.PatientSite>
{
    private const string Own = "importer-1";
    private const string Other = "importer-2";

    /// <summary>Limits of rates answer before authorisation is asked, and would hide what it says.</summary>
    public sealed class PatientSite : DemoSite
    {
        private const int Many = 100_000_000;

        protected override IReadOnlyList<string> Settings =>
        [
            .. base.Settings, $"--RateLimits:ApiPublicPerMinute={Many}", $"--RateLimits:CalculatorPerMinute={Many}", $"--RateLimits:CounterCodesPerMinute={Many}", $"--RateLimits:ApiKeyPerMinute={Many}",
        ];
    }

    [Fact]
    public void EveryEndpoint_HasARow_AndEveryRowAnEndpoint()
    {
        var rows = MatrixRow.ReadAll().Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        var routes = Routes().ToDictionary(route => route.Key, StringComparer.Ordinal);
        var missing = routes.Values.Where(route => !rows.Contains(route.Key)).Select(route => $"{route.Key} has no row: say who may, for example\n  {route.Method},{route.Pattern},{route.Suggestion()}");
        var stale = rows.Where(row => !routes.ContainsKey(row)).Select(row => $"{row} stands in authorisation-matrix.csv, but the program has no such route.");
        var sentences = missing.Concat(stale).Order(StringComparer.Ordinal).ToList();
        Assert.True(sentences.Count == 0, "\n" + string.Join('\n', sentences));
    }

    [Fact]
    public async Task EveryRole_GetsWhatTheMatrixSays_InItsOwnOrganisationAndInAnother()
    {
        using var probe = new AuthorisationProbe();
        var rows = MatrixRow.ReadAll().ToDictionary(row => row.Key, StringComparer.Ordinal);
        var routes = Routes().Where(route => rows.ContainsKey(route.Key)).ToList();
        var surprises = new List<string>();
        foreach (var caller in await CallersAsync())
        {
            foreach (var route in routes.Where(route => caller.IsWorthAsking(rows[route.Key])))
            {
                foreach (var slug in route.HasSlug && caller.TellsOrganisationsApart ? new[] { Own, Other } : [Own])
                {
                    var expected = rows[route.Key].Expected(caller, slug == Own, route.HasSlug);
                    var actual = await probe.AskAsync(caller.Browser, route.Method, route.Path(site.Slug(slug)), route.Pattern);
                    if (actual != expected.ToString())
                    {
                        surprises.Add($"{caller.Name} in {(slug == Own ? "the own" : "another")} organisation: {route.Key} should be {expected} and was {actual}");
                    }
                }
            }
        }

        Assert.True(surprises.Count == 0, "\n" + string.Join('\n', surprises));
    }

    [Fact]
    public void Matrix_WouldNoticeAnOpenedRoute()
    {
        // A check must be able to fail: the row of a page for members, read as if strangers asked.
        var row = MatrixRow.ReadAll().Single(row => row.Route == "/{culture:culture}/org/{slug}/members/invite");
        var stranger = new Caller("operator_preparer", "operator_preparer", IsMember: false, null!);
        Assert.Equal(AuthorisationAnswer.NotFound, row.Expected(stranger, isOwn: true, hasSlug: true));
        Assert.Equal(AuthorisationAnswer.Forbidden, row.Expected(new Caller("viewer", "viewer", IsMember: true, null!), isOwn: true, hasSlug: true));
        Assert.Equal(AuthorisationAnswer.Allowed, row.Expected(new Caller("owner", "owner", IsMember: true, null!), isOwn: true, hasSlug: true));
    }

    private async Task<List<Caller>> CallersAsync()
    {
        var callers = new List<Caller> { new("anonymous", "", IsMember: false, site.NewClient()) };
        foreach (var role in OrganisationRole.All)
        {
            callers.Add(new Caller(role, role, IsMember: true, await site.MemberAsync(Own, role)));
        }

        callers.Add(new Caller("owner of another organisation", OrganisationRole.Owner, IsMember: false, await site.MemberAsync(Other, OrganisationRole.Owner)) { Home = Other });
        foreach (var (role, persona) in new[] { (PlatformRole.OperatorPreparer, "operator-preparer"), (PlatformRole.OperatorApprover, "operator-approver"), (PlatformRole.Inspector, "inspector"), (PlatformRole.Akimat, "akimat") })
        {
            callers.Add(new Caller(role, role, IsMember: false, await site.SignedInAsync(persona)));
        }

        foreach (var scope in ApiScope.All)
        {
            var machine = site.NewClient();
            machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync(Own, scope));
            callers.Add(new Caller("key:" + scope, "key:" + scope, IsMember: false, machine) { IsFirstOfItsKind = scope == ApiScope.All[0] });
        }

        callers.Add(new Caller(Caller.Device, Caller.Device, IsMember: false, await site.DeviceAsync(Own)));
        return callers;
    }

    private List<MatrixRoute> Routes() => [.. site.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new MatrixRoute(method, endpoint)))
        .DistinctBy(route => route.Key)];
}

/// <summary>Somebody who asks.</summary>
internal sealed record Caller(string Name, string Role, bool IsMember, HttpClient Browser)
{
    /// <summary>The other organisation, for its owner: there everything is own.</summary>
    public string? Home { get; init; }

    /// <summary>A paired device of the counter, on which nobody is signed in.</summary>
    public const string Device = "key:device";

    public bool IsMachine => Role.StartsWith("key:", StringComparison.Ordinal);

    /// <summary>One key stands for all of them where no key is asked for.</summary>
    public bool IsFirstOfItsKind { get; init; } = true;

    private static bool AsksEverything => Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1";

    /// <summary>To who belongs to neither, one organisation is as strange as the other.</summary>
    public bool TellsOrganisationsApart => IsMember || IsMachine || Home is not null || AsksEverything;

    public bool IsWorthAsking(MatrixRow row) => IsFirstOfItsKind || AsksEverything || row.Who.Any(who => who.StartsWith("key:", StringComparison.Ordinal));
}

/// <summary>A line of the table.</summary>
internal sealed record MatrixRow(string Method, string Route, IReadOnlyList<string> Who)
{
    public string Key => Method + " " + Route;

    public static List<MatrixRow> ReadAll([CallerFilePath] string here = "") =>
        [.. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(here)!, "authorisation-matrix.csv")).Skip(1).Where(line => line.Length > 0)
            .Select(line => line.Split(',')).Select(cells => new MatrixRow(cells[0], cells[1], cells[2].Split(' ')))];

    public AuthorisationAnswer Expected(Caller caller, bool isOwn, bool hasSlug)
    {
        if (Who.Contains("everyone", StringComparer.Ordinal))
        {
            return AuthorisationAnswer.Allowed;
        }

        // Devices have a way in of their own: it opens what is theirs and is nothing elsewhere.
        if (caller.Role == Caller.Device || Who.Contains(Caller.Device, StringComparer.Ordinal))
        {
            return caller.Role == Caller.Device && Who.Contains(Caller.Device, StringComparer.Ordinal) ? AuthorisationAnswer.Allowed : AuthorisationAnswer.SignIn;
        }

        var isForMachines = Who.Any(who => who.StartsWith("key:", StringComparison.Ordinal));
        if (caller.Role.Length == 0 || caller.IsMachine != isForMachines)
        {
            return AuthorisationAnswer.SignIn;
        }

        var may = Who.Contains(caller.Role, StringComparer.Ordinal) || Who.Contains("signed-in", StringComparer.Ordinal) || (Who.Contains("member", StringComparer.Ordinal) && OrganisationRole.All.Contains(caller.Role, StringComparer.Ordinal));
        var isHome = caller.Home is null ? caller.IsMember && isOwn : !isOwn;
        return hasSlug && !isHome ? AuthorisationAnswer.NotFound : may ? AuthorisationAnswer.Allowed : AuthorisationAnswer.Forbidden;
    }
}

/// <summary>A method and route of the program, and an address that reaches it.</summary>
internal sealed record MatrixRoute(string Method, RouteEndpoint Endpoint)
{
    public string Pattern => "/" + Endpoint.RoutePattern.RawText!.TrimStart('/');

    public string Key => Method + " " + Pattern;

    public bool HasSlug => Endpoint.RoutePattern.Parameters.Any(parameter => parameter.Name == "slug");

    public string Path(string slug) => "/" + string.Join('/', Endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => Value(parameter, slug),
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        _ => throw new InvalidOperationException($"An unknown part in {Pattern}."),
    }))));

    /// <summary>The row that the route's own policy suggests.</summary>
    public string Suggestion()
    {
        if (Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return "everyone";
        }

        var policies = Endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>().ToList();
        // Several policies hold together: what passes all of them.
        return policies.Count == 0
            ? "(NO POLICY: nobody may)"
            : string.Join(' ', policies.Select(policy => Words(policy).Split(' ')).Aggregate((left, right) => [.. left.Intersect(right, StringComparer.Ordinal)]));
    }

    private static string Words(string policy) => policy switch
    {
        PolicyNames.SignedIn => "signed-in",
        PolicyNames.AnyOperator => "operator_preparer operator_approver",
        PolicyNames.OperatorPreparer => "operator_preparer",
        PolicyNames.OperatorApprover => "operator_approver",
        PolicyNames.DeclarationReader => "operator_preparer operator_approver inspector",
        PolicyNames.OrgPayer => "accountant signatory owner",
        PolicyNames.ApiPaymentsWrite => "key:payments:write",
        PolicyNames.OrgReader => "preparer signatory accountant owner viewer developer",
        PolicyNames.Inspector => "inspector",
        PolicyNames.RegionReader => "inspector akimat",
        PolicyNames.OrgMember => "member",
        PolicyNames.OrgDeveloper => "developer owner",
        PolicyNames.OrgPointStaff => "point_staff",
        PolicyNames.OrgRecyclerStaff => "recycler_staff",
        PolicyNames.OrgCarrier => "owner preparer signatory",
        PolicyNames.OrgRecyclerReader => "owner recycler_staff signatory viewer",
        PolicyNames.ApiWeighInsWrite => "key:weigh-ins:write",
        PolicyNames.ApiBatchesWrite => "key:batches:write",
        PolicyNames.ApiDeclarationsRead => "key:declarations:read",
        PolicyNames.ApiDeclarationsWrite => "key:declarations:write",
        PolicyNames.ApiDeclarationsSubmit => "key:declarations:submit",
        _ => policy.Replace("Org", "", StringComparison.Ordinal).ToLowerInvariant(),
    };

    private static string Value(Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter, string slug)
    {
        var constraints = parameter.ParameterPolicies.Select(policy => policy.Content ?? "").ToList();
        return parameter.Name switch
        {
            "culture" => "en",
            "slug" => slug,
            _ when constraints.Contains("guid") => "0198c000-0000-7000-8000-000000000000",
            _ when constraints.Any(constraint => constraint is "int" or "long" || constraint.StartsWith("min", StringComparison.Ordinal)) => "2026",
            _ => "2026",
        };
    }
}
