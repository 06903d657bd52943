using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>A half-open range of calendar days: <see cref="From"/> belongs to it, <see cref="Until"/> does not.</summary>
/// <remarks>Days are days in Asia/Almaty. No end means "until further notice". <c>default</c> is the empty day range at year 1 and is not valid input.</remarks>
public readonly record struct DateRange
{
    public DateRange(DateOnly from, DateOnly? until)
    {
        if (until <= from)
        {
            throw new ArgumentException($"The range would hold no day: {from:O} to {until:O}.", nameof(until));
        }

        From = from;
        Until = until;
    }

    /// <summary>First day, included.</summary>
    public DateOnly From { get; }

    /// <summary>First day after the range, or none.</summary>
    public DateOnly? Until { get; }

    public bool Contains(DateOnly day) => day >= From && (Until is not { } until || day < until);

    public bool Overlaps(DateRange other) =>
        (other.Until is not { } otherEnd || From < otherEnd) && (Until is not { } end || other.From < end);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{From:yyyy-MM-dd},{(Until is { } u ? u.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "")})");
}
