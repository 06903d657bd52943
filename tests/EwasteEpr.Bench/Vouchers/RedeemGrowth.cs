namespace EwasteEpr.Bench.Vouchers;

/// <summary>How the time of one redemption grows with the table: the slope of log time over log size, at 10 000, 100 000 and, with --full, a million vouchers.</summary>
internal sealed class RedeemGrowth : Benchmark
{
    private const int Clients = 4;
    private const int Count = 800;

    public override string Name => "redeem_growth";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var given = await GivenVouchers.OpenAsync(context, merchants: 50);
        var sizes = context.IsFull ? new[] { 10_000, 100_000, 1_000_000 } : [10_000, 100_000];
        var points = new List<(double Size, double Time)>();
        var there = 0;
        foreach (var size in sizes)
        {
            await given.AddAsync(size - there);
            there = size;
            await given.AnalyseAsync();
            points.Add((Math.Log(size), Math.Log(await MedianSecondsAsync(() => GivenVouchers.RunAsync(Clients, Count, i => given.RedeemAsync(given.Tills[i % given.Tills.Count]))))));
        }

        return new BenchResult(Name, Slope(points), 1, "", 0.1, 0.05, AtMost: true);
    }

    private static double Slope(List<(double Size, double Time)> points)
    {
        var (size, time) = (points.Average(point => point.Size), points.Average(point => point.Time));
        return points.Sum(point => (point.Size - size) * (point.Time - time)) / points.Sum(point => (point.Size - size) * (point.Size - size));
    }
}
