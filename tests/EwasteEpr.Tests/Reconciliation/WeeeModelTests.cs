using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class WeeeModelTests
{
    // The published check of ODYM: shape 1.2, scale 1, inflow 1 to 10. domain.md, section 10.
    private static readonly double[] Published =
        [0, 0.632120559, 1.531600372, 2.507779493, 3.502677029, 4.50166788, 5.501481144, 6.501448519, 7.5014431, 8.501442241];

    [Fact]
    public void Generate_VariantA_GivesThePublishedOutflow()
    {
        var generated = Generated(new WeibullLifetime(1.2, 1), WeeeVariant.A, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        for (var year = 0; year < Published.Length; year++)
        {
            Assert.Equal(Published[year], generated[year], 1e-9);
        }
    }

    [Theory]
    [InlineData(WeeeVariant.A)]
    [InlineData(WeeeVariant.B)]
    [InlineData(WeeeVariant.C)]
    public void Estimate_OfACountry_IsTheDirectSum(WeeeVariant variant)
    {
        const int years = 40;
        const int regions = 20;
        var random = new Random(20260);
        var lifetimes = Enumerable.Range(1, 54).ToDictionary(i => UnuKey.Parse($"{i:D4}"), _ => new WeibullLifetime(0.8 + (2.5 * random.NextDouble()), 2 + (25 * random.NextDouble())));
        var rows = (from key in lifetimes.Keys
                    from year in Enumerable.Range(0, years)
                    from region in Enumerable.Range(0, regions)
                    select new PomRow(key, 1985 + year, $"R{region:D2}", Math.Pow(10, (6 * random.NextDouble()) - 2))).ToList();
        var estimate = WeeeModel.Estimate(PomTable.From(rows), variant, key => lifetimes[key]);

        var placed = rows.ToDictionary(row => (row.Key, row.Year, row.Region), row => row.Tonnes);
        var compared = 0;
        foreach (var row in estimate.Rows())
        {
            var before = Enumerable.Range(1985, row.Year - 1985 + 1).Select(year => (Age: row.Year - year, Tonnes: placed[(row.Key, year, row.Region)])).ToList();
            var expected = before.Sum(one => one.Tonnes * Share(lifetimes[row.Key], variant, one.Age));
            Assert.Equal(1, expected == 0 ? 1 + row.GeneratedTonnes : row.GeneratedTonnes / expected, 1e-9);
            compared++;
        }

        Assert.Equal(54 * years * regions, compared);
        foreach (var series in estimate.Rows().GroupBy(row => (row.Key, row.Region)))
        {
            var (allPlaced, allGenerated) = (0.0, 0.0);
            foreach (var row in series)
            {
                Assert.Equal(placed[(row.Key, row.Year, row.Region)], row.PlacedTonnes);
                Assert.Equal((allPlaced += row.PlacedTonnes) - (allGenerated += row.GeneratedTonnes), row.StockTonnes, 1e-9 * allPlaced);
            }
        }
    }

    [Fact]
    public void Shares_OfWholeYears_AddUpToOne_AndTheMiddleOfYearsNearlyDoes()
    {
        var shares = new double[400];
        foreach (var lifetime in new WeibullLifetime[] { new(1.2, 1), new(2.5, 25), new(0.9, 6), new(4, 12) })
        {
            LifetimeShares.Fill(lifetime, WeeeVariant.A, shares);
            Assert.Equal(0, shares[0]);
            Assert.Equal(1, shares.Sum(), 1e-12);
            LifetimeShares.Fill(lifetime, WeeeVariant.C, shares);
            Assert.Equal(1, shares.Sum(), 1e-12);
            LifetimeShares.Fill(lifetime, WeeeVariant.B, shares);
            Assert.All(shares, share => Assert.InRange(share, 0, 1));
        }

        LifetimeShares.Fill(new WeibullLifetime(1000, 1), WeeeVariant.B, shares);
        Assert.All(shares, share => Assert.True(double.IsFinite(share)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void Shares_OfWhatIsNoLifetime_AreRefused(double shape, double scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LifetimeShares.Fill(new WeibullLifetime(shape, scale), WeeeVariant.B, new double[3]));

    [Fact]
    public void Table_YearsWithoutARow_AreNoInflowAndNamed_AndEqualRowsAddUp()
    {
        var phone = UnuKey.Parse("0306");
        var table = PomTable.From([new(phone, 2003, "R00", 1.5), new(phone, 2000, "R00", 1), new(phone, 2003, "R00", 2), new(phone, 2001, "R01", 7)]);
        Assert.Equal((2000, 4), (table.FirstYear, table.Years));
        Assert.Equal([1, 0, 0, 7, 0, 0, 3.5, 0], Assert.Single(table.Keys).Tonnes);
        Assert.Equal(["R00: 2001 2002", "R01: 2000 2002 2003"], table.Absent.Select(absent => $"{absent.Region}: {string.Join(' ', absent.Years)}"));
    }

    private static double[] Generated(WeibullLifetime lifetime, WeeeVariant variant, double[] placed)
    {
        var (shares, generated) = (new double[placed.Length], new double[placed.Length]);
        LifetimeShares.Fill(lifetime, variant, shares);
        WeeeModel.Generate(placed, regions: 1, shares, generated);
        return generated;
    }

    // Written from the definitions, on its own: nothing of the model is used.
    private static double Share(WeibullLifetime lifetime, WeeeVariant variant, int age)
    {
        double Dead(double years) => 1 - Math.Exp(-Math.Pow(years / lifetime.ScaleYears, lifetime.Shape));
        double Density(double years) => lifetime.Shape / lifetime.ScaleYears * Math.Pow(years / lifetime.ScaleYears, lifetime.Shape - 1) * Math.Exp(-Math.Pow(years / lifetime.ScaleYears, lifetime.Shape));
        return variant switch
        {
            WeeeVariant.A => age == 0 ? 0 : Dead(age) - Dead(age - 1),
            WeeeVariant.B => Density(age + 0.5),
            _ => Dead(age + 1) - Dead(age),
        };
    }
}
