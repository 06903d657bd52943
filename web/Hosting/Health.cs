using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace EwasteEpr.Web.Hosting;

/// <summary>Answers for machines: does the process live, may it have traffic, which version is it.</summary>
/// <remarks>The page for people is Features/Status. A feature adds its own check with the tag <see cref="Ready"/> when traffic must stay away without it.</remarks>
public static class Health
{
    public const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [Ready]);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapGet("/version", () => Results.Json(ProgramVersion.Current)).AllowAnonymous();
    }

    /// <summary>Names and states only: what broke stands in the log, not in public.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new { status = report.Status.ToString(), checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString(), StringComparer.Ordinal) });

    private sealed class DatabaseCheck(Db db, IConfiguration configuration, IHostEnvironment environment) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                var pending = await Migrator.PendingAsync(db, configuration.IsDemo(environment), cancellationToken);
                return pending.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"{pending.Count} scripts are not applied, the first is {pending[0]}.");
            }
            catch (NpgsqlException problem)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.", problem);
            }
        }
    }
}
