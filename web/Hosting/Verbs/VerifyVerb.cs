using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Verification;
using Npgsql;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>Checks everything that must always hold, beside the running site or without it; changes nothing.</summary>
public sealed class VerifyVerb : IVerb
{
    public string Name => "verify";

    public string Usage => "verify               check every invariant; exit 1 names the first broken row";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var host = VerbHost.Create();
        await using var database = await Database.OpenAsync(host.Configuration, ct);
        return await RunAsync(new Db(database.Application), Console.Out, Console.Error, ct);
    }

    public static async Task<int> RunAsync(Db db, TextWriter answer, TextWriter problems, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(problems);
        try
        {
            var findings = await new Verifier(db).RunAsync(ct);
            foreach (var finding in findings)
            {
                await answer.WriteLineAsync($"{(finding.FirstBroken is null ? "holds " : "BROKEN")}  {finding.Invariant} ({finding.RowsChecked} rows)");
            }

            var tail = await new AuditSealer(db).UnsealedTailAsync(ct);
            await answer.WriteLineAsync($"Not sealed yet: {tail.Rows} audit rows{(tail.Rows == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $", the oldest {tail.OldestSeconds:0} s old"))}.");
            if (findings.FirstOrDefault(finding => finding.FirstBroken is not null) is { } first)
            {
                await answer.WriteLineAsync($"{first.Invariant}. This does not hold: {first.FirstBroken}.");
                return 1;
            }

            await answer.WriteLineAsync($"All {findings.Count} invariants hold.");
            return 0;
        }
        catch (PostgresException problem) when (problem.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction)
        {
            await problems.WriteLineAsync($"The database is not at the version of this program ({problem.MessageText}): run ./run migrate first.");
            return 2;
        }
    }
}
