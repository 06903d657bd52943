using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;

namespace EwasteEpr.Tests.Reconciliation;

/// <summary>A small country at random, as figures with those who stand behind them: some cells have many, some one, some nothing.</summary>
internal sealed class PublishedCountry
{
    private static readonly string[] Regions = ["100000000", "110000000", "150000000", "190000000"];
    private static readonly string[] Categories = ["1", "2", "5", "6"];
    private static readonly Measure[] Results = [Measure.AtRecyclers, Measure.Recycled, Measure.Disposed];
    private readonly Random random;
    private readonly List<(Measure Measure, string Region, string Category, Guid Who, bool IsPerson, long Grams)> parts = [];

    public PublishedCountry(int seed)
    {
        random = new Random(seed);
        foreach (var category in Categories)
        {
            var came = 0L;
            foreach (var (measure, region) in from measure in Results from region in Regions where random.Next(5) > 0 select (measure, region))
            {
                came += Bring(measure, region, category, isPerson: false, random.Next(4) == 0 ? 1 : random.Next(1, 9));
            }

            // The same mass was collected somewhere, by people and organisations.
            for (var region = 0; region < Regions.Length && came > 0; region++)
            {
                var share = region == Regions.Length - 1 ? came : random.NextInt64(0, came + 1);
                came -= share;
                Split(Measure.Collected, Regions[region], category, isPerson: random.Next(3) > 0, random.Next(1, 30), share);
            }

            foreach (var region in Regions.Where(_ => random.Next(4) > 0))
            {
                Bring(Measure.PlacedOnMarket, region, category, isPerson: false, random.Next(1, 12));
            }
        }
    }

    public IReadOnlyList<PublicCell> Cells =>
    [
        .. from measure in new[] { Measure.PlacedOnMarket, Measure.Collected }.Concat(Results)
           from region in Regions.Append("*")
           from category in Categories.Append("*")
           select new PublicCell(2026, region, category, measure, Of(measure, region, category).Sum(part => part.Grams), FigureBasis.Recorded, IsSuppressed: false),
    ];

    public IReadOnlyDictionary<(string Region, string Category, Measure Measure), Contributors> Behind =>
        Cells.Select(cell => Of(cell.Measure, cell.Region, cell.Category).GroupBy(part => (part.Who, part.IsPerson)).Select(own => (own.Key.IsPerson, Grams: own.Sum(part => part.Grams))).OrderByDescending(own => own.Grams).ToList() is { Count: > 0 } own
                ? new Contributors(cell.Region, cell.Category, cell.Measure.ToString(), own.Count(one => one.IsPerson), own.Count(one => !one.IsPerson), own[0].Grams, own.ElementAtOrDefault(1).Grams, own.Sum(one => one.Grams)) : null)
            .OfType<Contributors>().ToDictionary(row => (row.RegionKato, row.Category, Enum.Parse<Measure>(row.Measure)));

    private IEnumerable<(Measure Measure, string Region, string Category, Guid Who, bool IsPerson, long Grams)> Of(Measure measure, string region, string category) =>
        parts.Where(part => part.Measure == measure && (region == "*" || part.Region == region) && (category == "*" || part.Category == category));

    private long Bring(Measure measure, string region, string category, bool isPerson, int many)
    {
        var sum = 0L;
        for (var i = 0; i < many; i++)
        {
            // Sizes over four powers of ten: somebody nearly always dominates somewhere.
            var grams = (long)Math.Pow(10, 2 + (4 * random.NextDouble()));
            parts.Add((measure, region, category, Organisation(i), isPerson, grams));
            sum += grams;
        }

        return sum;
    }

    private void Split(Measure measure, string region, string category, bool isPerson, int many, long sum)
    {
        for (var i = 0; i < many && sum > 0; i++)
        {
            var grams = i == many - 1 ? sum : random.NextInt64(0, (sum / (many - i) * 2) + 1);
            if (grams > 0)
            {
                parts.Add((measure, region, category, isPerson ? Guid.CreateVersion7() : Organisation(i), isPerson, grams));
                sum -= grams;
            }
        }
    }

    private static Guid Organisation(int i) => new(i + 1, 0, 0, new byte[8]);
}
