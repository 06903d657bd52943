using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Points;

/// <summary>What a point is, as the reader says it: whether it is open, what it takes, how much room is left.</summary>
public sealed class PointWords(IStringLocalizer<PointsText> text, IStringLocalizer<SharedText> shared, Format format, TimeProvider clock)
{
    private const int NearlyFullPercent = 85;

    public string Kind(PointKind kind) => text["Kind." + kind];

    public PointStatus Status(CollectionPoint point, OpeningHours hours)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(hours);
        return point.State switch
        {
            PointState.Suspended => new(StatusKind.Stopped, text["Status.Suspended"]),
            PointState.Closed => new(StatusKind.Stopped, point.StateUntil is { } until ? text["Status.ClosedUntil", format.DayMonth(until)] : text["Status.Closed"]),
            PointState.Full => new(StatusKind.NeedsReason, text["Status.Full"]),
            _ => OpenStatus(hours),
        };
    }

    public PointStatus Reward(CollectionPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Reward switch
        {
            PointReward.Gives => new(StatusKind.Done, text["Reward.Yes"]),
            PointReward.Spent => new(StatusKind.NeedsReason, text["Reward.Spent"]),
            PointReward.NoCampaign => new(StatusKind.Waiting, text["Reward.NoCampaign"]),
            _ => new(StatusKind.Waiting, text["Reward.No"]),
        };
    }

    /// <summary>None where there is room enough, or nobody knows.</summary>
    public string? NearlyFull(CollectionPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point is { State: PointState.Open, FilledGrams: { } filled } && filled * 100 >= point.CapacityGrams * NearlyFullPercent
            ? text["NearlyFull", format.Percent((decimal)filled / point.CapacityGrams, 0)].Value : null;
    }

    /// <summary>In a line: everything, some categories, or so many kinds.</summary>
    public string Takes(CollectionPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Categories.Length == Categories.All.Count ? text["TakesAll"]
            : point.Categories.Length >= Categories.All.Count - 2 ? text["TakesAllBut", Lower(Names(Categories.All.Except(point.Categories, StringComparer.Ordinal)))]
            : point.Categories.Length > 0 ? Names(point.Categories)
            : text.N("TakesSome", point.UnuKeys.Length);
    }

    public string Distance(double km) => text["Km", format.Number((decimal)km, km < 100 ? 1 : 0)];

    public string Stretch(OpenStretch open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return open is { OpensMinute: 0, ClosesMinute: WeekdayHours.MinutesOfADay } ? text["DayAll"] : HoursText.Clock(open.OpensMinute) + "–" + HoursText.Clock(open.ClosesMinute);
    }

    public string Day(IReadOnlyList<OpenStretch> stretches) => stretches.Count == 0 ? text["DayClosed"] : string.Join(", ", stretches.Select(Stretch));

    public static string Item(IReadOnlyList<GuideItem> items, string unuKey) => items.FirstOrDefault(item => item.UnuKey == unuKey)?.Name.In(Culture.CurrentCode) ?? unuKey;

    /// <summary>The categories' names in one line: a capital at its beginning only.</summary>
    private string Names(IEnumerable<string> categories) =>
        string.Join(", ", categories.Select((category, place) => shared["Category." + category].Value is var name && place > 0 ? Lower(name) : name));

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private PointStatus OpenStatus(OpeningHours hours)
    {
        var now = clock.GetUtcNow();
        if (hours.IsOpenAt(now))
        {
            return new(StatusKind.Done, hours.ClosesAfter(now) is not { } closes ? text["Status.Always"]
                : format.Time(closes) == "00:00" ? text["Status.OpenMidnight"] : text["Status.Open", format.Time(closes)]);
        }

        if (hours.OpensAfter(now) is not { } opens)
        {
            return new(StatusKind.Waiting, text["Status.ClosedNow"]);
        }

        var (day, today) = (BusinessTime.DayOf(opens), BusinessTime.DayOf(now));
        return new(StatusKind.Waiting, day == today ? text["Status.OpensToday", format.Time(opens)]
            : day == today.AddDays(1) ? text["Status.OpensTomorrow", format.Time(opens)]
            : text["Status.OpensDay", format.Time(opens), format.DayMonth(day)]);
    }
}

public sealed record PointStatus(StatusKind Kind, string Text);
