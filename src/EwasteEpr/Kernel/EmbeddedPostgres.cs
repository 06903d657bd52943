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
/// Several processes may use one folder (the site, and a verb beside it): the last one out stops the server.
/// It listens on the loopback address only, on a free port, with a random password kept in a file of mode 600.
/// </remarks>
public sealed partial class EmbeddedPostgres
{
    private const int OldestMajorVersion = 18;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string data;
    private readonly DataFolderUse use;
    private readonly int serverProcess;

    private EmbeddedPostgres(string data, DataFolderUse use, Running server)
    {
        this.data = data;
        this.use = use;
        serverProcess = server.ProcessId;
        ConnectionString = server.ConnectionString;
    }

    /// <summary>Connects as the owner to the maintenance database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the server on a folder, or joins the one that still runs on it.</summary>
    /// <exception cref="EmbeddedPostgresException">A sentence that says what is missing and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(folder);
        var binaries = PostgresBinaries.Find(options.BinFolder, folder);
        binaries.RequireVersion(OldestMajorVersion);
        var use = await DataFolderUse.EnterAsync(folder, ct);
        try
        {
            await using var starting = await DataFolderUse.StartingAsync(folder, ct);
            var data = Path.Combine(folder, "postgres");
            var password = await InitialiseAsync(binaries, data, ct);
            var server = await TryJoinAsync(data, password, ct) ?? await LaunchAsync(binaries, data, password, options.Settings, ct);
            return new EmbeddedPostgres(data, use, server);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server if nobody else uses it. Open transactions are rolled back, committed ones are safe.</summary>
    public async Task StopAsync()
    {
        using var alone = use.Leave();
        if (alone is null || !File.Exists(PidFile(data)))
        {
            return;
        }

        const int sigint = 2, sigquit = 3;
        if (!await StopsAsync(sigint, TimeSpan.FromSeconds(30)))
        {
            await StopsAsync(sigquit, TimeSpan.FromSeconds(10)); // without a last checkpoint: the next start replays the log
        }
    }

    /// <summary>What a killed application leaves behind, for tests: the server runs on.</summary>
    internal void Abandon() => use.Dispose();

    private async Task<bool> StopsAsync(int signal, TimeSpan limit)
    {
        _ = Kill(serverProcess, signal);
        var clock = Stopwatch.StartNew();
        while (File.Exists(PidFile(data)) && clock.Elapsed < limit)
        {
            await Task.Delay(20);
        }

        return !File.Exists(PidFile(data));
    }

    private static async Task<string> InitialiseAsync(PostgresBinaries binaries, string data, CancellationToken ct)
    {
        var passwordFile = data + ".password";
        if (Directory.Exists(data))
        {
            return File.Exists(passwordFile)
                ? (await File.ReadAllTextAsync(passwordFile, ct)).Trim()
                : throw new EmbeddedPostgresException($"{data} holds a database, but its password file {passwordFile} is gone: put it back, or move the folder away to start anew.");
        }

        // Made beside its place and moved when whole, so that a killed initdb leaves nothing that looks like a database.
        var half = data + ".new";
        if (Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using (var file = new FileStream(passwordFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(password), ct);
        }

        await binaries.InitialiseAsync(half, passwordFile, ct);
        Directory.Move(half, data);
        return password;
    }

    private static async Task<Running?> TryJoinAsync(string data, string password, CancellationToken ct)
    {
        if (!File.Exists(PidFile(data)))
        {
            return null;
        }

        var lines = await File.ReadAllLinesAsync(PidFile(data), ct);
        var processId = lines.Length > 0 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var port = lines.Length > 3 && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var connectionString = ConnectionStringFor(port, password);
        var clock = Stopwatch.StartNew();
        while (processId != 0 && PostgresBinaries.IsServer(processId) && clock.Elapsed < StartLimit)
        {
            if (port != 0 && await AnswersForAsync(connectionString, data, ct))
            {
                return new Running(connectionString, processId);
            }

            await Task.Delay(100, ct); // it may be recovering, or on its way out
        }

        // The process is gone, or its number now belongs to something else: PostgreSQL would refuse to start over such a file.
        if (processId == 0 || !PostgresBinaries.IsServer(processId))
        {
            File.Delete(PidFile(data));
        }

        return null;
    }

    private static async Task<Running> LaunchAsync(PostgresBinaries binaries, string data, string password, IReadOnlyList<string>? settings, CancellationToken ct)
    {
        var log = data + ".log";
        var port = FreePort();
        var connectionString = ConnectionStringFor(port, password);
        binaries.Launch(data, port, settings, log);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (await AnswersForAsync(connectionString, data, ct))
            {
                var first = (await File.ReadAllLinesAsync(PidFile(data), ct))[0];
                return new Running(connectionString, int.Parse(first, CultureInfo.InvariantCulture));
            }

            await Task.Delay(20, ct);
        }

        var text = File.Exists(log) ? await File.ReadAllTextAsync(log, ct) : "";
        throw new EmbeddedPostgresException($"PostgreSQL did not start within {StartLimit.TotalSeconds} seconds. Its log, {log}, ends:\n{text[Math.Max(0, text.Length - 2000)..]}");
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

    private static string PidFile(string data) => Path.Combine(data, "postmaster.pid");

    private static string ConnectionStringFor(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port == 0 ? 1 : port,
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

    private sealed record Running(string ConnectionString, int ProcessId);
}

/// <param name="Folder">Holds the data, the password and the log.</param>
/// <param name="BinFolder">A folder with <c>postgres</c> and <c>initdb</c> of version 18 or newer, or none to look for the npm package.</param>
/// <param name="Settings">Extra server settings as <c>name=value</c>; tests switch durability off with them.</param>
public sealed record EmbeddedPostgresOptions(string Folder, string? BinFolder = null, IReadOnlyList<string>? Settings = null);

/// <summary>A sentence for the person at the shell.</summary>
public sealed class EmbeddedPostgresException(string message) : Exception(message);
