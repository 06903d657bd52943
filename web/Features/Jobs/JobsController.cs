using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Quartz;

namespace EwasteEpr.Web.Features.Jobs;

/// <summary>The operator's view of the background jobs: when each ran, how it went, and a button to run it now.</summary>
/// <remarks>Running a job once more is always harmless: the rows are the queue, and every sweep may run twice.</remarks>
[Route("/{culture:culture}/operator/jobs")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class JobsController(JobHealth health, Db db, IServiceProvider services) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Jobs(string? done, CancellationToken ct)
    {
        var rows = (await health.ListAsync(ct)).ToDictionary(row => row.Job, StringComparer.Ordinal);
        return View(new JobsPage([.. JobSchedule.All.Select(sweep => new JobState(sweep.Name, rows.GetValueOrDefault(sweep.Name)))], done));
    }

    [HttpPost("{job}/run")]
    public async Task<IActionResult> Run(string job, CancellationToken ct)
    {
        if (JobSchedule.All.FirstOrDefault(sweep => sweep.Name == job) is not { } sweep)
        {
            return NotFound();
        }

        await db.InTransactionAsync(
            transaction => AuditTrail.WriteAsync(transaction, new AuditEntry("job.run_by_hand", "job", job), ActorContext.Current(HttpContext), ct), ct);
        return LocalRedirect($"/{Culture.CurrentCode}/operator/jobs?done={(await StartAsync(sweep, ct) ? "Started" : "Failed")}");
    }

    /// <summary>Where a scheduler runs, it takes the job up; a node without one does it itself.</summary>
    private async Task<bool> StartAsync(ScheduledSweep sweep, CancellationToken ct)
    {
        if (services.GetService<ISchedulerFactory>() is { } factory)
        {
            var scheduler = await factory.GetScheduler(ct);
            await scheduler.TriggerJob(new JobKey(sweep.Name), ct);
            return true;
        }

        try
        {
            await health.RunAsync(sweep.Name, stop => sweep.Run(services, stop), ct);
            return true;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return false; // remembered with the job, where the page shows it
        }
    }
}

public sealed record JobsPage(IReadOnlyList<JobState> Jobs, string? Done)
{
    public int Failing => Jobs.Count(job => job.Row?.LastError is not null);
}

/// <param name="Row">None: it has not run yet.</param>
public sealed record JobState(string Name, JobRow? Row);
