using System.Numerics;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Reconciliation.Generation;

/// <summary>WEEE generated and equipment in use: what was placed on the market, spread over the years by how long it lives.</summary>
/// <remarks>
/// WEEE(n) = sum over t up to n of POM(t) * L(n - t). Source: shared method of the E-waste Statistics Guidelines; domain.md, section 10.
/// Stock(n) = all placed up to n less all generated up to n. Tonnes as doubles: a model, never booked.
/// </remarks>
public static class WeeeModel
{
    /// <summary>One kind of equipment in all its regions.</summary>
    /// <param name="placed">Tonnes, year by year, in each year region by region: <paramref name="regions"/> numbers a year.</param>
    /// <param name="regions">How many numbers each year has.</param>
    /// <param name="shares">By age, at least as many as there are years (<see cref="LifetimeShares.Fill"/>).</param>
    /// <param name="generated">Filled, in the shape of <paramref name="placed"/>.</param>
    public static void Generate(ReadOnlySpan<double> placed, int regions, ReadOnlySpan<double> shares, Span<double> generated)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(regions);
        var years = placed.Length / regions;
        if (years * regions != placed.Length || generated.Length != placed.Length || shares.Length < years)
        {
            throw new ArgumentException("Placed and generated are of one shape, whole years, with a share for each.", nameof(placed));
        }

        generated.Clear();
        for (var year = 0; year < years; year++)
        {
            var sum = generated.Slice(year * regions, regions);
            for (var from = 0; from <= year; from++)
            {
                AddTimes(placed.Slice(from * regions, regions), shares[year - from], sum);
            }
        }
    }

    /// <summary>Tonnes in use at the end of each year. With variant B it may end slightly off 0, because its shares need not add up to 1.</summary>
    public static void Stock(ReadOnlySpan<double> placed, ReadOnlySpan<double> generated, int regions, Span<double> stock)
    {
        if (generated.Length != placed.Length || stock.Length != placed.Length)
        {
            throw new ArgumentException("Placed, generated and stock are of one shape.", nameof(placed));
        }

        for (var region = 0; region < regions; region++)
        {
            var (allPlaced, allGenerated) = (0.0, 0.0);
            for (var at = region; at < placed.Length; at += regions)
            {
                allPlaced += placed[at];
                allGenerated += generated[at];
                stock[at] = allPlaced - allGenerated;
            }
        }
    }

    /// <summary>Every kind of equipment of a table.</summary>
    /// <param name="pom">What was placed on the market; every key in it has a lifetime.</param>
    /// <param name="variant">How years are cut.</param>
    /// <param name="lifetimes">The lifetime of a key.</param>
    public static WeeeEstimate Estimate(PomTable pom, WeeeVariant variant, Func<UnuKey, WeibullLifetime> lifetimes)
    {
        ArgumentNullException.ThrowIfNull(pom);
        ArgumentNullException.ThrowIfNull(lifetimes);
        var shares = new double[pom.Years];
        var results = new WeeeOfKey[pom.Keys.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var one = pom.Keys[i];
            LifetimeShares.Fill(lifetimes(one.Key), variant, shares);
            var generated = new double[one.Tonnes.Length];
            var stock = new double[one.Tonnes.Length];
            Generate(one.Tonnes, one.Regions.Count, shares, generated);
            Stock(one.Tonnes, generated, one.Regions.Count, stock);
            results[i] = new WeeeOfKey(one, generated, stock);
        }

        return new WeeeEstimate(variant, pom, results);
    }

    private static void AddTimes(ReadOnlySpan<double> numbers, double factor, Span<double> sums)
    {
        var width = Vector<double>.Count;
        var factors = new Vector<double>(factor);
        var i = 0;
        for (; i <= numbers.Length - width; i += width)
        {
            (new Vector<double>(sums[i..]) + (new Vector<double>(numbers[i..]) * factors)).CopyTo(sums[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            sums[i] += numbers[i] * factor;
        }
    }
}

/// <summary>What the model says of a table, with the variant that it was said under.</summary>
public sealed record WeeeEstimate(WeeeVariant Variant, PomTable Placed, IReadOnlyList<WeeeOfKey> Keys)
{
    /// <summary>By key, region and year.</summary>
    public IEnumerable<WeeeRow> Rows() =>
        from one in Keys
        from region in Enumerable.Range(0, one.Placed.Regions.Count)
        from year in Enumerable.Range(0, Placed.Years)
        let at = (year * one.Placed.Regions.Count) + region
        select new WeeeRow(one.Placed.Key, Placed.FirstYear + year, one.Placed.Regions[region], one.Placed.Tonnes[at], one.Generated[at], one.Stock[at]);
}

/// <summary>Tonnes in the shape of <see cref="PomOfKey.Tonnes"/>.</summary>
public sealed record WeeeOfKey(PomOfKey Placed, double[] Generated, double[] Stock);

public readonly record struct WeeeRow(UnuKey Key, int Year, string Region, double PlacedTonnes, double GeneratedTonnes, double StockTonnes);
