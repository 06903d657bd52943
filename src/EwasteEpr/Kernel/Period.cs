using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>A reporting period: a calendar quarter ("2026-Q3") or year ("2026") in Asia/Almaty, as a half-open range of days.</summary>
/// <remarks>Range: years 2000 to 2199. <c>default</c> is not valid and throws when read.</remarks>
public readonly record struct Period : IComparable<Period>
{
    private readonly int year;
    private readonly int quarter;

    private Period(int year, int quarter)
    {
        this.year = year is >= 2000 and <= 2199 ? year : throw new ArgumentOutOfRangeException(nameof(year), year, "Years 2000 to 2199.");
        this.quarter = quarter;
    }

    public int Year => year == 0 ? throw new InvalidOperationException("Not a period.") : year;

    /// <summary>1 to 4, or none for a whole year.</summary>
    public int? Quarter => quarter == 0 ? null : quarter;

    public DateRange Days => quarter == 0
        ? new DateRange(new DateOnly(Year, 1, 1), new DateOnly(Year + 1, 1, 1))
        : new DateRange(new DateOnly(Year, (quarter * 3) - 2, 1), new DateOnly(Year, (quarter * 3) - 2, 1).AddMonths(3));

    public static Period OfYear(int year) => new(year, 0);

    /// <exception cref="ArgumentOutOfRangeException">Quarter is not 1 to 4, or the year is out of range.</exception>
    public static Period OfQuarter(int year, int quarter) =>
        quarter is >= 1 and <= 4 ? new Period(year, quarter) : throw new ArgumentOutOfRangeException(nameof(quarter), quarter, "Quarters are 1 to 4.");

    public static Period QuarterOf(DateOnly day) => OfQuarter(day.Year, ((day.Month - 1) / 3) + 1);

    public Period Previous => quarter switch { 0 => OfYear(Year - 1), 1 => OfQuarter(Year - 1, 4), _ => OfQuarter(Year, quarter - 1) };

    public Period Next => quarter switch { 0 => OfYear(Year + 1), 4 => OfQuarter(Year + 1, 1), _ => OfQuarter(Year, quarter + 1) };

    public static bool TryParse(string? text, out Period period)
    {
        period = default;
        if (text is null || text.Length is not (4 or 7) ||
            !int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 2000 or > 2199)
        {
            return false;
        }

        if (text.Length == 4)
        {
            period = OfYear(year);
            return true;
        }

        if (text[4] != '-' || text[5] != 'Q' || text[6] is < '1' or > '4')
        {
            return false;
        }

        period = OfQuarter(year, text[6] - '0');
        return true;
    }

    public int CompareTo(Period other) => (Days.From, quarter).CompareTo((other.Days.From, other.quarter));

    public override string ToString() => quarter == 0
        ? Year.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Year}-Q{quarter}");
}
