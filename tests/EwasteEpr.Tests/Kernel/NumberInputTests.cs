using System.Globalization;
using EwasteEpr.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class NumberInputTests
{
    [Theory]
    [InlineData("1 234,5", "1234.5")]
    [InlineData("1234.5", "1234.5")]
    [InlineData("1,240.5", "1240.5")]
    [InlineData("1,234,567", "1234567")]
    [InlineData("1,234,567.89", "1234567.89")]
    [InlineData("1\u00A0234\u202F567,8", "1234567.8")]
    [InlineData("1\u2009234", "1234")]
    [InlineData("1 234,567", "1234.567")]
    [InlineData("1234,567", "1234.567")]
    [InlineData("0,186", "0.186")]
    [InlineData("12,5", "12.5")]
    [InlineData("12,3456", "12.3456")]
    [InlineData("12.345", "12.345")]
    [InlineData(",5", "0.5")]
    [InlineData("\u22123", "-3")]
    [InlineData("- 3,25", "-3.25")]
    [InlineData("+7", "7")]
    [InlineData("  42\r\n", "42")]
    [InlineData("007", "7")]
    [InlineData("-0", "0")]
    [InlineData("9999999999999999999999999999", "9999999999999999999999999999")]
    [InlineData("12345678901234567890.12345678", "12345678901234567890.12345678")]
    public void TryParse_WhatPeopleWrite_IsRead(string text, string expected)
    {
        Assert.Equal(NumberProblem.None, NumberInput.TryParse(text, out var value));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("", NumberProblem.Empty)]
    [InlineData(" \u00A0", NumberProblem.Empty)]
    [InlineData("1,234", NumberProblem.Ambiguous)]
    [InlineData("-12,345", NumberProblem.Ambiguous)]
    [InlineData("1.240,5", NumberProblem.PointAsGroup)]
    [InlineData("1.234.567", NumberProblem.PointAsGroup)]
    [InlineData("1 23", NumberProblem.BadGrouping)]
    [InlineData("1  234", NumberProblem.BadGrouping)]
    [InlineData("1234 567", NumberProblem.BadGrouping)]
    [InlineData("0 123", NumberProblem.BadGrouping)]
    [InlineData("1,23,456", NumberProblem.BadGrouping)]
    [InlineData("1 234,567,890", NumberProblem.BadGrouping)]
    [InlineData("1,234 567.8", NumberProblem.BadGrouping)]
    [InlineData("1,5 6", NumberProblem.BadGrouping)]
    [InlineData("1 ,5", NumberProblem.BadGrouping)]
    [InlineData("1e308", NumberProblem.Exponent)]
    [InlineData("8.51713E+09", NumberProblem.Exponent)]
    [InlineData("NaN", NumberProblem.NotANumber)]
    [InlineData("Infinity", NumberProblem.NotANumber)]
    [InlineData("12 кг", NumberProblem.NotANumber)]
    [InlineData("5.", NumberProblem.NotANumber)]
    [InlineData("-", NumberProblem.NotANumber)]
    [InlineData("--5", NumberProblem.NotANumber)]
    [InlineData(".", NumberProblem.NotANumber)]
    [InlineData("٣", NumberProblem.NotANumber)]
    [InlineData("１２", NumberProblem.NotANumber)]
    [InlineData("0x10", NumberProblem.NotANumber)]
    [InlineData("99999999999999999999999999999", NumberProblem.TooLong)]
    [InlineData("0.00000000000000000000000000001", NumberProblem.TooLong)]
    public void TryParse_WhatCannotBeTrusted_IsRefusedByName(string text, NumberProblem expected)
    {
        Assert.Equal(expected, NumberInput.TryParse(text, out var value));
        Assert.Equal(0, value);
    }

    [Theory]
    [InlineData("1,234", DecimalMark.Comma, NumberProblem.None, "1.234")]
    [InlineData("1,234", DecimalMark.Point, NumberProblem.None, "1234")]
    [InlineData("0,5", DecimalMark.Point, NumberProblem.BadGrouping, "0")]
    [InlineData("1,234,567", DecimalMark.Comma, NumberProblem.BadGrouping, "0")]
    [InlineData("1.234", DecimalMark.Comma, NumberProblem.Ambiguous, "0")]
    [InlineData("1.5", DecimalMark.Comma, NumberProblem.None, "1.5")]
    public void TryParse_WhenTheMarkIsKnown_TheColumnDecides(string text, DecimalMark mark, NumberProblem problem, string expected)
    {
        Assert.Equal(problem, NumberInput.TryParse(text, mark, out var value));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), value);
    }

    /// <summary>Whatever way a number is written, it is read as that number or refused: never as another one.</summary>
    [Fact]
    public void TryParse_AnyNumberInAnyNotation_IsThatNumberOrRefused()
    {
        var numbers = from whole in Gen.Choose(0, int.MaxValue)
                      from smaller in Gen.Choose(0, 9)
                      from thousandths in Gen.Choose(0, 999)
                      from decimals in Gen.Choose(0, 3)
                      from style in Gen.Choose(0, Styles.Length - 1)
                      select (Number: decimal.Round((whole >> (smaller * 3)) + (thousandths / 1000m), decimals, MidpointRounding.ToZero), Decimals: decimals, Style: style);
        Prop.ForAll(numbers.ToArbitrary(), one =>
        {
            var text = Styles[one.Style](one.Number.ToString("N" + one.Decimals, CultureInfo.InvariantCulture));
            return NumberInput.TryParse(text, out var value) switch
            {
                NumberProblem.None => value == one.Number,
                NumberProblem.Ambiguous => text.Count(c => c == ',') == 1 && text.Length - text.IndexOf(',') == 4,
                _ => false,
            };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    /// <summary>In a column where the comma is known to be the decimal mark, the German 1.234,5 and 1.234 are never misread either.</summary>
    [Fact]
    public void TryParse_PointGroupsInACommaColumn_AreRefusedAndNeverMisread()
    {
        var numbers = from whole in Gen.Choose(1000, int.MaxValue) from decimals in Gen.Choose(0, 3) select whole.ToString("N" + decimals, CultureInfo.InvariantCulture).Replace(',', '*').Replace('.', ',').Replace('*', '.');
        Prop.ForAll(numbers.ToArbitrary(), text => NumberInput.TryParse(text, DecimalMark.Comma, out _) is NumberProblem.PointAsGroup or NumberProblem.Ambiguous).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Prop.ForAll<string>(text => NumberInput.TryParse(text, out var value) == NumberProblem.None || value == 0).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    /// <summary>From "1,234,567.891" to the notations that people and programs use.</summary>
    private static readonly Func<string, string>[] Styles =
    [
        text => text,
        text => text.Replace(",", "", StringComparison.Ordinal),
        text => text.Replace(",", "", StringComparison.Ordinal).Replace('.', ','),
        text => text.Replace(',', ' ').Replace('.', ','),
        text => text.Replace(',', '\u00A0').Replace('.', ','),
        text => text.Replace(',', '\u202F'),
    ];
}
