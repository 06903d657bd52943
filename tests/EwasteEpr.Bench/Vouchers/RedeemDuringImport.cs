using System.Collections.Concurrent;
using System.Diagnostics;
using EwasteEpr.Bench.Declarations;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Vouchers;

/// <summary>The slowest hundredth of redemptions while a million lines are taken in, against the same alone: reports must not starve tills.</summary>
internal sealed class RedeemDuringImport : Benchmark
{
    private const int Clients = 4;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(12);

    public override string Name => "redeem_during_import";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        await GivenImport.PrepareAsync(await context.Database.ConnectionStringAsync());
        var given = await GivenVouchers.OpenAsync(context, merchants: 50);
        await given.AddAsync(60_000);
        var db = await context.Database.DbAsync();
        var csv = GivenLines.Csv(await new TariffService(db).LoadAsync(CancellationToken.None), ImportMillion.Lines);
        await PercentileAsync(given, Task.Delay(TimeSpan.FromSeconds(3)));
        var alone = await PercentileAsync(given, Task.Delay(Alone));
        var during = await PercentileAsync(given, new GivenImport(db).RunAsync(new MemoryStream(csv, writable: false)));
        return new BenchResult(Name, during, alone, "ms", 3, 1.5, AtMost: true);
    }

    /// <summary>Milliseconds below which 99 of a hundred redemptions stay until <paramref name="until"/> is over.</summary>
    private static async Task<double> PercentileAsync(GivenVouchers given, Task until)
    {
        var times = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var i = client; !until.IsCompleted; i += Clients)
            {
                var from = Stopwatch.GetTimestamp();
                await given.RedeemAsync(given.Tills[i % given.Tills.Count]);
                times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                await Task.Delay(Pace);
            }
        }));
        await until;
        var sorted = times.Order().ToList();
        return sorted[(int)(sorted.Count * 0.99)];
    }
}
