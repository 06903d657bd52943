namespace EwasteEpr.Web.Hosting;

/// <summary>The font files that a language's first view needs, by the names the front-end build gave them.</summary>
public sealed class FontPreloads
{
    private readonly Dictionary<string, string> files;

    public FontPreloads(IWebHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        files = environment.WebRootFileProvider.GetDirectoryContents("dist/fonts")
            .Where(file => file.Name.EndsWith(".woff2", StringComparison.Ordinal))
            .GroupBy(file => file.Name.Split('.')[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => "/dist/fonts/" + group.First().Name, StringComparer.Ordinal);
    }

    public IEnumerable<string> For(string language)
    {
        string[] wanted = language switch { "kk" => ["cyrillic", "cyrillic-ext", "latin"], "ru" => ["cyrillic", "latin"], _ => ["latin"] };
        return wanted.Where(files.ContainsKey).Select(name => files[name]);
    }
}
