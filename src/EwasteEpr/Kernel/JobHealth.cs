namespace EwasteEpr.Kernel;

/// <summary>When each job last ran and how it went: for the operator's page, the status page and the health check.</summary>
public sealed class JobHealth(Db db)
{
    private const string StartedSql = """
        insert into app.job_health (job, last_started_at) values (@job, clock_timestamp())
        on conflict (job) do update set last_started_at = excluded.last_started_at
        """;

    private const string SucceededSql = """
        update app.job_health
           set runs = runs + 1, last_finished_at = clock_timestamp(), last_succeeded_at = clock_timestamp(), failures_in_a_row = 0, last_error = null
         where job = @job
        """;

    private const string FailedSql = """
        update app.job_health
           set runs = runs + 1, last_finished_at = clock_timestamp(), failures_in_a_row = failures_in_a_row + 1, last_error = @error
         where job = @job
        """;

    /// <summary>Runs a sweep and remembers how it went; what it throws is remembered and thrown on.</summary>
    public async Task RunAsync(string job, Func<CancellationToken, Task> sweep, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        await db.ExecuteAsync(StartedSql, new { job }, ct);
        try
        {
            await sweep(ct);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            await db.ExecuteAsync(FailedSql, new { job, error = problem.Message }, CancellationToken.None);
            throw;
        }

        await db.ExecuteAsync(SucceededSql, new { job }, CancellationToken.None);
    }

    private const string ListSql = """
        select job, runs, last_started_at, last_finished_at, last_succeeded_at, failures_in_a_row, last_error
          from app.job_health order by job limit 200
        """;

    public Task<IReadOnlyList<JobRow>> ListAsync(CancellationToken ct) => db.QueryAsync<JobRow>(ListSql, null, ct);
}

/// <param name="LastError">Of the last run that failed, until one succeeds again.</param>
public sealed record JobRow(
    string Job, long Runs, DateTimeOffset LastStartedAt, DateTimeOffset? LastFinishedAt, DateTimeOffset? LastSucceededAt, int FailuresInARow, string? LastError);
