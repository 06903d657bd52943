using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>Versions of one programme as bars over the years, in pixels of a page 1232 wide.</summary>
public sealed class TariffTimeline
{
    public const int Width = 1232;

    private readonly DateOnly from;
    private readonly DateOnly until;

    public TariffTimeline(TariffSnapshot tariffs, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(tariffs);
        var first = tariffs.Versions.Select(version => version.Methodology.Valid.From.Year).Append(today.Year - 5).Min();
        from = new DateOnly(first, 1, 1);
        until = new DateOnly(tariffs.Versions.Select(version => version.Methodology.Valid.From.Year).Append(today.Year).Max() + 1, 1, 1);
    }

    public IEnumerable<int> Years => Enumerable.Range(from.Year, until.Year - from.Year);

    public double X(DateOnly day) => Math.Round((double)Width * (Clamp(day).DayNumber - from.DayNumber) / (until.DayNumber - from.DayNumber), 1, MidpointRounding.AwayFromZero);

    public double YearX(int year) => X(new DateOnly(year, 1, 1));

    public IReadOnlyList<TimelineBar> Bars(IEnumerable<TariffVersion> versions) =>
        [.. versions.Reverse().Select(version => Bar(version))];

    private TimelineBar Bar(TariffVersion version)
    {
        var x = X(version.Methodology.Valid.From);
        return new TimelineBar(version, x, X(version.Methodology.Valid.Until ?? until) - x - 2);
    }

    private DateOnly Clamp(DateOnly day) => day < from ? from : day > until ? until : day;
}

/// <summary>One bar; two pixels of white stand between neighbours.</summary>
public sealed record TimelineBar(TariffVersion Version, double X, double Width)
{
    /// <summary>Whether a label of the usual length fits inside.</summary>
    public bool HasRoom => Width > 150;
}
