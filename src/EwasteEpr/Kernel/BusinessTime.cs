namespace EwasteEpr.Kernel;

/// <summary>Instants are UTC; calendar days are days in Asia/Almaty, the one time zone of the product.</summary>
/// <remarks>The zone went from +06 to +05 on 1 March 2024, so an hour came twice: each instant still has exactly one day.</remarks>
public static class BusinessTime
{
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Almaty");

    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>The day's first instant, in UTC: instants of a range of days lie from its start up to, not including, the start of its end.</summary>
    public static DateTimeOffset StartOf(DateOnly day) =>
        new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), Zone), TimeSpan.Zero);

    public static DateOnly Today(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return DayOf(clock.GetUtcNow());
    }
}
