using System.Diagnostics;
using System.Text;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>One headless Chromium for each paper, a few at once, each with a time limit and a folder that goes with it.</summary>
public sealed partial class ChromiumPrinter : IPdfPrinter, IDisposable
{
    private const string FolderPrefix = "ewaste-print-";
    private const int LastAttempt = 5;
    private const string Policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">""";

    private readonly string? program;
    private readonly TimeSpan limit;
    private readonly SemaphoreSlim places;
    private readonly TimeProvider clock;
    private readonly ILogger<ChromiumPrinter> log;

    public ChromiumPrinter(IConfiguration configuration, TimeProvider clock, ILogger<ChromiumPrinter> log)
    {
        program = Chromium.Find(configuration);
        limit = TimeSpan.FromSeconds(configuration.GetValue("Printing:Seconds", 30));
        places = new SemaphoreSlim(configuration.GetValue("Printing:AtOnce", 2));
        this.clock = clock;
        this.log = log;
        SweepLeftovers();
    }

    public bool IsAvailable => program is not null;

    public async Task<byte[]> PrintAsync(PrintPage page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (program is null)
        {
            throw new PrintException($"This machine has no Chromium: install it, or name it by {Chromium.Setting}.");
        }

        // The wait counts too: a person does not ask what took so long.
        using var ends = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, ends.Token);
        try
        {
            await places.WaitAsync(either.Token);
            try
            {
                return await PrintInFolderAsync(program, page.Html, either.Token);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException problem) when (ends.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new PrintException($"Printing did not end within {limit.TotalSeconds:0} seconds.", problem);
        }
    }

    public void Dispose() => places.Dispose();

    private async Task<byte[]> PrintInFolderAsync(string browser, string html, CancellationToken ct)
    {
        // Created for this user alone: papers hold names and numbers of people.
        var folder = Directory.CreateTempSubdirectory(FolderPrefix).FullName;
        try
        {
            var page = Path.Combine(folder, "page.html");
            var paper = Path.Combine(folder, "paper.pdf");
            await File.WriteAllTextAsync(page, Closed(html), Encoding.UTF8, ct);
            var said = await RunAsync(browser, folder, Chromium.Arguments(folder, page, paper), ct);
            return File.Exists(paper) && await File.ReadAllBytesAsync(paper, ct) is { Length: > 0 } bytes
                ? bytes
                : throw new PrintException($"Chromium wrote no paper. It said: {said}");
        }
        finally
        {
            await RemoveAsync(folder);
        }
    }

    /// <summary>The printer's own guard, whoever wrote the page.</summary>
    private static string Closed(string html)
    {
        const string Head = "<head>";
        var at = html.IndexOf(Head, StringComparison.Ordinal);
        return at >= 0 ? html.Insert(at + Head.Length, Policy) : throw new ArgumentException("A page to print needs a <head>: its policy stands there.", nameof(html));
    }

    private static async Task<string> RunAsync(string browser, string folder, IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(browser, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = folder };
        // A user of a container often has no home, and Chromium wants one.
        start.Environment["HOME"] = folder;
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:";
        using var process = Process.Start(start) ?? throw new PrintException($"{browser} did not start.");
        try
        {
            process.StandardInput.Close();
            // Read to the end while it runs: a full pipe would stop it for ever.
            var errors = process.StandardError.ReadToEndAsync(ct);
            var output = process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            await output;
            var said = await errors;
            return said.Length > 2000 ? said[^2000..] : said;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private async Task RemoveAsync(string folder)
    {
        // A child of a killed browser may write one more file while we delete. Not cancelled with the request: papers must not stay.
        for (var attempt = 1; !TryRemove(folder, isLast: attempt == LastAttempt) && attempt < LastAttempt; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), clock, CancellationToken.None);
        }
    }

    private bool TryRemove(string folder, bool isLast)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (isLast)
            {
                LeftBehind(log, folder, problem);
            }

            return false;
        }
    }

    /// <summary>What a killed program left.</summary>
    private void SweepLeftovers()
    {
        var old = clock.GetUtcNow().AddHours(-1).UtcDateTime;
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*").Where(folder => Directory.GetCreationTimeUtc(folder) < old))
        {
            TryRemove(folder, isLast: true);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder {Folder} of a printed paper could not be removed; the next start tries again.")]
    private static partial void LeftBehind(ILogger log, string folder, Exception problem);
}
