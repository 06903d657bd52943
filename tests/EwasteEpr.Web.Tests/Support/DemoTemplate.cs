using EwasteEpr.Tests.Support;

namespace EwasteEpr.Web.Tests.Support;

/// <summary>The demo data are made once for a test process, as the site's own start makes them; each class gets a copy of the database and of the data folder.</summary>
internal static class DemoTemplate
{
    private static readonly Lazy<Task<(string Database, string Folder)>> Made = new(MakeAsync);

    public static async Task CloneAsync(TestDatabase database, string folder)
    {
        var template = await Made.Value;
        await database.InitializeAsync(template.Database);
        foreach (var file in Directory.EnumerateFiles(template.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(template.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<(string Database, string Folder)> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-demo-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using (await SiteFixture.StartAsync(database, folder, ["--Demo=true", "--PasswordRounds=1000"]))
        {
            // Its start has made the data.
        }

        await database.LeaveAsync();
        return (database.Name, folder);
    }
}
