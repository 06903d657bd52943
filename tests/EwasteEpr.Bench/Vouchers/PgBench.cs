using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EwasteEpr.Vouchers.Redeeming;
using Npgsql;

namespace EwasteEpr.Bench.Vouchers;

/// <summary>The redemption's own statement run by PostgreSQL's load generator, prepared once a client, so that our driver takes no part in the ceiling.</summary>
/// <remarks>Codes are hashes of running numbers: each client counts for itself, and nothing has to be looked up to know the next one.</remarks>
internal sealed partial class PgBench(GivenVouchers given, string connectionString)
{
    private readonly string script = Path.Combine(Path.GetTempPath(), $"ewaste-bench-{Environment.ProcessId}-redeem.sql");
    private int next;

    /// <summary>None where the machine has no pgbench.</summary>
    public static bool IsThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "pgbench")));

    /// <returns>Redemptions a second, by its own count, connecting left out.</returns>
    public async Task<double> RunAsync(int clients, int count)
    {
        var each = count / clients;
        var from = next;
        next += clients * each;
        await given.AddNumberedAsync(from, clients * each);
        await File.WriteAllTextAsync(script, $"\\set i :i + 1\n\\set n {from} + :client_id * {each} + :i - 1\n{Statement(given.Tills[0])};\n");
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("pgbench") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var word in (string[])["-n", "-M", "prepared", "-D", "i=0", "-c", Text(clients), "-j", "2", "-t", Text(each), "-f", script, "-h", settings.Host!, "-p", Text(settings.Port), "-U", settings.Username!, settings.Database!])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["PGPASSWORD"] = settings.Password;
        start.Environment["PGOPTIONS"] = "-c role=ewaste_app";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(script);
        if (process.ExitCode != 0 || !Rate().IsMatch(await said) || await given.RedeemedNumberedAsync(from, clients * each) != clients * each)
        {
            throw new InvalidOperationException("pgbench did not redeem every voucher: " + complained + await said);
        }

        return double.Parse(Rate().Match(await said).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Every parameter as the text it would be sent as.</summary>
    private static string Statement(Till till)
    {
        var actor = GivenVouchers.At(till);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["principal"] = $"'person-{till.Cashier}'", ["route"] = "'POST redeem'", ["key"] = $"'pgbench-{Environment.ProcessId}-' || (:n)::bigint", ["bodySha256"] = @"'\x01'::bytea",
            ["codeHash"] = "sha256(int8send((:n)::bigint))", ["pinHash"] = $"'{GivenVouchers.NumberedPin}'::bytea", ["drawnAt"] = "null::timestamptz",
            ["merchant"] = $"'{till.Merchant}'::uuid", ["shop"] = $"'{till.ShopId}'::uuid", ["cashier"] = $"'{till.Cashier}'::uuid", ["apiKey"] = "null::uuid",
            ["fiscalReceipt"] = "'20418853'", ["proof"] = "'Pin'", ["subjects"] = @"array['\x01', '\x02', '\x03', '\x04']::bytea[]", ["actor"] = $"'{actor.ToJson().Replace("\":", "\": ", StringComparison.Ordinal)}'",
        };
        // pgbench takes a colon before a letter for a variable of its own, also inside quotes.
        return Parameter().Replace(VoucherService.RedeemSql.Replace("HH24:MI:SS", "HH24' || chr(58) || 'MI' || chr(58) || 'SS", StringComparison.Ordinal), match => values[match.Groups["name"].Value]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("@(?<name>[A-Za-z0-9]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"tps = (?<rate>[0-9.]+) \(without", RegexOptions.NonBacktracking)]
    private static partial Regex Rate();
}
