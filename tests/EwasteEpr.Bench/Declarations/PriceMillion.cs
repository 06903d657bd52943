using CsvHelper;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>A million CSV lines parsed, validated, priced and compared with each other, not stored.</summary>
/// <remarks>
/// Ceiling: the bare parser of the CSV library. It hands out either bytes of its own buffer (some three gigabytes a second, so that
/// parsing a code already shows) or, as CSV libraries usually do, a text for each field; both are printed and named.
/// </remarks>
internal sealed class PriceMillion(bool isAgainstText) : Benchmark
{
    private const int Lines = 1_000_000;

    public override string Name => isAgainstText ? "price_1m_text" : "price_1m";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var snapshot = await new TariffService(await context.Database.DbAsync()).LoadAsync(CancellationToken.None);
        var terms = GivenLines.Terms(snapshot);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, GivenLines.Csv(snapshot, Lines));
        try
        {
            var (ours, ceiling) = await MedianSecondsInTurnsAsync(
                async () =>
                {
                    using var outcome = await FeeQuote.RunAsync(Open(file), new TableHints(), terms, QuoteListeners.None, CancellationToken.None);
                    if (outcome is not QuoteOutcome.Quoted { Totals.Priced: Lines })
                    {
                        throw new InvalidOperationException($"Not every line was priced: {outcome}");
                    }
                },
                () => ParseAsync(file, isAgainstText));
            return new BenchResult(Name, Lines / ours, Lines / ceiling, "lines/s", 0.2, 0.5);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task ParseAsync(string file, bool isText)
    {
        await using var reader = CsvReader.Create(Open(file), new CsvReaderOptions { Separator = ';' });
        long bytes = 0;
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                bytes += isText ? reader.GetString(i).Length : reader.GetSpan(i).Length;
            }
        }

        if (bytes == 0)
        {
            throw new InvalidOperationException("The bare parser read nothing.");
        }
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
}
