using System.Globalization;
using EwasteEpr.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class DateInputTests
{
    [Theory]
    [InlineData("17.11.2026", "2026-11-17")]
    [InlineData("7.3.2026", "2026-03-07")]
    [InlineData("2026-11-17", "2026-11-17")]
    [InlineData("2026-3-7", "2026-03-07")]
    [InlineData("17/11/2026", "2026-11-17")]
    [InlineData("05/05/2026", "2026-05-05")]
    [InlineData("  29.02.2024\u00A0", "2024-02-29")]
    public void TryParse_WhatPeopleWrite_IsRead(string text, string expected)
    {
        Assert.Equal(DateProblem.None, DateInput.TryParse(text, out var value));
        Assert.Equal(expected, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("", DateProblem.Empty)]
    [InlineData("03/04/2026", DateProblem.Ambiguous)]
    [InlineData("11/17/2026", DateProblem.MonthFirst)]
    [InlineData("31.02.2026", DateProblem.NoSuchDay)]
    [InlineData("29.02.2026", DateProblem.NoSuchDay)]
    [InlineData("0.1.2026", DateProblem.NoSuchDay)]
    [InlineData("17/13/2026", DateProblem.NoSuchDay)]
    [InlineData("12/32/2026", DateProblem.NoSuchDay)]
    [InlineData("17.11.26", DateProblem.TwoDigitYear)]
    [InlineData("17.11.1026", DateProblem.YearOutOfRange)]
    [InlineData("2026.11.17", DateProblem.NotADate)]
    [InlineData("17-11-2026", DateProblem.NotADate)]
    [InlineData("2026/11/17", DateProblem.NotADate)]
    [InlineData("17.11-2026", DateProblem.NotADate)]
    [InlineData("17.11.", DateProblem.NotADate)]
    [InlineData("17.11.2026.", DateProblem.NotADate)]
    [InlineData("46343", DateProblem.NotADate)]
    [InlineData("17 ноября 2026", DateProblem.NotADate)]
    [InlineData("99999999999999.1.2026", DateProblem.NotADate)]
    public void TryParse_WhatCannotBeTrusted_IsRefusedByName(string text, DateProblem expected)
    {
        Assert.Equal(expected, DateInput.TryParse(text, out var value));
        Assert.Equal(default, value);
    }

    [Fact]
    public void TryParse_WhenTheOrderIsKnown_TheColumnDecides()
    {
        Assert.Equal(DateProblem.None, DateInput.TryParse("03/04/2026", DateOrder.DayFirst, out var dayFirst));
        Assert.Equal(new DateOnly(2026, 4, 3), dayFirst);
        Assert.Equal(DateProblem.None, DateInput.TryParse("03/04/2026", DateOrder.MonthFirst, out var monthFirst));
        Assert.Equal(new DateOnly(2026, 3, 4), monthFirst);
    }

    /// <summary>Whatever way a day is written, it is read as that day or refused: never as another one.</summary>
    [Fact]
    public void TryParse_AnyDayInAnyNotation_IsThatDayOrRefused()
    {
        string[] notations = ["dd.MM.yyyy", "d.M.yyyy", "yyyy-MM-dd", "yyyy-M-d", "dd/MM/yyyy", "d/M/yyyy", "MM/dd/yyyy", "M/d/yyyy"];
        var days = from number in Gen.Choose(new DateOnly(1900, 1, 1).DayNumber, new DateOnly(2199, 12, 31).DayNumber)
                   from notation in Gen.Elements(notations)
                   select (Day: DateOnly.FromDayNumber(number), Notation: notation);
        Prop.ForAll(days.ToArbitrary(), one => DateInput.TryParse(one.Day.ToString(one.Notation, CultureInfo.InvariantCulture), out var value) switch
        {
            DateProblem.None => value == one.Day,
            DateProblem.Ambiguous => one.Notation.Contains('/', StringComparison.Ordinal) && one.Day.Day <= 12,
            DateProblem.MonthFirst => one.Notation.StartsWith('M') && one.Day.Day > 12,
            _ => false,
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Prop.ForAll<string>(text => DateInput.TryParse(text, out var value) == DateProblem.None || value == default).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
}
