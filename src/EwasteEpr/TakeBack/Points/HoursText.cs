using System.Globalization;

namespace EwasteEpr.TakeBack.Points;

/// <summary>Hours as people type them: <c>9-13, 14:00–18:00</c> for a day, and for a week as OpenStreetMap writes it, <c>Mo-Fr 09:00-18:00; Sa 10:00-14:00</c>.</summary>
public static class HoursText
{
    public const int MostStretches = 6;
    private static readonly string[] Days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    public static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary>One day's stretches; empty is closed. None where it cannot be read, ends before it begins or overlaps.</summary>
    public static IReadOnlyList<OpenStretch>? ParseDay(string? typed)
    {
        var stretches = new List<OpenStretch>();
        foreach (var part in (typed ?? "").Replace('–', '-').Replace('—', '-').Replace('.', ':').Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('-') is not [var from, var to] || Minute(from) is not { } opens || Minute(to) is not { } closes || opens >= closes || stretches.Count == MostStretches)
            {
                return null;
            }

            stretches.Add(new OpenStretch(opens, closes));
        }

        stretches.Sort((left, right) => left.OpensMinute.CompareTo(right.OpensMinute));
        return stretches.Zip(stretches.Skip(1)).Any(pair => pair.Second.OpensMinute < pair.First.ClosesMinute) ? null : stretches;
    }

    public static string FormatDay(IEnumerable<OpenStretch> stretches) => string.Join(", ", stretches.Select(open => $"{Clock(open.OpensMinute)}-{Clock(open.ClosesMinute)}"));

    /// <summary>A week in one line; <c>24/7</c> is always. None where it cannot be read or names a day twice.</summary>
    public static IReadOnlyList<WeekdayHours>? ParseWeek(string? typed)
    {
        if (typed?.Trim() == "24/7")
        {
            return [.. Enumerable.Range(1, 7).Select(day => new WeekdayHours(day, 0, WeekdayHours.MinutesOfADay))];
        }

        var week = new List<WeekdayHours>();
        foreach (var rule in (typed ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = rule.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || ParseDay(rule[space..]) is not { Count: > 0 } stretches || DaysOf(rule[..space]) is not { Count: > 0 } days || days.Any(day => week.Exists(hours => hours.Weekday == day)))
            {
                return null;
            }

            week.AddRange(days.SelectMany(day => stretches.Select(open => new WeekdayHours(day, open.OpensMinute, open.ClosesMinute))));
        }

        return week;
    }

    public static string FormatWeek(OpeningHours hours)
    {
        ArgumentNullException.ThrowIfNull(hours);
        if (hours.Week.Count == 7 && hours.Week.All(day => day is { OpensMinute: 0, ClosesMinute: WeekdayHours.MinutesOfADay }))
        {
            return "24/7";
        }

        var days = Enumerable.Range(1, 7).Select(day => FormatDay(hours.Week.Where(own => own.Weekday == day).Select(own => new OpenStretch(own.OpensMinute, own.ClosesMinute))).Replace(" ", "", StringComparison.Ordinal)).ToList();
        var rules = new List<string>();
        for (var first = 0; first < 7;)
        {
            var last = first;
            while (last + 1 < 7 && days[last + 1] == days[first])
            {
                last++;
            }

            if (days[first].Length > 0)
            {
                rules.Add((first == last ? Days[first] : $"{Days[first]}-{Days[last]}") + " " + days[first]);
            }

            first = last + 1;
        }

        return string.Join("; ", rules);
    }

    private static List<int> DaysOf(string typed)
    {
        var days = new List<int>();
        foreach (var part in typed.Split(','))
        {
            var ends = part.Split('-').Select(day => Array.FindIndex(Days, known => known.Equals(day, StringComparison.OrdinalIgnoreCase)) + 1).ToList();
            if (ends.Contains(0) || ends.Count > 2 || ends[0] > ends[^1])
            {
                return [];
            }

            days.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return days.Distinct().Count() == days.Count ? days : [];
    }

    private static int? Minute(string typed)
    {
        var parts = typed.Split(':');
        return parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            && int.TryParse(parts.Length == 2 ? parts[1] : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var minute)
            && minute < 60 && (hour < 24 || (hour == 24 && minute == 0))
            ? (hour * 60) + minute : null;
    }
}
