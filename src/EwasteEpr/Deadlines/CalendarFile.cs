using System.Globalization;
using System.Text;

namespace EwasteEpr.Deadlines;

/// <summary>Days with words as a calendar file (RFC 5545): whole days, an alarm a week and a day before.</summary>
public static class CalendarFile
{
    /// <summary>RFC 5545, 3.1: a line has at most 75 octets; what is longer goes on after a line break and a space.</summary>
    private const int MostOctets = 75;

    /// <param name="name">Of the calendar, as the program shows it.</param>
    /// <param name="at">When it was made.</param>
    public static string Write(string name, DateTimeOffset at, IEnumerable<CalendarDay> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//EwasteEpr//Deadlines//KK");
        Line(text, "METHOD:PUBLISH");
        Line(text, "X-WR-CALNAME:" + Escaped(name));
        Line(text, "X-WR-TIMEZONE:Asia/Almaty");
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION:PT6H");
        Line(text, "X-PUBLISHED-TTL:PT6H");
        foreach (var day in days)
        {
            Write(text, day, at);
        }

        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static void Write(StringBuilder text, CalendarDay day, DateTimeOffset at)
    {
        Line(text, "BEGIN:VEVENT");
        Line(text, "UID:" + Escaped(day.Uid));
        Line(text, "DTSTAMP:" + at.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        Line(text, "DTSTART;VALUE=DATE:" + Day(day.On));
        Line(text, "DTEND;VALUE=DATE:" + Day(day.On.AddDays(1)));
        Line(text, "SUMMARY:" + Escaped(day.Summary));
        Line(text, "DESCRIPTION:" + Escaped(day.Description));
        Line(text, "URL:" + day.Address);
        Line(text, "TRANSP:TRANSPARENT");
        foreach (var before in (string[])["-P7D", "-P1D"])
        {
            Line(text, "BEGIN:VALARM");
            Line(text, "ACTION:DISPLAY");
            Line(text, "TRIGGER:" + before);
            Line(text, "DESCRIPTION:" + Escaped(day.Summary));
            Line(text, "END:VALARM");
        }

        Line(text, "END:VEVENT");
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Escaped(string words) => words
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>Cut between characters, never inside one: a Kazakh letter has two octets.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}

/// <param name="Uid">The same for the same deadline at every fetch.</param>
/// <param name="Address">Where it is done.</param>
public sealed record CalendarDay(string Uid, DateOnly On, string Summary, string Description, string Address);
