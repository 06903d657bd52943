using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Web.Hosting;

/// <summary>The database the site works on: the configured one, or the application's own server under the data folder.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly EmbeddedPostgres? server;

    private Database(string connectionString, string folder, EmbeddedPostgres? server)
    {
        this.server = server;
        Folder = folder;
        ConnectionString = connectionString;
        Application = DatabaseConnections.Application(connectionString);
    }

    /// <summary>Connects as the owner; the application itself uses <see cref="Application"/>.</summary>
    public string ConnectionString { get; }

    /// <summary>The data folder (EWASTE_DATA): own server, keys, demo seed.</summary>
    public string Folder { get; }

    public NpgsqlDataSource Application { get; }

    public bool IsOwnServer => server is not null;

    /// <summary>The own server, for who keeps it alive; none where the database is configured.</summary>
    public EmbeddedPostgres? Server => server;

    public static async Task<Database> OpenAsync(IConfiguration configuration, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var folder = Path.GetFullPath(configuration["EWASTE_DATA"] ?? "data");
        if (configuration.GetConnectionString("EwasteEpr") is { Length: > 0 } configured)
        {
            return Configured(configured, folder);
        }

        var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder, configuration["EWASTE_PG_BIN"]), ct);
        await DatabaseConnections.EnsureDatabaseAsync(server.ConnectionString, "ewaste", ct);
        return new Database(DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste"), folder, server);
    }

    private static Database Configured(string connectionString, string folder)
    {
        try
        {
            return new Database(connectionString, folder, server: null);
        }
        catch (ArgumentException problem)
        {
            throw new StartRefusedException($"ConnectionStrings__EwasteEpr cannot be read ({problem.Message}) It looks like Host=...;Database=...;Username=...;Password=...");
        }
    }

    public async Task<IReadOnlyList<string>> MigrateAsync(bool withDemoData, CancellationToken ct)
    {
        await using var owner = DatabaseConnections.Owner(ConnectionString);
        return await new Migrator(owner).RunAsync(withDemoData, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        if (server is not null)
        {
            await server.StopAsync();
        }
    }
}
