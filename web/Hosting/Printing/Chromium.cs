namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>Where the browser is, and how it is started as a printer.</summary>
public static class Chromium
{
    /// <summary>Setting: the program's path, or <c>none</c> to print no PDF at all.</summary>
    public const string Setting = "EWASTE_CHROMIUM";

    private const string None = "none";

    private static readonly string[] Names = ["chromium", "chromium-browser", "chrome-headless-shell", "google-chrome-stable", "google-chrome"];

    private static readonly string[] Elsewhere = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

    /// <returns>Null where there is none.</returns>
    public static string? Find(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[Setting] is { Length: > 0 } given)
        {
            return given != None && File.Exists(given) ? given : null;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).Concat(Elsewhere).FirstOrDefault(File.Exists);
    }

    /// <remarks>
    /// The browser's own sandbox needs rights that root and containers do not have. It is not missed here: the page is written by us with every
    /// typed word encoded, its policy forbids scripts and loading anything, and no host name resolves. (To switch scripts off is no way: this mode is one.)
    /// </remarks>
    public static IEnumerable<string> Arguments(string folder, string page, string paper) =>
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--disable-extensions", "--disable-breakpad", "--mute-audio",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--user-data-dir=" + Path.Combine(folder, "profile"),
        "--no-pdf-header-footer", "--generate-pdf-document-outline",
        "--print-to-pdf=" + paper,
        new Uri(page).AbsoluteUri,
    ];
}
