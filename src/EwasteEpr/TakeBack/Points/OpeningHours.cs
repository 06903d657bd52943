using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>When a point is open: a week, and days that differ from it. All times are clock times in Asia/Almaty.</summary>
/// <remarks>On a day that differs only its own rows count. The database's <c>point_hours_allow</c> says the same; a test holds them together.</remarks>
public sealed class OpeningHours(IReadOnlyList<WeekdayHours> week, IReadOnlyList<HoursException> exceptions)
{
    private const int LookAheadDays = 60;

    public IReadOnlyList<WeekdayHours> Week { get; } = [.. week.OrderBy(hours => hours.Weekday).ThenBy(hours => hours.OpensMinute)];

    public IReadOnlyList<HoursException> Exceptions { get; } = [.. exceptions.OrderBy(exception => exception.FirstDay).ThenBy(exception => exception.OpensMinute)];

    public bool IsAlwaysOpen => Exceptions.Count == 0 && Week.Count == 7 && Week.All(hours => hours is { OpensMinute: 0, ClosesMinute: WeekdayHours.MinutesOfADay });

    public bool IsOpenAt(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone);
        var minute = (local.Hour * 60) + local.Minute;
        return On(DateOnly.FromDateTime(local.DateTime)).Any(open => minute >= open.OpensMinute && minute < open.ClosesMinute);
    }

    /// <summary>The open stretches of a day in their order; none where it is closed.</summary>
    public IReadOnlyList<OpenStretch> On(DateOnly day)
    {
        var special = Exceptions.Where(exception => exception.Holds(day)).ToList();
        return special.Count > 0
            ? [.. special.Where(exception => !exception.IsClosed).Select(exception => new OpenStretch(exception.OpensMinute, exception.ClosesMinute))]
            : [.. Week.Where(hours => hours.Weekday == IsoWeekday(day)).Select(hours => new OpenStretch(hours.OpensMinute, hours.ClosesMinute))];
    }

    public HoursException? ExceptionOn(DateOnly day) => Exceptions.FirstOrDefault(exception => exception.Holds(day));

    /// <summary>When the present stretch ends; a stretch that touches midnight goes on where the next day begins with one. None: closed now, or never closes.</summary>
    public DateTimeOffset? ClosesAfter(DateTimeOffset instant)
    {
        if (!IsOpenAt(instant) || IsAlwaysOpen)
        {
            return null;
        }

        var local = TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        var minute = (local.Hour * 60) + local.Minute;
        for (var ahead = 0; ahead < LookAheadDays; ahead++, minute = 0)
        {
            var stretch = On(day.AddDays(ahead)).FirstOrDefault(open => minute >= open.OpensMinute && minute < open.ClosesMinute);
            if (stretch is null || stretch.ClosesMinute < WeekdayHours.MinutesOfADay)
            {
                return At(day.AddDays(ahead), stretch?.ClosesMinute ?? 0);
            }
        }

        return null;
    }

    /// <summary>When it opens next, within two months; none where it is open or stays closed.</summary>
    public DateTimeOffset? OpensAfter(DateTimeOffset instant)
    {
        if (IsOpenAt(instant))
        {
            return null;
        }

        var local = TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        var minute = (local.Hour * 60) + local.Minute;
        for (var ahead = 0; ahead < LookAheadDays; ahead++, minute = -1)
        {
            if (On(day.AddDays(ahead)).FirstOrDefault(open => open.OpensMinute > minute) is { } next)
            {
                return At(day.AddDays(ahead), next.OpensMinute);
            }
        }

        return null;
    }

    /// <summary>Monday 1 to Sunday 7.</summary>
    public static int IsoWeekday(DateOnly day) => day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;

    private static DateTimeOffset At(DateOnly day, int minute)
    {
        var clock = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(clock, BusinessTime.Zone), TimeSpan.Zero);
    }
}

/// <summary>One open stretch of a weekday, in minutes of the day: 540 to 780 is 9:00 to 13:00.</summary>
/// <param name="Weekday">Monday 1 to Sunday 7.</param>
public sealed record WeekdayHours(int Weekday, int OpensMinute, int ClosesMinute)
{
    public const int MinutesOfADay = 1440;
}

public sealed record OpenStretch(int OpensMinute, int ClosesMinute);

/// <summary>Days that differ from the week, the last one included.</summary>
public sealed record HoursException(DateOnly FirstDay, DateOnly LastDay, bool IsClosed, int OpensMinute, int ClosesMinute, string? ReasonKk, string? ReasonRu, string? ReasonEn)
{
    public bool Holds(DateOnly day) => FirstDay <= day && day <= LastDay;

    public string? Reason(string language) => language switch { "ru" => ReasonRu, "en" => ReasonEn ?? ReasonKk, _ => ReasonKk };
}
