using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>Fee calculation, lines a second on one core: tariff looked up, multiplied, rounded. Ceiling: the bare decimal loop.</summary>
internal sealed class FeeLoop : Benchmark
{
    private const int Lines = 1_000_000;

    public override string Name => "fee_loop";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var snapshot = await new TariffService(await context.Database.DbAsync()).LoadAsync(CancellationToken.None);
        var terms = GivenLines.Terms(snapshot);
        var keys = snapshot.Catalogue.Keys.Select(info => info.Key).ToArray();
        var codes = new[] { "8517130000", "8471300000", "8418102001", "8450111100", "8541430000" }.Select(HsCode.Parse).ToArray();
        var masses = Enumerable.Range(1, 4096).Select(i => (long)i * 7919 % 5_000_000).ToArray();
        var chooser = new TariffChooser(terms);
        long tiyn = 0;
        var ours = await MedianSecondsAsync(() =>
        {
            for (var i = 0; i < Lines; i++)
            {
                var choice = (i & 1) == 0 ? chooser.Choose(codes[i % codes.Length], default, GivenLines.Today, out _) : chooser.Choose(default, keys[i % keys.Length], GivenLines.Today, out _);
                tiyn += choice.Rate.TryApply(masses[i & 4095], out var steps) ? steps * choice.StepTiyn : throw new InvalidOperationException("No such fee.");
            }

            return Task.CompletedTask;
        });

        var sum = 0m;
        var kilograms = Array.ConvertAll(masses, grams => grams / 1000m);
        decimal[] coefficients = [28.75m, 35m, 52.25m, 15.75m, 11.4m];
        var ceiling = await MedianSecondsAsync(() =>
        {
            sum = 0;
            for (var i = 0; i < Lines; i++)
            {
                sum += decimal.Round(kilograms[i & 4095] * 4325m * coefficients[i % 5] / 1000m, 2, MidpointRounding.AwayFromZero);
            }

            return Task.CompletedTask;
        });
        return new BenchResult(Name, Lines / ours, Lines / ceiling, "lines/s", 0.05, 0.25);
    }
}
