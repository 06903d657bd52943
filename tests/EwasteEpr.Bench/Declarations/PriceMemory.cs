using System.Diagnostics;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>Peak memory of a process that prices a million lines against one that prices ten thousand.</summary>
internal sealed class PriceMemory : Benchmark
{
    public override string Name => "price_memory";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var snapshot = await new TariffService(await context.Database.DbAsync()).LoadAsync(CancellationToken.None);
        var million = await PeakMegabytesAsync(context, snapshot, 1_000_000);
        var few = await PeakMegabytesAsync(context, snapshot, 10_000);
        return new BenchResult(Name, million, few, "MB", 1.5, 1.1, AtMost: true);
    }

    public override async Task<int> RunChildAsync(string[] arguments)
    {
        await using var source = DatabaseConnections.Application(arguments[1]);
        var snapshot = await new TariffService(new Db(source)).LoadAsync(CancellationToken.None);
        var file = new FileStream(arguments[0], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var outcome = await FeeQuote.RunAsync(file, new TableHints(), GivenLines.Terms(snapshot), QuoteListeners.None, CancellationToken.None);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64 / 1024.0 / 1024.0);
        return outcome is QuoteOutcome.Quoted ? 0 : 1;
    }

    private async Task<double> PeakMegabytesAsync(BenchContext context, TariffSnapshot snapshot, int lines)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, GivenLines.Csv(snapshot, lines));
        var peak = await MedianOfChildAsync(Rounds, file, await context.Database.ConnectionStringAsync());
        File.Delete(file);
        return peak;
    }
}
