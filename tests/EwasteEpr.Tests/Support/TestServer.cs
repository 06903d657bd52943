using System.Diagnostics;
using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Support;

/// <summary>One PostgreSQL server for each test process, in a folder of its own that goes when the process goes.</summary>
/// <remarks>
/// A test process may be killed, and a handler of its end gets little time. So a small shell process of its own session waits
/// for that end, kills the server and deletes the folder: nothing of value is in it.
/// </remarks>
internal static class TestServer
{
    private const string Watch = """
        while kill -0 "$1" 2>/dev/null; do sleep 0.3; done
        read -r server < "$2/postgres/postmaster.pid" && kill -QUIT "$server"
        i=0
        while [ -e "$2/postgres/postmaster.pid" ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
        rm -rf "$2"
        """;

    public static async Task<EmbeddedPostgres> StartAsync()
    {
        var folder = Path.Combine(Room(), string.Create(CultureInfo.InvariantCulture, $"ewaste-tests-{Environment.ProcessId}"));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true); // of an earlier process with our number, left by a machine that was switched off
        }

        StartWatch(Environment.ProcessId, folder);
        return await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions(folder, Environment.GetEnvironmentVariable("EWASTE_PG_BIN"), ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"]),
            CancellationToken.None);
    }

    // Each test class makes and drops some thousand files. In memory that costs half; ext4 besides avoids inodes deleted in the last
    // seconds, and looking for others took a third of the processor's time of a whole run.
    private static string Room()
    {
        const string memory = "/dev/shm";
        return Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace > 4L << 30 ? memory : Path.GetTempPath();
    }

    /// <summary>Does not hold the test runner's output open: the runner would wait for it.</summary>
    internal static void StartWatch(int processId, string folder)
    {
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false };
        foreach (var word in new[] { "sh", "-c", "exec sh -c \"$0\" \"$@\" </dev/null >/dev/null 2>&1", Watch, "sh", processId.ToString(CultureInfo.InvariantCulture), folder })
        {
            start.ArgumentList.Add(word);
        }

        Process.Start(start)?.Dispose();
    }
}
