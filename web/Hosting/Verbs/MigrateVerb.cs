namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>Brings the database to the version of this program and says what ran.</summary>
public sealed class MigrateVerb : IVerb
{
    public string Name => "migrate";

    public string Usage => "migrate              bring the database to this version";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var host = VerbHost.Create();
        await using var database = await Database.OpenAsync(host.Configuration, ct);
        var ran = await database.MigrateAsync(host.IsDemo, ct);
        Console.WriteLine(ran.Count == 0 ? "Nothing to do." : string.Join('\n', ran));
        return 0;
    }
}
