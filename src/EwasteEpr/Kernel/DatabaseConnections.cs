using System.Data.Common;
using Npgsql;

namespace EwasteEpr.Kernel;

/// <summary>Two ways into one database: as the owner (migrations only) and as the application, which may not change what is append-only.</summary>
/// <remarks>The application's sessions take the role <c>ewaste_app</c> at start, so the same login serves both and a REVOKE binds the program.</remarks>
public static class DatabaseConnections
{
    /// <summary>
    /// How long a request waits for a free connection: then it is told to come again, rather than held while more of them queue up behind it.
    /// A <c>Timeout</c> that the connection string names itself is kept.
    /// </summary>
    private const int SecondsToConnect = 3;

    public static NpgsqlDataSource Owner(string connectionString) =>
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString).Build();

    public static NpgsqlDataSource Application(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = true,
            Options = "-c role=ewaste_app",
            ApplicationName = "EwasteEpr",
            MaxAutoPrepare = 200,
        };
        if (!new DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Timeout"))
        {
            settings.Timeout = SecondsToConnect;
        }

        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <summary>Creates the database if it is not there. The name is ours, never a person's input.</summary>
    public static async Task EnsureDatabaseAsync(string maintenanceConnectionString, string name, CancellationToken ct)
    {
        await using var source = Owner(maintenanceConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var exists = new NpgsqlCommand("select count(*) from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if ((long)(await exists.ExecuteScalarAsync(ct))! == 0)
        {
            await using var create = new NpgsqlCommand($"create database \"{name}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    public static string WithDatabase(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
