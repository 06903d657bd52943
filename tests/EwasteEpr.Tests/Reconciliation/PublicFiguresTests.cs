using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class PublicFiguresTests
{
    /// <summary>Who stands behind a figure is counted another way than the figure: together they bring exactly it, in every cell and every sum.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task ThoseBehindAFigure_BringExactlyIt(int seed)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using (var country = await GrownAsync(database, seed))
        {
            var publication = Of(database);
            foreach (var year in await publication.YearsAsync(CancellationToken.None))
            {
                await new FigureFolding(database.Db).FoldAsync(CancellationToken.None);
                var behind = (await database.Db.QueryAsync<Contributors>("select region_kato, category, measure, people, organisations, largest, second, total from reconciliation.public_contributors(@year)", new { year }, CancellationToken.None))
                    .ToDictionary(row => (row.RegionKato, row.Category, row.Measure));
                foreach (var cell in (await publication.CountAsync(year, CancellationToken.None)).Where(cell => cell.Measure is not (Measure.Collected or Measure.AtPoints or Measure.MeasurementDifference or Measure.PlacedOnMarket)))
                {
                    Assert.Equal(cell.Grams, behind.GetValueOrDefault((cell.Region, cell.Category, cell.Measure.ToString()))?.Total ?? 0);
                }
            }
        }

        await database.DisposeAsync();
    }

    [Fact]
    public async Task Edition_IsMadeOnceADay_AndDoesNotMoveBetween()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using (var country = await GrownAsync(database, 5))
        {
            var publication = Of(database);
            var year = BusinessTime.Today(TimeProvider.System).Year;
            var first = await publication.OfYearAsync(year, CancellationToken.None);
            Assert.NotEmpty(first.Cells);
            for (var step = 0; step < 30; step++)
            {
                await country.StepAsync();
            }

            Assert.Equal(first.Cells, (await publication.OfYearAsync(year, CancellationToken.None)).Cells);
            await publication.PublishAsync(year, CancellationToken.None); // a second node on the same day
            Assert.Equal(first.Cells, (await publication.OfYearAsync(year, CancellationToken.None)).Cells);
            await database.SetClockOffsetAsync(TimeSpan.FromDays(1));
            var next = await publication.OfYearAsync(await database.Db.QuerySingleAsync<int>("select extract(year from app.today())::int", null, CancellationToken.None), CancellationToken.None);
            Assert.NotEqual(first.MadeAt, next.MadeAt);
        }

        await database.DisposeAsync();
    }

    /// <summary>Three organisations of three regions: every regional stock of a recycler would tell about one of them.</summary>
    [Fact]
    public async Task WhatOneRecyclerHolds_IsNeverShown()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using (var country = await GrownAsync(database, 8))
        {
            var shown = (await Of(database).OfYearAsync(BusinessTime.Today(TimeProvider.System).Year, CancellationToken.None)).Cells;
            var held = shown.Where(cell => cell.Region != "*" && cell.Measure is (Measure.AtRecyclers or Measure.InBatches or Measure.Recycled)).ToList();
            Assert.Contains("AtRecyclers", held.Where(cell => cell.IsSuppressed).Select(cell => cell.Measure.ToString()));
            Assert.Equal("", string.Join(' ', held.Where(cell => !cell.IsSuppressed && cell.Grams != 0).Select(cell => $"{cell.Measure} of {cell.Region}, {cell.Category}")));
        }

        await database.DisposeAsync();
    }

    private static PublicFigures Of(TestDatabase database) => new(database.Db, new Figures(database.Db), new FigureFolding(database.Db));

    private static async Task<RandomCountry> GrownAsync(TestDatabase database, int seed)
    {
        var country = new RandomCountry(database, seed);
        await country.FoundAsync();
        foreach (var daysAgo in new[] { 500, 100, 0 })
        {
            await country.SetDaysAgoAsync(daysAgo);
            for (var step = 0; step < 80; step++)
            {
                await country.StepAsync();
            }
        }

        return country;
    }
}
