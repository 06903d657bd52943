using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace EwasteEpr.Web.Hosting;

/// <summary>How much one caller may send and ask.</summary>
public static class Limits
{
    /// <summary>For public API routes: <c>[EnableRateLimiting(Limits.ApiPublic)]</c>.</summary>
    public const string ApiPublic = "api-public";

    /// <summary>For API routes that need a key: so many requests a minute for each key, from wherever it is used.</summary>
    public const string ApiKey = "api-key";

    /// <summary>So many tables and papers are made at once; the next ones wait their turn, so that they cannot take the connections from a counter or a till.</summary>
    public const int ReportsAtOnce = 4;

    private const int ReportsWaiting = 40;

    private static readonly string[] Reports = [".csv", ".xlsx", ".pdf", ".zip", ".geojson"];

    /// <summary>For the calculator's page: each request may price a whole file, and nobody is signed in.</summary>
    public const string Calculator = "calculator";

    /// <summary>Codes tried at one counter: a person types a few in a minute, a guesser thousands.</summary>
    public const string CounterCodes = "counter-codes";

    /// <summary>What an ordinary form may weigh; actions that take files say their own limit.</summary>
    public const int FormBytes = 2 * 1024 * 1024;

    public static void AddLimits(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = FormBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        var perMinute = builder.Configuration.GetValue("RateLimits:ApiPublicPerMinute", 120);
        var perCalculator = builder.Configuration.GetValue("RateLimits:CalculatorPerMinute", 60);
        var perCounter = builder.Configuration.GetValue("RateLimits:CounterCodesPerMinute", 30);
        var perKey = builder.Configuration.GetValue("RateLimits:ApiKeyPerMinute", 600);
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask; // the page or the problem+json is written by Problems, as for every refusal
            };
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsReport(context.Request.Path.Value ?? "")
                ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions { PermitLimit = ReportsAtOnce, QueueLimit = ReportsWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst })
                : RateLimitPartition.GetNoLimiter(false));
            options.AddPolicy(ApiPublic, context => OfAddress(context, perMinute));
            options.AddPolicy(Calculator, context => OfAddress(context, perCalculator));
            options.AddPolicy(CounterCodes, context => RateLimitPartition.GetFixedWindowLimiter(
                Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(SessionCookie.Read(context) ?? context.Connection.RemoteIpAddress?.ToString() ?? ""))),
                _ => new FixedWindowRateLimiterOptions { PermitLimit = perCounter, Window = TimeSpan.FromMinutes(1) }));
            options.AddPolicy(ApiKey, context => RateLimitPartition.GetFixedWindowLimiter(
                // The whole key, hashed: whoever knows only its prefix cannot use up what is another's.
                Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()))),
                _ => new FixedWindowRateLimiterOptions { PermitLimit = perKey, Window = TimeSpan.FromMinutes(1) }));
        });
    }
    private static bool IsReport(string path) => Array.Exists(Reports, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The address of the connection: a forwarded one can be written by anybody.</summary>
    private static RateLimitPartition<string> OfAddress(HttpContext context, int perMinute) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) });
}
