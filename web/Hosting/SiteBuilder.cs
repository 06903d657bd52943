using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting.Printing;
using Npgsql;

namespace EwasteEpr.Web.Hosting;

/// <summary>From arguments to a site that listens: database, services, pipeline, in this order.</summary>
public static class SiteBuilder
{
    /// <returns>The site, or none when a sentence on stderr has said why not.</returns>
    public static async Task<Site?> StartAsync(string[] args, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (Address.Taken(builder.Configuration) is { } taken)
        {
            await Console.Error.WriteLineAsync(taken);
            return null;
        }

        builder.UseAddress();

        Database? database = null;
        try
        {
            var isDemo = builder.Configuration.IsDemo(builder.Environment);
            if (isDemo)
            {
                DemoGuard.Check(builder.Configuration);
            }

            database = await Database.OpenAsync(builder.Configuration, ct);
            await database.MigrateAsync(isDemo, ct);
            builder.AddSite(database);
            var app = builder.Build();
            app.UseSite();
            await app.CheckProductionAsync(ct);
            app.SayWhenNothingPrints();
            await app.PrepareDemoAsync(database, ct);
            return new Site(app, database);
        }
        catch (Exception problem) when (problem is EmbeddedPostgresException or MigrationException or StartRefusedException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            if (database is not null)
            {
                await database.DisposeAsync();
            }

            return null;
        }
    }
}

/// <summary>The running site and the database it brought.</summary>
public sealed class Site(WebApplication app, Database database) : IAsyncDisposable
{
    public WebApplication App => app;

    /// <summary>Longer than the host's own limit for draining: whatever still hangs then, hangs for ever.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(45);

    public async Task<int> RunUntilStoppedAsync()
    {
        app.ShowBoxWhenStarted(database, app.Configuration.IsDemo(app.Environment));
        app.Lifetime.ApplicationStopping.Register(() => _ = EndWhenStuckAsync());
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{problem.Message} Choose another one: PORT=5081 ./run");
            return 2;
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    /// <summary>The scheduler asks an absent database without end while it stops; a kill is safe by design, an eternal process is not.</summary>
    /// <remarks>Environment.Exit would wait for the very stop that hangs, so the process ends itself as kill -9 would.</remarks>
    private static async Task EndWhenStuckAsync()
    {
        await Task.Delay(LongestStop);
        await Console.Error.WriteLineAsync($"The site did not stop within {LongestStop.TotalSeconds:0} seconds, probably because its database is away. It ends now; nothing that was answered is lost.");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}
