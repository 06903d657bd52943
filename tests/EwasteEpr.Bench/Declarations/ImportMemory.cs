using System.Diagnostics;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>Peak memory of a process that takes in a million lines against one that takes in ten thousand.</summary>
internal sealed class ImportMemory : Benchmark
{
    public override string Name => "import_memory";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        await GivenImport.PrepareAsync(await context.Database.ConnectionStringAsync());
        var snapshot = await new TariffService(await context.Database.DbAsync()).LoadAsync(CancellationToken.None);
        var million = await PeakMegabytesAsync(context, snapshot, 1_000_000);
        var few = await PeakMegabytesAsync(context, snapshot, 10_000);
        return new BenchResult(Name, million, few, "MB", 1.5, 1.1, AtMost: true);
    }

    public override async Task<int> RunChildAsync(string[] arguments)
    {
        await using var source = DatabaseConnections.Application(arguments[1]);
        await using var file = new FileStream(arguments[0], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await new GivenImport(new Db(source)).RunAsync(file);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64 / 1024.0 / 1024.0);
        return 0;
    }

    private async Task<double> PeakMegabytesAsync(BenchContext context, TariffSnapshot snapshot, int lines)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, GivenLines.Csv(snapshot, lines));
        var peak = await MedianOfChildAsync(context.LongRounds, file, await context.Database.ConnectionStringAsync());
        File.Delete(file);
        return peak;
    }
}
