using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace EwasteEpr.Kernel;

/// <summary>The application's own PostgreSQL server, so that a newcomer needs nothing else.</summary>
/// <remarks>
/// The binaries come with the npm packages of the front end (or from a configured folder of version 18 or newer).
/// The server outlives a killed application on purpose: the next start finds it by postmaster.pid and uses it.
/// It listens on the loopback address only, on a free port, with a random password kept in a file of mode 600.
/// </remarks>
public sealed partial class EmbeddedPostgres
{
    private const int Sigint = 2;
    private const int OldestMajorVersion = 18;
    private readonly string dataFolder;
    private int serverProcess;

    private EmbeddedPostgres(string dataFolder, string connectionString, int serverProcess)
    {
        this.dataFolder = dataFolder;
        this.serverProcess = serverProcess;
        ConnectionString = connectionString;
    }

    /// <summary>Connects as the owner to the maintenance database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the server on <paramref name="folder"/> or joins the one that still runs on it.</summary>
    /// <exception cref="EmbeddedPostgresException">A sentence that says what is missing and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(folder);
        var binaries = PostgresBinaries.Find(options.BinFolder, folder);
        binaries.RequireVersion(OldestMajorVersion);
        var data = Path.Combine(folder, "postgres");
        var password = await InitialiseAsync(binaries, data, Path.Combine(folder, "postgres.password"), ct);
        var running = await TryJoinAsync(data, password, ct);
        if (running is not null)
        {
            return new EmbeddedPostgres(data, running.Value.ConnectionString, running.Value.ProcessId);
        }

        var port = FreePort();
        binaries.Launch(data, port, options.Settings, Path.Combine(folder, "postgres.log"));
        var connectionString = ConnectionStringFor(port, password);
        var processId = await WaitUntilReadyAsync(data, connectionString, Path.Combine(folder, "postgres.log"), ct);
        return new EmbeddedPostgres(data, connectionString, processId);
    }

    /// <summary>Fast shutdown: open transactions are rolled back, committed ones are safe.</summary>
    public async Task StopAsync()
    {
        if (serverProcess == 0)
        {
            return;
        }

        _ = Kill(serverProcess, Sigint);
        var pidFile = Path.Combine(dataFolder, "postmaster.pid");
        for (var i = 0; i < 200 && File.Exists(pidFile); i++)
        {
            await Task.Delay(50);
        }

        serverProcess = 0;
    }

    private static async Task<string> InitialiseAsync(PostgresBinaries binaries, string data, string passwordFile, CancellationToken ct)
    {
        if (File.Exists(Path.Combine(data, "PG_VERSION")) && File.Exists(passwordFile))
        {
            return (await File.ReadAllTextAsync(passwordFile, ct)).Trim();
        }

        if (Directory.Exists(data) && !File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            Directory.Delete(data, recursive: true); // an initdb that was killed half way
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using (var file = new FileStream(passwordFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(password), ct);
        }

        await binaries.InitialiseAsync(data, passwordFile, ct);
        return password;
    }

    private static async Task<(string ConnectionString, int ProcessId)?> TryJoinAsync(string data, string password, CancellationToken ct)
    {
        var pidFile = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(pidFile))
        {
            return null;
        }

        var lines = await File.ReadAllLinesAsync(pidFile, ct);
        if (lines.Length < 4 ||
            !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var processId) ||
            !int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            File.Delete(pidFile);
            return null;
        }

        var connectionString = ConnectionStringFor(port, password);
        var deadline = Stopwatch.StartNew();
        while (Kill(processId, 0) == 0 && deadline.Elapsed < TimeSpan.FromSeconds(15))
        {
            if (await AnswersForAsync(connectionString, data, ct))
            {
                return (connectionString, processId);
            }

            await Task.Delay(200, ct); // it may still be recovering, or be on its way out
        }

        if (Kill(processId, 0) != 0)
        {
            File.Delete(pidFile);
        }

        return null;
    }

    private static async Task<bool> AnswersForAsync(string connectionString, string data, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("show data_directory", connection);
            return string.Equals((string?)await command.ExecuteScalarAsync(ct), data, StringComparison.Ordinal);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<int> WaitUntilReadyAsync(string data, string connectionString, string logFile, CancellationToken ct)
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (await AnswersForAsync(connectionString, data, ct))
            {
                var first = (await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid"), ct))[0];
                return int.Parse(first, CultureInfo.InvariantCulture);
            }

            await Task.Delay(50, ct);
        }

        var log = File.Exists(logFile) ? await File.ReadAllTextAsync(logFile, ct) : "";
        throw new EmbeddedPostgresException($"PostgreSQL did not start within 60 seconds. Its log, {logFile}, ends:\n{log[Math.Max(0, log.Length - 2000)..]}");
    }

    private static string ConnectionStringFor(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "postgres",
        Password = password,
        Database = "postgres",
        Timeout = 5,
        Pooling = false,
    }.ConnectionString;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}

/// <param name="Folder">Holds the data, the password and the log.</param>
/// <param name="BinFolder">A folder with <c>postgres</c> and <c>initdb</c> of version 18 or newer, or none to look for the npm package.</param>
/// <param name="Settings">Extra server settings as <c>name=value</c>; tests switch durability off with them.</param>
public sealed record EmbeddedPostgresOptions(string Folder, string? BinFolder = null, IReadOnlyList<string>? Settings = null);

/// <summary>A sentence for the person at the shell.</summary>
public sealed class EmbeddedPostgresException(string message) : Exception(message);
