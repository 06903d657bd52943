using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

public enum SuccessionKind
{
    /// <summary>Nothing of the programme stands in the way.</summary>
    First,

    /// <summary>The open end of the predecessor is closed on the new version's first day.</summary>
    Closes,

    /// <summary>The predecessor began on the same day: the new version takes its place.</summary>
    Replaces,

    /// <summary>A published version stands in the way and is not an open predecessor.</summary>
    Overlaps,
}

/// <summary>What publishing a version does to the published ones of its programme. Prices of the past stay as they were stored.</summary>
/// <param name="Other">The version that is closed, replaced, or in the way.</param>
public sealed record Succession(SuccessionKind Kind, string? Other)
{
    /// <param name="valid">The new version's days.</param>
    /// <param name="published">Published versions of the programme.</param>
    public static Succession Plan(DateRange valid, IEnumerable<PublishedRange> published)
    {
        var meeting = published.Where(other => other.Valid.Overlaps(valid)).OrderBy(other => other.Valid.From).ToList();
        if (meeting.Count == 0)
        {
            return new Succession(SuccessionKind.First, null);
        }

        var first = meeting[0];
        var covers = valid.Until is null || (first.Valid.Until is { } end && end <= valid.Until);
        var kind = meeting.Count > 1 ? SuccessionKind.Overlaps
            : first.Valid.From == valid.From && covers ? SuccessionKind.Replaces
            : first.Valid.From < valid.From && first.Valid.Until is null ? SuccessionKind.Closes
            : SuccessionKind.Overlaps;
        return new Succession(kind, kind == SuccessionKind.Overlaps ? meeting[^1].Code : first.Code);
    }
}

public sealed record PublishedRange(string Code, DateRange Valid);
