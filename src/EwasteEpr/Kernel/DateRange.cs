using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>A half-open range of calendar days: <see cref="From"/> belongs to it, <see cref="Until"/> does not.</summary>
/// <remarks>Days are days in Asia/Almaty. No end means "until further notice". <c>default</c> is no range and throws when read.</remarks>
public readonly record struct DateRange
{
    private readonly DateOnly from;
    private readonly DateOnly? until;
    private readonly bool isSet;

    public DateRange(DateOnly from, DateOnly? until)
    {
        if (until <= from)
        {
            throw new ArgumentException($"The range would hold no day: {from:O} to {until:O}.", nameof(until));
        }

        this.from = from;
        this.until = until;
        isSet = true;
    }

    /// <summary>First day, included.</summary>
    public DateOnly From => isSet ? from : throw new InvalidOperationException("Not a range of days.");

    /// <summary>First day after the range, or none.</summary>
    public DateOnly? Until => isSet ? until : throw new InvalidOperationException("Not a range of days.");

    public bool Contains(DateOnly day) => day >= From && (Until is not { } end || day < end);

    public bool Overlaps(DateRange other) =>
        (other.Until is not { } otherEnd || From < otherEnd) && (Until is not { } end || other.From < end);

    public override string ToString() => isSet
        ? string.Create(CultureInfo.InvariantCulture, $"[{from:yyyy-MM-dd},{until:yyyy-MM-dd})")
        : "";
}
