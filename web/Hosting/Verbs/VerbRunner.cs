using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>The operator's shell: <c>./run VERB</c>.</summary>
/// <remarks>Answers go to stdout, everything else to stderr. Exit 2 is "could not even begin".</remarks>
public static class VerbRunner
{
    private static readonly Dictionary<string, IVerb> Verbs = new IVerb[]
    {
        new MigrateVerb(), new VerifyVerb(), new FeeVerb(), new WeeeVerb(), new DemoKeysVerb(), new GrantVerb(), new HealthyVerb(),
    }.ToDictionary(verb => verb.Name, StringComparer.Ordinal);

    public static bool IsVerb(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return args.Length > 0 && !args[0].StartsWith('-');
    }

    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (!Verbs.TryGetValue(args[0], out var verb))
        {
            var text = args[0] == "help" ? Console.Out : Console.Error;
            await text.WriteLineAsync("./run                start the site\n" + string.Join('\n', Verbs.Values.Select(v => $"./run {v.Usage}")));
            return args[0] == "help" ? 0 : 2;
        }

        try
        {
            return await verb.RunAsync(args[1..], CancellationToken.None);
        }
        catch (Exception problem) when (problem is EmbeddedPostgresException or MigrationException or NpgsqlException or StartRefusedException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 2;
        }
    }
}

/// <summary>One word of the operator's shell.</summary>
public interface IVerb
{
    string Name { get; }

    /// <summary>The words after <c>./run</c> and what they do, on one line.</summary>
    string Usage { get; }

    Task<int> RunAsync(string[] arguments, CancellationToken ct);
}
