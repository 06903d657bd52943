using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>Makes somebody an operator, inspector or reader of a region. The person joins by letter first; there is no page for this on purpose.</summary>
public sealed class GrantVerb : IVerb
{
    public string Name => "grant";

    public string Usage => "grant EMAIL ROLE [REGION] [--revoke]   operator_preparer, operator_approver, or inspector and akimat with a KATO region";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var words = arguments.Where(word => word != "--revoke").ToArray();
        if (words.Length is < 2 or > 3)
        {
            await Console.Error.WriteLineAsync("./run " + Usage);
            return 2;
        }

        var host = VerbHost.Create();
        await using var database = await Database.OpenAsync(host.Configuration, ct);
        await database.MigrateAsync(host.IsDemo, ct);
        var outcome = await new PlatformRoleService(new Db(database.Application))
            .ChangeAsync(words[0], words[1], words.ElementAtOrDefault(2), grant: words.Length == arguments.Length, Actor.System("shell"), ct);
        var text = outcome is PlatformRoleOutcome.Done or PlatformRoleOutcome.AsBefore ? Console.Out : Console.Error;
        await text.WriteLineAsync(outcome switch
        {
            PlatformRoleOutcome.Done => "Done. It counts from the next request on.",
            PlatformRoleOutcome.AsBefore => "Nothing to do: it was so already.",
            PlatformRoleOutcome.UnknownRole => $"There is no role {words[1]}: {string.Join(", ", PlatformRole.All)}.",
            PlatformRoleOutcome.RegionWrong => "inspector and akimat need the KATO code of a region (nine digits), the operator's roles none.",
            _ => $"Nobody has joined with {words[0]} yet: ask them to register on the site first.",
        });
        return outcome is PlatformRoleOutcome.Done or PlatformRoleOutcome.AsBefore ? 0 : 1;
    }
}
