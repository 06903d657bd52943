using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Bench;

/// <summary>A server of its own with the program's schema and reference data, started when the first benchmark asks, with a production server's durability.</summary>
public sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "ewaste-bench-" + Environment.ProcessId);
    private EmbeddedPostgres? server;
    private NpgsqlDataSource? source;

    public async Task<string> ConnectionStringAsync()
    {
        if (server is null)
        {
            server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder, Environment.GetEnvironmentVariable("EWASTE_PG_BIN")), CancellationToken.None);
            await DatabaseConnections.EnsureDatabaseAsync(server.ConnectionString, "ewaste", CancellationToken.None);
            await using var owner = DatabaseConnections.Owner(DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste"));
            await new Migrator(owner).RunAsync(withDemoData: false, CancellationToken.None);
        }

        return DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste");
    }

    public async Task<Db> DbAsync() => new(source ??= DatabaseConnections.Application(await ConnectionStringAsync()));

    public async ValueTask DisposeAsync()
    {
        if (source is not null)
        {
            await source.DisposeAsync();
        }

        if (server is not null)
        {
            await server.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
