using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class CalendarTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Arbitrary<DateOnly> Day = Arb.From(Gen.Choose(new DateOnly(2000, 1, 1).DayNumber, new DateOnly(2199, 12, 31).DayNumber).Select(DateOnly.FromDayNumber));

    [Fact]
    public void DateRange_HasItsFirstDayAndNotItsLast()
    {
        var range = new DateRange(new DateOnly(2026, 1, 1), new DateOnly(2026, 4, 1));
        Assert.True(range.Contains(new DateOnly(2026, 1, 1)));
        Assert.True(range.Contains(new DateOnly(2026, 3, 31)));
        Assert.False(range.Contains(new DateOnly(2026, 4, 1)));
        Assert.False(range.Overlaps(new DateRange(new DateOnly(2026, 4, 1), null)));
        Assert.Equal("[2026-01-01,2026-04-01)", range.ToString());
        Assert.Equal("[2026-04-01,)", new DateRange(new DateOnly(2026, 4, 1), null).ToString());
    }

    [Fact]
    public void DateRange_WithoutADay_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new DateRange(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1)));
        Assert.Throws<InvalidOperationException>(() => default(DateRange).Contains(new DateOnly(2026, 1, 1)));
    }

    [Fact]
    public void Overlaps_IsTrueExactlyWhenADayIsInBoth()
    {
        var range = Arb.From(from start in Gen.Choose(0, 20) from length in Gen.Choose(1, 12) from open in Gen.Choose(0, 4) select new DateRange(DayNo(start), open == 0 ? null : DayNo(start + length)));
        Prop.ForAll(range, range, (a, b) => a.Overlaps(b) == Enumerable.Range(0, 40).Any(n => a.Contains(DayNo(n)) && b.Contains(DayNo(n)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void EachDay_IsInExactlyOneQuarterAndYear() =>
        Prop.ForAll(Day, day =>
        {
            var quarter = Period.QuarterOf(day);
            return quarter.Days.Contains(day) && Period.OfYear(day.Year).Days.Contains(day)
                && (quarter.Quarter == 1 && day.Year == 2000 || !quarter.Previous.Days.Contains(day))
                && (quarter.Quarter == 4 && day.Year == 2199 || (!quarter.Next.Days.Contains(day) && quarter.Days.Until == quarter.Next.Days.From))
                && Period.TryParse(quarter.ToString(), out var again) && again == quarter;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-Q0")]
    [InlineData("2026-Q5")]
    [InlineData("2026Q1")]
    [InlineData("1999")]
    [InlineData("2200")]
    [InlineData("")]
    [InlineData(null)]
    public void Period_FromAnythingElse_IsRefused(string? text) => Assert.False(Period.TryParse(text, out _));

    /// <summary>23:00 to 24:00 of 29 February 2024 came twice: each instant still has one day, in C# and in SQL.</summary>
    [Theory]
    [InlineData("2024-02-29T16:59:59Z", "2024-02-29")]
    [InlineData("2024-02-29T17:30:00Z", "2024-02-29")] // 23:30 for the first time, +06
    [InlineData("2024-02-29T18:30:00Z", "2024-02-29")] // 23:30 for the second time, +05
    [InlineData("2024-02-29T18:59:59.999999Z", "2024-02-29")]
    [InlineData("2024-02-29T19:00:00Z", "2024-03-01")]
    [InlineData("2024-02-28T17:59:59Z", "2024-02-28")]
    [InlineData("2024-02-28T18:00:00Z", "2024-02-29")]
    [InlineData("2026-07-01T18:59:59Z", "2026-07-01")]
    public async Task DayOf_IsTheSameInCSharpAndSql(string instant, string day)
    {
        var parsed = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(DateOnly.ParseExact(day, "yyyy-MM-dd"), BusinessTime.DayOf(parsed));
        Assert.Equal(DateOnly.ParseExact(day, "yyyy-MM-dd"), await database.Db.QuerySingleAsync<DateOnly>("select (@parsed at time zone 'Asia/Almaty')::date", new { parsed }, CancellationToken.None));
    }

    [Fact]
    public void StartOf_BeginsTheDayAndNotAMomentEarlier() =>
        Prop.ForAll(Day, day =>
        {
            var start = BusinessTime.StartOf(day);
            return BusinessTime.DayOf(start) == day && BusinessTime.DayOf(start.AddTicks(-1)) == day.AddDays(-1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheDayOfTheChange_Had25Hours() =>
        Assert.Equal(TimeSpan.FromHours(25), BusinessTime.StartOf(new DateOnly(2024, 3, 1)) - BusinessTime.StartOf(new DateOnly(2024, 2, 29)));

    private static DateOnly DayNo(int number) => new DateOnly(2026, 1, 1).AddDays(number);
}
