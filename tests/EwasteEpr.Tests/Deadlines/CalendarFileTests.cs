using System.Text;
using EwasteEpr.Deadlines;

namespace EwasteEpr.Tests.Deadlines;

/// <summary>The calendar file by the letter of RFC 5545.</summary>
public sealed class CalendarFileTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 9, 30, 0, TimeSpan.FromHours(5));

    [Fact]
    public void Lines_AreFoldedAt75Octets_AndUnfoldToWhatWasWritten()
    {
        var words = string.Concat(Enumerable.Repeat("Декларация тапсыру, мерзімі; ", 12)) + "\\ соңы\nекінші жол";
        var file = CalendarFile.Write("Мерзімдер", At, [new CalendarDay("a@b", new DateOnly(2027, 1, 20), words, "x", "https://example.kz/kk")]);
        Assert.All(file.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        var summary = file.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n").First(line => line.StartsWith("SUMMARY:", StringComparison.Ordinal))["SUMMARY:".Length..];
        Assert.Equal(words, summary.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\,", ",", StringComparison.Ordinal).Replace("\\;", ";", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
    }

    [Fact]
    public void ADay_IsAWholeDay_WithTwoAlarms()
    {
        var lines = CalendarFile.Write("c", At, [new CalendarDay("a@b", new DateOnly(2026, 12, 31), "s", "d", "https://example.kz/kk")]).Split("\r\n");
        Assert.Contains("DTSTAMP:20261128T043000Z", lines);
        Assert.Contains("DTSTART;VALUE=DATE:20261231", lines);
        Assert.Contains("DTEND;VALUE=DATE:20270101", lines);
        Assert.Equal(2, lines.Count(line => line == "BEGIN:VALARM"));
        Assert.Equal(("BEGIN:VCALENDAR", "END:VCALENDAR", ""), (lines[0], lines[^2], lines[^1]));
    }
}
