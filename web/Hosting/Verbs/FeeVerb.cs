using System.Globalization;
using System.Text.Json;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Declarations;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>The fee for a file, on the command line: the answer on stdout, everything else on stderr.</summary>
/// <remarks>Exit 0: nothing was refused; 3: some rows were; 2: the file cannot be read, or the words after the verb are not understood.</remarks>
public sealed class FeeVerb : IVerb
{
    private const int SomeRefused = 3;
    private const int Unreadable = 2;

    public string Name => "fee";

    public string Usage => "fee FILE [--methodology CODE] [--on YYYY-MM-DD] [--lang kk|ru|en] [--json]   the fee for a list of equipment (CSV, XLSX; - for stdin)";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        if (FeeArguments.Parse(arguments, out var wrong) is not { } wanted)
        {
            await Console.Error.WriteLineAsync($"{wrong}\n./run {Usage}");
            return Unreadable;
        }

        if (wanted.File != "-" && !File.Exists(wanted.File))
        {
            await Console.Error.WriteLineAsync($"There is no file {wanted.File}.");
            return Unreadable;
        }

        var host = VerbHost.Create();
        await using var database = await Database.OpenAsync(host.Configuration, ct);
        await database.MigrateAsync(host.IsDemo, ct);
        var tariffs = await new TariffService(new Db(database.Application)).LoadAsync(ct);
        var table = wanted.Methodology is { } code ? tariffs.Named(code) : tariffs.Pricing;
        if (table is null)
        {
            await Console.Error.WriteLineAsync($"There is no methodology {wanted.Methodology}. Known: {string.Join(", ", tariffs.Versions.Select(version => version.Methodology.Code))}.");
            return Unreadable;
        }

        var today = BusinessTime.Today(TimeProvider.System);
        var terms = new QuoteTerms(tariffs.Catalogue, table, today, wanted.On, today);
        var sentences = new ProblemSentences(wanted.Language, tariffs.Versions.Select(version => version.Methodology));
        return await QuoteAsync(wanted, terms, sentences, ct);
    }

    private static async Task<int> QuoteAsync(FeeArguments wanted, QuoteTerms terms, ProblemSentences sentences, CancellationToken ct)
    {
        var file = wanted.File == "-" ? Console.OpenStandardInput() : new FileStream(wanted.File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var progress = new ProgressLine(wanted.File == "-" ? 0 : file.Length);
        using var outcome = await FeeQuote.RunAsync(file, new TableHints(), terms, new QuoteListeners(OnProgress: progress.Show), ct);
        progress.End();
        if (outcome is QuoteOutcome.Unreadable { Problem: var problem })
        {
            var where = problem.Row > 0 ? $" ({problem.PublicCode}, {problem.Row})" : $" ({problem.PublicCode})";
            await Console.Error.WriteLineAsync(sentences.Of(problem) + where);
        }

        if (wanted.AsJson)
        {
            await using var stdout = Console.OpenStandardOutput();
            await using var json = new Utf8JsonWriter(stdout, QuoteJson.Options);
            new QuoteJson(sentences).Write(json, terms.Tariffs.Named?.Code, outcome);
            await json.FlushAsync(ct);
            stdout.WriteByte((byte)'\n');
        }

        if (outcome is not QuoteOutcome.Quoted quote)
        {
            return Unreadable;
        }

        foreach (var note in sentences.Notes(quote))
        {
            await Console.Error.WriteLineAsync(note);
        }

        if (!wanted.AsJson)
        {
            await new FeeTable(wanted.Language, sentences).WriteAsync(Console.Out, quote);
        }

        return quote.Totals.Refused > 0 ? SomeRefused : 0;
    }

    /// <summary>Rows and bytes so far, on one line of a terminal; nothing where stderr is a file.</summary>
    private sealed class ProgressLine(long allBytes)
    {
        private long next = TimeProvider.System.GetTimestamp();
        private bool isShown;

        public void Show(QuoteProgress progress)
        {
            if (Console.IsErrorRedirected || TimeProvider.System.GetTimestamp() < next)
            {
                return;
            }

            next = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency / 4);
            var share = allBytes > 0 ? string.Create(CultureInfo.InvariantCulture, $" {100.0 * progress.Bytes / allBytes:0} %") : "";
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{progress.Lines:#,0} rows{share} "));
            isShown = true;
        }

        public void End()
        {
            if (isShown)
            {
                Console.Error.Write("\r                              \r");
            }
        }
    }
}
