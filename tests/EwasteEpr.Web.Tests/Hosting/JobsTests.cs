using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Hosting;

/// <summary>A site whose jobs run, as in production.</summary>
public sealed class SiteWithJobs : SiteFixture
{
    protected override IReadOnlyList<string> Settings => ["--Jobs:Enabled=true"];
}

public sealed class JobsTests(SiteWithJobs site) : IClassFixture<SiteWithJobs>
{
    [Fact]
    public async Task AuditRows_AreSealedByTheJobAndItsHealthIsKept()
    {
        var db = site.Database.Db;
        await db.InTransactionAsync(
            transaction => AuditTrail.WriteAsync(transaction, new AuditEntry("job.tested", "thing", "1"), Actor.System("test"), CancellationToken.None), CancellationToken.None);
        await UntilAsync(async () => await db.QuerySingleAsync<bool>(
            "select exists (select from audit.leaves l join audit.entries e on e.entry_id = l.row_id where e.action = 'job.tested')", null, CancellationToken.None));
        await UntilAsync(async () => (await new JobHealth(db).ListAsync(CancellationToken.None)).Any(job => job is { Job: "audit-seal", Runs: > 1, FailuresInARow: 0, LastError: null }));
        await site.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TheSchedulersTables_BelongToTheApplicationInASchemaOfTheirOwn()
    {
        var tables = await site.Database.Db.QueryAsync<string>(
            "select tablename::text from pg_tables where schemaname = 'jobs' and tableowner = 'ewaste_app' order by 1", null, CancellationToken.None);
        Assert.Contains("qrtz_triggers", tables);
        var jobs = await site.Database.Db.QueryAsync<string>("select job_name::text from jobs.qrtz_job_details order by 1", null, CancellationToken.None);
        Assert.Equal(JobSchedule.All.Select(sweep => sweep.Name).Order(StringComparer.Ordinal), jobs);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(100, limit.Token);
        }
    }
}
