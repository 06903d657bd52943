using EwasteEpr.Organisations.Demo;

namespace EwasteEpr.Web.Hosting;

/// <summary>What a person who typed ./run sees: where the site is, how to get in, where the data are.</summary>
public static class StartBox
{
    /// <summary>Three people who between them can show everything that needs two; the rest are on /demo.</summary>
    private static readonly string[] Shown = ["importer-owner", "operator-preparer", "operator-approver"];

    public static void ShowBoxWhenStarted(this WebApplication app, Database database, bool isDemo)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var address = app.Urls.FirstOrDefault() ?? "";
            List<string> lines = [$"EwasteEpr  {address}", ""];
            if (isDemo)
            {
                var secrets = DemoSecrets.Load(database.Folder);
                lines.Add($"Sign in as anybody with one click:  {address}/demo");
                lines.AddRange(Shown.Select(code => $"  {code,-18} {secrets.Password(code)}"));
                lines.Add("  everybody: ./run demo-keys");
                lines.Add("");
            }

            lines.Add(database.IsOwnServer ? $"Data: {database.Folder} (its own PostgreSQL)" : "Data: the database of ConnectionStrings__EwasteEpr");
            lines.Add("Ctrl-C stops all of it; the data stay.");
            Console.WriteLine(Framed(lines));
        });
    }

    private static string Framed(IReadOnlyList<string> lines)
    {
        var width = lines.Max(line => line.Length);
        var bar = new string('-', width + 2);
        return $"+{bar}+\n{string.Join('\n', lines.Select(line => $"| {line.PadRight(width)} |"))}\n+{bar}+";
    }
}
