using System.Diagnostics;
using System.Globalization;
using EwasteEpr.Bench;
using EwasteEpr.Bench.Declarations;
using EwasteEpr.Bench.Payments;
using EwasteEpr.Bench.Reconciliation;
using EwasteEpr.Bench.Treatment;
using EwasteEpr.Bench.Vouchers;

// Every line: ours against a ceiling that the same program measures a moment earlier on the same cores.
// A name or the beginning of one as an argument runs only those; --full repeats the long ones as often as the short ones.
Benchmark[] all =
[
    new FeeLoop(), new PriceMillion(isAgainstText: false), new PriceMillion(isAgainstText: true), new PriceMemory(),
    new ImportMillion(), new ImportAgainstRows(), new ImportMemory(), new LoadsImport(), new ListPage(),
    new WeeeModelTime(), new DashboardTotals(), new WebhookAccept(),
    new RedeemHttp(), new RedeemHotMerchant(), new RedeemGrowth(), new RedeemDuringImport(),
];

if (args is ["--child", var name, .. var rest])
{
    return await all.Single(benchmark => benchmark.Name == name).RunChildAsync(rest);
}

var isFull = args.Contains("--full");
var wanted = args.Where(word => !word.StartsWith('-')).ToList();
var isGood = true;
await using var database = new BenchDatabase();
foreach (var benchmark in all.Where(one => wanted.Count == 0 || wanted.Exists(word => one.Name.StartsWith(word, StringComparison.Ordinal))))
{
    var from = Stopwatch.GetTimestamp();
    var result = await benchmark.RunAsync(new BenchContext(database, isFull));
    Console.WriteLine(result);
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {benchmark.Name} took {Stopwatch.GetElapsedTime(from).TotalSeconds:0} s"));
    isGood &= result.IsMet;
}

return isGood ? 0 : 1;
