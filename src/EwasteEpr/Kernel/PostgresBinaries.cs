using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EwasteEpr.Kernel;

/// <summary>The folder with <c>postgres</c> and <c>initdb</c>, and how to run them as whoever we are.</summary>
internal sealed partial class PostgresBinaries
{
    private readonly string bin;

    private PostgresBinaries(string bin) => this.bin = bin;

    public static PostgresBinaries Find(string? configured, string dataFolder)
    {
        if (configured is not null)
        {
            return File.Exists(Path.Combine(configured, "postgres"))
                ? new PostgresBinaries(Path.GetFullPath(configured))
                : throw new EmbeddedPostgresException($"No PostgreSQL server in {configured}: set EWASTE_PG_BIN to a folder that holds postgres and initdb of version 18 or newer, or unset it.");
        }

        var native = FindNative() ?? throw new EmbeddedPostgresException(
            "PostgreSQL was not found. Run 'npm ci --ignore-scripts' in web/, or set EWASTE_PG_BIN to a folder with a server of version 18 or newer, or give ConnectionStrings__EwasteEpr.");
        return new PostgresBinaries(Path.Combine(LinkLibraries(native, dataFolder), "bin"));
    }

    public void RequireVersion(int oldestMajor)
    {
        var answer = Run("postgres", ["--version"]).Output; // "postgres (PostgreSQL) 18.4"
        var version = answer.Split(' ').FirstOrDefault(part => part.Length > 0 && char.IsAsciiDigit(part[0])) ?? "";
        var digits = version.AsSpan(0, version.TakeWhile(char.IsAsciiDigit).Count());
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < oldestMajor)
        {
            throw new EmbeddedPostgresException($"The server in {bin} is {answer.Trim()}; EwasteEpr needs PostgreSQL {oldestMajor} or newer.");
        }
    }

    /// <summary>True when this process lives and is a PostgreSQL server: numbers of processes are used again.</summary>
    public static bool IsServer(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == "postgres";
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            return false; // it is gone
        }
    }

    public async Task InitialiseAsync(string data, string passwordFile, CancellationToken ct)
    {
        if (IsRoot && !CanUnshare)
        {
            HandOver(Path.GetDirectoryName(data)!);
        }

        var result = await Task.Run(() => Run("initdb", ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"], asServerUser: true), ct);
        if (result.ExitCode != 0)
        {
            throw new EmbeddedPostgresException($"initdb could not make {data}:\n{result.Output}");
        }
    }

    /// <summary>Starts the server in a session of its own: Ctrl-C must reach the application first, so that it drains before its database goes.</summary>
    public void Launch(string data, int port, IReadOnlyList<string>? settings, string logFile)
    {
        List<string> arguments =
        [
            Path.Combine(bin, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "logging_collector=off",
            "-c", "shared_buffers=256MB", "-c", "max_connections=200", "-c", "timezone=UTC", "-c", "log_timezone=UTC",
        ];
        foreach (var setting in settings ?? [])
        {
            arguments.AddRange(["-c", setting]);
        }

        // sh gives the redirection that Process cannot: the log must outlive us.
        var command = new ProcessStartInfo("setsid") { UseShellExecute = false };
        command.ArgumentList.Add("sh");
        command.ArgumentList.Add("-c");
        command.ArgumentList.Add("log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1");
        command.ArgumentList.Add("sh");
        command.ArgumentList.Add(logFile);
        foreach (var word in ServerUser().Concat(arguments))
        {
            command.ArgumentList.Add(word);
        }

        Process.Start(command)?.Dispose();
    }

    private (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments, bool asServerUser = false)
    {
        string[] words = [.. asServerUser ? ServerUser() : [], Path.Combine(bin, program), .. arguments];
        var start = new ProcessStartInfo(words[0]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words[1..])
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    /// <summary>PostgreSQL refuses to run as root: a user namespace of our own, or the user nobody where namespaces are forbidden.</summary>
    private static IEnumerable<string> ServerUser() => !IsRoot
        ? []
        : CanUnshare
            ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
            : ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    private static bool IsRoot => EffectiveUser() == 0;

    private static bool CanUnshare { get; } = ProbeUnshare();

    private static bool ProbeUnshare()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare") { ArgumentList = { "--user", "--map-user=1000", "--map-group=1000", "true" }, UseShellExecute = false, RedirectStandardError = true })!;
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void HandOver(string folder)
    {
        using var chown = Process.Start(new ProcessStartInfo("chown") { ArgumentList = { "-R", "65534:65534", folder }, UseShellExecute = false })!;
        chown.WaitForExit();
    }

    internal static string? FindNative()
    {
        var package = Path.Combine("@embedded-postgres", PackageName(), "native");
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                foreach (var modules in new[] { Path.Combine(folder.FullName, "web", "node_modules"), Path.Combine(folder.FullName, "node_modules") })
                {
                    if (File.Exists(Path.Combine(modules, package, "bin", "postgres")))
                    {
                        return Path.Combine(modules, package);
                    }
                }
            }
        }

        return null;
    }

    private static string PackageName() =>
        (OperatingSystem.IsMacOS() ? "darwin-" : "linux-") + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64");

    /// <summary>npm runs without install scripts, so the links between the libraries are ours to make; in a read-only place we copy first.</summary>
    internal static string LinkLibraries(string native, string dataFolder)
    {
        try
        {
            Link(native);
            return native;
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)
        {
            var copy = Path.Combine(dataFolder, "postgres-native");
            if (!File.Exists(Path.Combine(copy, "bin", "postgres")))
            {
                CopyFolder(native, copy);
            }

            Link(copy);
            return copy;
        }
    }

    private static void Link(string native)
    {
        using var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(native, "pg-symlinks.json")));
        foreach (var link in list.RootElement.EnumerateArray())
        {
            // Both are written relative to the package ("native/lib/..."): the link points to a neighbour.
            var target = Path.Combine(native, Path.GetRelativePath("native", link.GetProperty("target").GetString()!));
            var source = Path.Combine(native, Path.GetRelativePath("native", link.GetProperty("source").GetString()!));
            var relative = Path.GetRelativePath(Path.GetDirectoryName(target)!, source);
            if (new FileInfo(target) is { LinkTarget: null, Exists: false })
            {
                try
                {
                    File.CreateSymbolicLink(target, relative);
                }
                catch (IOException) when (File.Exists(target))
                {
                    // another process made it a moment earlier
                }
            }
        }
    }

    internal static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)), overwrite: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
