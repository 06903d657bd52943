using EwasteEpr.Consignments.WeighIns;

namespace EwasteEpr.Tests.Consignments;

public sealed class WeighInSplitTests
{
    [Theory]
    [InlineData(0, 100_000, 3_000)] // 3 % below 5 kg
    [InlineData(0, 1_000_000, 5_000)] // 5 kg below 3 %
    [InlineData(4_000, 100_000, 4_000)] // the scale itself errs by more
    [InlineData(0, 33, 0)]
    public void Allowed_IsTheScaleOrTheSmallerOfBoth(long scale, long sent, long allowed)
    {
        var tolerance = new Tolerance(scale, 5);
        Assert.Equal(allowed, tolerance.AllowedGrams(sent));
        Assert.True(tolerance.IsAllowed(sent, sent - allowed));
        Assert.True(tolerance.IsAllowed(sent, sent + allowed));
        Assert.False(tolerance.IsAllowed(sent, sent - allowed - 1));
        Assert.False(tolerance.IsAllowed(sent, sent + allowed + 1));
    }

    [Theory]
    [InlineData(100_000, 90_000, false)]
    [InlineData(100_000, 89_999, true)]
    [InlineData(100_000, 110_001, true)]
    public void Payment_IsBlockedAboveATenth(long sent, long weighed, bool blocked) => Assert.Equal(blocked, Tolerance.BlocksPayment(sent, weighed));

    [Fact]
    public void Route_IsJudgedOnceThereAreEnough()
    {
        Assert.True(new Tolerance(0, 5).IsRouteAllowed(4, 100_000, 98_000));
        Assert.False(new Tolerance(0, 5).IsRouteAllowed(5, 100_000, 98_000));
        Assert.True(new Tolerance(0, 5).IsRouteAllowed(5, 100_000, 99_000));
    }

    /// <summary>Whatever was sent, found and declared: nothing is lost and nothing is made, in the whole and by category of the protocol.</summary>
    [Fact]
    public void Parts_OfRandomContainers_AddUpToTheScale()
    {
        var random = new Random(20261128);
        string[] categories = ["1", "2", "3", "4a", "5", "6"];
        for (var run = 0; run < 3_000; run++)
        {
            var lots = (from category in categories
                        from origin in new[] { ("Household", "DropOff"), ("Household", "Bin"), ("Organisation", "Pickup") }
                        where random.Next(4) == 0
                        select new SentLot(Guid.CreateVersion7(), Guid.CreateVersion7(), category, origin.Item1, origin.Item2, random.NextInt64(1, 200_000))).ToList();
            if (lots.Count == 0)
            {
                continue;
            }

            var net = random.NextInt64(1, 900_000);
            var protocol = random.Next(3) == 0 ? [] : Protocol(random, categories);
            var parts = WeighInSplit.Parts(net, lots, protocol);
            Assert.Equal(net, parts.Sum(part => part.Received));
            Assert.Equal(lots.Sum(lot => lot.Grams), parts.Sum(part => part.SentGrams));
            Assert.All(parts, part => Assert.Equal(part.Received, part.Sources.Sum(source => source.Grams)));
            Assert.Equal(parts.Count, parts.DistinctBy(part => (part.Category, part.Stream, part.Channel)).Count());
            Assert.Equal(lots.Select(lot => lot.ConsignmentLotId).Order(), parts.Select(part => part.ConsignmentLotId).OfType<Guid>().Order());
            foreach (var share in protocol)
            {
                var exact = (decimal)net * share.Percent / SplitProtocols.Whole;
                Assert.InRange(parts.Where(part => part.Category == share.Category).Sum(part => part.Received), Math.Floor(exact), Math.Ceiling(exact));
            }
        }
    }

    private static List<SplitShare> Protocol(Random random, string[] categories)
    {
        var shares = new List<SplitShare>();
        var left = SplitProtocols.Whole;
        foreach (var category in categories.OrderBy(_ => random.Next()).Take(random.Next(1, 4)))
        {
            var percent = random.Next(1, left - 4);
            shares.Add(new SplitShare(category, percent));
            left -= percent;
        }

        shares[^1] = shares[^1] with { Percent = shares[^1].Percent + left };
        return shares;
    }
}
