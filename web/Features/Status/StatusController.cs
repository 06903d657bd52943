using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EwasteEpr.Web.Features.Status;

/// <summary>The system's state in plain words, for whoever wonders whether it is them or us.</summary>
[AllowAnonymous]
public sealed class StatusController(HealthCheckService health, TimeProvider clock, StartedAt started) : Controller
{
    [HttpGet("/{culture:culture}/status")]
    public async Task<IActionResult> Index(CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        return View(new StatusPage(
            report.Status == HealthStatus.Healthy,
            [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new StatusLine(entry.Key, entry.Value.Status == HealthStatus.Healthy))],
            clock.GetUtcNow(),
            started.Instant,
            ProgramVersion.Current));
    }
}

/// <param name="IsWell">Every part works.</param>
/// <param name="Parts">The parts by the names of their health checks.</param>
public sealed record StatusPage(bool IsWell, IReadOnlyList<StatusLine> Parts, DateTimeOffset At, DateTimeOffset Since, ProgramVersion Version);

public sealed record StatusLine(string Name, bool Works);
