using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Kernel;

public sealed class NumbersTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Next_SixteenAtOnceWithRollbacks_HasNoGap()
    {
        var kept = await Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            var mine = new List<long>();
            for (var i = 0; i < 12; i++)
            {
                if (await TakeAsync(NumberSeries.Invoice, rollBack: (worker + i) % 3 == 0) is { } number)
                {
                    mine.Add(number.Number);
                }
            }

            return mine;
        }));
        var numbers = kept.SelectMany(list => list).Order().ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers);
        Assert.Equal(16 * 8, numbers.Count);
    }

    [Fact]
    public async Task Next_OfAnotherSeriesOrYear_CountsForItself()
    {
        var certificate = await TakeAsync(NumberSeries.Certificate, rollBack: false);
        Assert.Equal(1, certificate!.Value.Number);
        Assert.Equal($"CRT-{certificate.Value.Year}-000001", certificate.Value.ToString());
        await database.SetClockOffsetAsync(TimeSpan.FromDays(366));
        try
        {
            var next = await TakeAsync(NumberSeries.Certificate, rollBack: false);
            Assert.Equal((certificate.Value.Year + 1, 1L), (next!.Value.Year, next.Value.Number));
        }
        finally
        {
            await database.SetClockOffsetAsync(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Next_TakesTheYearOfAlmaty()
    {
        var untilNewYear = BusinessTime.StartOf(new DateOnly(2031, 1, 1)) - await database.Db.QuerySingleAsync<DateTimeOffset>("select app.now()", null, CancellationToken.None);
        await database.SetClockOffsetAsync(untilNewYear + TimeSpan.FromHours(1)); // still 2030 in UTC
        try
        {
            Assert.Equal(2031, (await TakeAsync(NumberSeries.CreditNote, rollBack: false))!.Value.Year);
        }
        finally
        {
            await database.SetClockOffsetAsync(TimeSpan.Zero);
        }
    }

    private async Task<DocumentNumber?> TakeAsync(NumberSeries series, bool rollBack)
    {
        try
        {
            return await database.Db.InTransactionAsync(async transaction =>
            {
                var number = await Numbers.NextAsync(transaction, series, CancellationToken.None);
                return rollBack ? throw new TimeoutException() : number;
            }, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
