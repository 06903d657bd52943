using EwasteEpr.Kernel;

namespace EwasteEpr.Web.Hosting;

/// <summary>Starts the application's own PostgreSQL again when it died under the running site. A configured database is its owner's to keep alive.</summary>
public sealed partial class OwnServerWatch(Database database, ILogger<OwnServerWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Server is not { } server)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (server.IsAlive)
            {
                continue;
            }

            Died(log);
            try
            {
                await server.ReviveAsync(stoppingToken);
                Revived(log);
            }
            catch (EmbeddedPostgresException problem)
            {
                StaysAway(log, problem.Message); // asked again at the next tick: whatever is in the way may go
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The site's own PostgreSQL has died. It is started again; until then requests are answered with 503.")]
    private static partial void Died(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The site's own PostgreSQL runs again.")]
    private static partial void Revived(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void StaysAway(ILogger log, string problem);
}
