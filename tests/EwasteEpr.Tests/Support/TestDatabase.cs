using EwasteEpr.Kernel;
using EwasteEpr.Verification;
using Npgsql;

namespace EwasteEpr.Tests.Support;

/// <summary>One PostgreSQL server for the test process and a database of its own for each test class, cloned from a migrated template.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private static readonly Lazy<Task<string>> Template = new(PrepareTemplateAsync);
    private string? maintenance;

    /// <summary>Connects as the owner.</summary>
    public string ConnectionString { get; private set; } = "";

    public string Name { get; } = $"t_{Guid.CreateVersion7():N}";

    public NpgsqlDataSource Owner { get; private set; } = null!;

    public Db Db { get; private set; } = null!;

    public Task InitializeAsync() => InitializeAsync("ewaste_template");

    /// <param name="template">A database of this server that nobody is connected to.</param>
    public async Task InitializeAsync(string template)
    {
        maintenance = await Template.Value;
        await using (var source = DatabaseConnections.Owner(maintenance))
        await using (var command = source.CreateCommand($"create database \"{Name}\" template \"{template}\" strategy file_copy"))
        {
            await command.ExecuteNonQueryAsync();
        }

        ConnectionString = DatabaseConnections.WithDatabase(maintenance, Name);
        Owner = DatabaseConnections.Owner(ConnectionString);
        Db = new Db(DatabaseConnections.Application(ConnectionString));
    }

    public async Task DisposeAsync()
    {
        await LeaveAsync();
        await using var source = DatabaseConnections.Owner(maintenance!);
        await using var command = source.CreateCommand($"drop database if exists \"{Name}\" with (force)");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Closes what is open and leaves the database where it is, for others to clone: its name is the template's.</summary>
    public async Task LeaveAsync()
    {
        await Db.Source.DisposeAsync();
        await Owner.DisposeAsync();
    }

    /// <summary>Moves the database's clock: only test databases can.</summary>
    public async Task SetClockOffsetAsync(TimeSpan offset)
    {
        await using var command = Owner.CreateCommand($"create or replace function app.now() returns timestamptz language sql stable return now() + interval '{(long)offset.TotalSeconds} seconds'");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Everything that must always hold, holds: for the end of a test that wrote.</summary>
    public async Task AssertInvariantsAsync()
    {
        var broken = (await new Verifier(Db).RunAsync(CancellationToken.None)).Where(finding => finding.FirstBroken is not null);
        Assert.Empty(broken);
    }

    /// <summary>As the owner: what the application itself may not do.</summary>
    public async Task ExecuteAsOwnerAsync(string sql)
    {
        await using var command = Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> PrepareTemplateAsync()
    {
        var server = await TestServer.StartAsync();
        await DatabaseConnections.EnsureDatabaseAsync(server.ConnectionString, "ewaste_template", CancellationToken.None);
        await using var owner = DatabaseConnections.Owner(DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste_template"));
        await new Migrator(owner).RunAsync(withDemoData: false, CancellationToken.None);
        return server.ConnectionString;
    }
}
