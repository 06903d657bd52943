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
    private static readonly TimeSpan LaunchAgainAfter = TimeSpan.FromSeconds(3);
    private readonly string data;
    private readonly DataFolderUse use;
    private readonly PostgresBinaries binaries;
    private readonly IReadOnlyList<string>? settings;

    private EmbeddedPostgres(string data, DataFolderUse use, PostgresBinaries binaries, EmbeddedPostgresOptions options, string connectionString)
    {
        this.data = data;
        this.use = use;
        this.binaries = binaries;
        settings = options.Settings;
        ConnectionString = connectionString;
    }

    /// <summary>Connects as the owner to the maintenance database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the server on a folder, or joins the one that still runs on it.</summary>
    /// <exception cref="EmbeddedPostgresException">A sentence that says what is missing and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Path.GetFullPath(options.Folder);
        try
        {
            return await StartAsync(folder, options, ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data folder {folder} cannot be used ({problem.Message}). Let EWASTE_DATA name a folder that you may write.");
        }
    }

    private static async Task<EmbeddedPostgres> StartAsync(string folder, EmbeddedPostgresOptions options, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var binaries = PostgresBinaries.Find(options.BinFolder, folder);
        binaries.RequireVersion(OldestMajorVersion);
        var use = await DataFolderUse.EnterAsync(folder, ct);
        try
        {
            await using var starting = await DataFolderUse.StartingAsync(folder, ct);
            var data = Path.Combine(folder, "postgres");
            var password = await InitialiseAsync(binaries, data, ct);
            var port = LastPort(data);
            var server = await TryJoinAsync(data, password, ct) ?? await LaunchAsync(binaries, data, new(port, password), options.Settings, ct);
            return new EmbeddedPostgres(data, use, binaries, options, server);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Whether the server's process is there. It may still be recovering.</summary>
    public bool IsAlive => ServerProcess(data) is var process and not 0 && PostgresBinaries.IsServer(process);

    /// <summary>Starts the server again after it died under us, where everybody who uses it still looks for it.</summary>
    /// <exception cref="EmbeddedPostgresException">It does not start, or something else listens on its port by now.</exception>
    public async Task ReviveAsync(CancellationToken ct)
    {
        await using var starting = await DataFolderUse.StartingAsync(Path.GetDirectoryName(data)!, ct);
        var mine = new NpgsqlConnectionStringBuilder(ConnectionString);
        if (await TryJoinAsync(data, mine.Password!, ct) is not null)
        {
            return; // another process that uses the folder was first
        }

        if (!IsFree(mine.Port))
        {
            throw new EmbeddedPostgresException($"The database died and its port {mine.Port} is taken by another program: stop that program, or start the site again.");
        }

        await LaunchAsync(binaries, data, new(mine.Port, mine.Password!), settings, ct);
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
        // As the file says now: the server that we found may have died, and another process may have started the next one.
        if (ServerProcess(data) is var process && !PostgresBinaries.IsServer(process))
        {
            return true; // it died by itself; the next start clears what it left
        }

        _ = Kill(process, signal);
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

    private static async Task<string?> TryJoinAsync(string data, string password, CancellationToken ct)
    {
        if (!File.Exists(PidFile(data)))
        {
            return null;
        }

        var (processId, port) = (ServerProcess(data), LastPort(data));
        var connectionString = ConnectionStringFor(port, password);
        var clock = Stopwatch.StartNew();
        while (processId != 0 && PostgresBinaries.IsServer(processId) && clock.Elapsed < StartLimit)
        {
            if (port != 0 && await AnswersForAsync(connectionString, data, ct))
            {
                return connectionString;
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

    private static async Task<string> LaunchAsync(PostgresBinaries binaries, string data, Door door, IReadOnlyList<string>? settings, CancellationToken ct)
    {
        var log = data + ".log";
        var port = IsFree(door.LastPort) ? door.LastPort : FreePort();
        var connectionString = ConnectionStringFor(port, door.Password);
        var clock = Stopwatch.StartNew();
        for (var launched = -LaunchAgainAfter; clock.Elapsed < StartLimit;)
        {
            // After a kill -9 the old server's processes need a moment to go, and a new one refuses to start beside them.
            if (!File.Exists(PidFile(data)) && clock.Elapsed >= launched + LaunchAgainAfter)
            {
                binaries.Launch(data, port, settings, log);
                launched = clock.Elapsed;
            }

            if (await AnswersForAsync(connectionString, data, ct))
            {
                return connectionString;
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

    /// <summary>Where a server that died listened: a site that still runs looks for it there. 0 when none died.</summary>
    private static int LastPort(string data) => NumberInPidFile(data, line: 3);

    private static int ServerProcess(string data) => NumberInPidFile(data, line: 0);

    private static int NumberInPidFile(string data, int line) =>
        File.Exists(PidFile(data)) && int.TryParse(File.ReadLines(PidFile(data)).ElementAtOrDefault(line), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool IsFree(int port)
    {
        if (port is < 1024 or > IPEndPoint.MaxPort)
        {
            return false;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    private sealed record Door(int LastPort, string Password);
}

/// <param name="Folder">Holds the data, the password and the log.</param>
/// <param name="BinFolder">A folder with <c>postgres</c> and <c>initdb</c> of version 18 or newer, or none to look for the npm package.</param>
/// <param name="Settings">Extra server settings as <c>name=value</c>; tests switch durability off with them.</param>
public sealed record EmbeddedPostgresOptions(string Folder, string? BinFolder = null, IReadOnlyList<string>? Settings = null);

/// <summary>A sentence for the person at the shell.</summary>
public sealed class EmbeddedPostgresException(string message) : Exception(message);
