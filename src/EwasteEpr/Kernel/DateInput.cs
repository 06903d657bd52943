namespace EwasteEpr.Kernel;

/// <summary>The one parser of dates that people and files write: <c>17.11.2026</c>, <c>7.3.2026</c>, <c>2026-11-17</c>, <c>17/11/2026</c>.</summary>
/// <remarks>
/// The rule: a point says day first, a hyphen says year first. A slash is day first here and month first in American spreadsheets,
/// so <c>17/11/2026</c> is read, <c>11/17/2026</c> is refused as month first, and <c>03/04/2026</c>, which is two different days, is refused as
/// ambiguous unless the caller knows the order, for example from the other rows of the column. A year has four digits, 1900 to 2199.
/// Allocates nothing.
/// </remarks>
public static class DateInput
{
    public static DateProblem TryParse(ReadOnlySpan<char> text, out DateOnly value) => TryParse(text, DateOrder.Unknown, out value);

    /// <param name="text">What was written.</param>
    /// <param name="slashOrder">What a slash means, where the caller knows it.</param>
    /// <param name="value">The day, or <c>default</c> when there is a problem.</param>
    public static DateProblem TryParse(ReadOnlySpan<char> text, DateOrder slashOrder, out DateOnly value)
    {
        value = default;
        text = text.Trim();
        if (text.IsEmpty)
        {
            return DateProblem.Empty;
        }

        if (!TrySplit(text, out var separator, out var parts))
        {
            return DateProblem.NotADate;
        }

        return separator switch
        {
            '.' => Day(parts.Third, parts.Second, parts.First, out value),
            '-' => Day(parts.First, parts.Second, parts.Third, out value),
            _ => Slashes(parts, slashOrder, out value),
        };
    }

    private static DateProblem Slashes(Parts parts, DateOrder order, out DateOnly value)
    {
        var (first, second, year) = (parts.First.Value, parts.Second.Value, parts.Third);
        value = default;
        if (order == DateOrder.MonthFirst)
        {
            return Day(year, parts.First, parts.Second, out value);
        }

        if (order == DateOrder.DayFirst || first > 12 || first == second)
        {
            return Day(year, parts.Second, parts.First, out value);
        }

        var problem = Day(year, parts.First, parts.Second, out _);
        return problem != DateProblem.None ? problem : second > 12 ? DateProblem.MonthFirst : DateProblem.Ambiguous;
    }

    private static DateProblem Day(Part year, Part month, Part day, out DateOnly value)
    {
        value = default;
        if (day.Length > 2 || month.Length > 2)
        {
            return DateProblem.NotADate;
        }

        if (year.Length == 2)
        {
            return DateProblem.TwoDigitYear;
        }

        if (year.Length != 4)
        {
            return DateProblem.NotADate;
        }

        if (year.Value is < 1900 or > 2199)
        {
            return DateProblem.YearOutOfRange;
        }

        if (month.Value is < 1 or > 12 || day.Value < 1 || day.Value > DateTime.DaysInMonth(year.Value, month.Value))
        {
            return DateProblem.NoSuchDay;
        }

        value = new DateOnly(year.Value, month.Value, day.Value);
        return DateProblem.None;
    }

    /// <summary>Three runs of one to four digits with the same separator twice, and nothing else.</summary>
    private static bool TrySplit(ReadOnlySpan<char> text, out char separator, out Parts parts)
    {
        separator = '\0';
        parts = default;
        var current = default(Part);
        var index = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (current.Length == 4)
                {
                    return false;
                }

                current = new Part((current.Value * 10) + (c - '0'), current.Length + 1);
                continue;
            }

            if (c is not ('.' or '-' or '/') || (separator != '\0' && c != separator) || current.Length == 0 || index == 2)
            {
                return false;
            }

            separator = c;
            parts = index++ == 0 ? parts with { First = current } : parts with { Second = current };
            current = default;
        }

        parts = parts with { Third = current };
        return index == 2 && current.Length > 0;
    }

    private readonly record struct Part(int Value, int Length);

    private readonly record struct Parts(Part First, Part Second, Part Third);
}

/// <summary>Why a text is not a date that we may use.</summary>
public enum DateProblem
{
    None,
    Empty,
    NotADate,

    /// <summary>31.02.2026.</summary>
    NoSuchDay,

    /// <summary>17.11.26: write the year with four digits.</summary>
    TwoDigitYear,

    /// <summary>Before 1900 or after 2199.</summary>
    YearOutOfRange,

    /// <summary>03/04/2026 is two days: write 03.04.2026 or 2026-04-03.</summary>
    Ambiguous,

    /// <summary>11/17/2026: the month comes first, which we do not read.</summary>
    MonthFirst,
}

/// <summary>What 03/04/2026 means in a column, where it is known.</summary>
public enum DateOrder
{
    Unknown,
    DayFirst,
    MonthFirst,
}
