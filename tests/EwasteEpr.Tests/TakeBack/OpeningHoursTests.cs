using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

public sealed class OpeningHoursTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPoints given = new(database);

    // Monday to Friday 9 to 18 with an hour's break, Saturday 10 to 14; closed on 23 November 2026, a Monday; short on Tuesday the 24th; to midnight and on after it on Friday.
    private static readonly OpeningHours Hours = new(
        [
            .. Enumerable.Range(1, 4).SelectMany(day => new[] { new WeekdayHours(day, 540, 780), new WeekdayHours(day, 840, 1080) }),
            new WeekdayHours(5, 600, 1440), new WeekdayHours(6, 0, 120), new WeekdayHours(6, 600, 840),
        ],
        [
            new HoursException(new(2026, 11, 23), new(2026, 11, 23), IsClosed: true, 0, 1440, "Тексеру", "Проверка", null),
            new HoursException(new(2026, 11, 24), new(2026, 11, 24), IsClosed: false, 600, 720, null, null, null),
        ]);

    [Theory]
    [InlineData("2026-11-18 08:59", false)]
    [InlineData("2026-11-18 09:00", true)]
    [InlineData("2026-11-18 12:59", true)]
    [InlineData("2026-11-18 13:00", false)]
    [InlineData("2026-11-18 14:00", true)]
    [InlineData("2026-11-18 18:00", false)]
    [InlineData("2026-11-20 23:59", true)]
    [InlineData("2026-11-21 00:00", true)]
    [InlineData("2026-11-21 02:00", false)]
    [InlineData("2026-11-22 12:00", false)]
    [InlineData("2026-11-23 10:00", false)]
    [InlineData("2026-11-24 11:59", true)]
    [InlineData("2026-11-24 14:30", false)]
    public void IsOpen_OnTheClockOfAlmaty(string clock, bool isOpen) => Assert.Equal(isOpen, Hours.IsOpenAt(At(clock)));

    [Theory]
    [InlineData("2026-11-18 10:00", "2026-11-18 13:00")]
    [InlineData("2026-11-20 22:00", "2026-11-21 02:00")]
    [InlineData("2026-11-18 13:30", null)]
    public void Closes_AfterTheStretch_AlsoPastMidnight(string clock, string? closes) => Assert.Equal(closes is null ? null : At(closes), Hours.ClosesAfter(At(clock)));

    [Theory]
    [InlineData("2026-11-18 13:30", "2026-11-18 14:00")]
    [InlineData("2026-11-21 15:00", "2026-11-24 10:00")]
    [InlineData("2026-11-18 10:00", null)]
    public void Opens_OnTheNextDayThatIsNotExcepted(string clock, string? opens) => Assert.Equal(opens is null ? null : At(opens), Hours.OpensAfter(At(clock)));

    [Fact]
    public void AlwaysOpen_NeverCloses_AndNoHoursNeverOpen()
    {
        var always = new OpeningHours([.. Enumerable.Range(1, 7).Select(day => new WeekdayHours(day, 0, 1440))], []);
        Assert.True(always.IsAlwaysOpen);
        Assert.Null(always.ClosesAfter(At("2026-11-18 10:00")));
        Assert.Null(new OpeningHours([], []).OpensAfter(At("2026-11-18 10:00")));
    }

    /// <summary>The hour from 23:00 to 24:00 of 29 February 2024 came twice, and both times the shop was open or both times it was not.</summary>
    [Theory]
    [InlineData("2024-02-29T17:30:00Z")]
    [InlineData("2024-02-29T18:30:00Z")]
    public void TheHourThatCameTwice_IsTheSameOnTheClock(string instant)
    {
        var late = new OpeningHours([new WeekdayHours(4, 1380, 1440)], []);
        Assert.True(late.IsOpenAt(DateTimeOffset.Parse(instant)));
        Assert.False(late.IsOpenAt(DateTimeOffset.Parse(instant).AddHours(-1.6)));
    }

    /// <summary>Lists ask the database and pages ask the rule: every quarter of an hour of three weeks they must say the same.</summary>
    [Fact]
    public async Task TheDatabase_SaysTheSame()
    {
        var (holder, _) = await given.HolderAsync();
        var (point, _) = await given.PointAsync(holder);
        foreach (var hours in Hours.Week)
        {
            await given.OpenAsync(point, hours.Weekday, hours.OpensMinute, hours.ClosesMinute);
        }

        await given.ExceptAsync(point, (new(2026, 11, 23), new(2026, 11, 23)), hours: null);
        await given.ExceptAsync(point, (new(2026, 11, 24), new(2026, 11, 24)), (600, 720));
        var differing = await database.Db.QueryAsync<SlotRow>(
            "select at, app.point_hours_allow(@point, at) as is_open from generate_series('2026-11-16'::timestamptz, '2026-12-07'::timestamptz, interval '15 minutes') as at order by at limit 5000",
            new { point }, CancellationToken.None);
        Assert.True(differing.Count > 2_000);
        Assert.DoesNotContain(differing, slot => slot.IsOpen != Hours.IsOpenAt(slot.At));
        Assert.Contains(differing, slot => slot.IsOpen);
    }

    private static DateTimeOffset At(string clock)
    {
        var local = DateTime.ParseExact(clock, "yyyy-MM-dd HH:mm", null);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, BusinessTime.Zone), TimeSpan.Zero);
    }

    private sealed record SlotRow(DateTimeOffset At, bool IsOpen);
}
