using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class FormatTests
{
    [Theory]
    [InlineData("kk", "4 975 145,15 ₸")]
    [InlineData("ru", "4 975 145,15 ₸")]
    [InlineData("en", "4,975,145.15 ₸")]
    public void Money_IsWrittenAsTheLanguageDoes(string code, string expected) => Assert.Equal(expected, Plain(Format.In(code).Money(Money.FromTiyn(497_514_515))));

    [Fact]
    public void Money_Negative_HasARealMinus() => Assert.Equal("\u22121 000,00 ₸", Plain(Format.In("ru").Money(Money.FromTiyn(-100_000))));

    [Theory]
    [InlineData("0.004", 2, "0,00")]
    [InlineData("-0.004", 2, "0,00")]
    [InlineData("0.005", 2, "0,01")]
    [InlineData("-0.005", 2, "\u22120,01")]
    [InlineData("1240.5", 1, "1 240,5")]
    public void Number_RoundsHalfAwayFromZero_AndNeverShowsMinusZero(string value, int decimals, string expected) =>
        Assert.Equal(expected, Plain(Format.In("kk").Number(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), decimals)));

    [Theory]
    [InlineData("52.2500", "52,25")]
    [InlineData("52", "52")]
    [InlineData("0.00", "0")]
    [InlineData("1234.56789", "1 234,56789")]
    public void Exact_ShowsTheDecimalsThatCount(string value, string expected) =>
        Assert.Equal(expected, Plain(Format.In("ru").Exact(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData(186, "186 г")]
    [InlineData(999, "999 г")]
    [InlineData(1000, "1 кг")]
    [InlineData(214_600, "214,6 кг")]
    public void Mass_ForCitizens_UsesTheUnitThatMakesSense(long grams, string expected) => Assert.Equal(expected, Plain(Format.In("kk").Mass(Weight.FromGrams(grams))));

    [Fact]
    public void Mass_ForScalesAndReconciliation_HasFixedDecimals()
    {
        Assert.Equal("1 006,200 кг", Plain(Format.In("ru").Kilograms(Weight.FromGrams(1_006_200))));
        Assert.Equal("11,842.6 t", Plain(Format.In("en").Tonnes(Weight.FromGrams(11_842_640_000))));
    }

    [Theory]
    [InlineData("kk", "2026 жылғы 17 қараша", "17.11.2026")]
    [InlineData("ru", "17 ноября 2026 года", "17.11.2026")]
    [InlineData("en", "17 November 2026", "17 Nov 2026")]
    public void Date_IsWrittenOut(string code, string expected, string brief)
    {
        Assert.Equal(expected, Plain(Format.In(code).Date(new DateOnly(2026, 11, 17))));
        Assert.Equal(brief, Plain(Format.In(code).DateShort(new DateOnly(2026, 11, 17))));
    }

    [Fact]
    public void DateTime_IsTheClockOfAlmaty() =>
        Assert.Equal("2026 жылғы 18 қараша, 01:30", Plain(Format.In("kk").DateTime(new DateTimeOffset(2026, 11, 17, 20, 30, 0, TimeSpan.Zero))));

    [Theory]
    [InlineData("7KQ4M2XD9V4", "7KQ4 M2XD 9V4")]
    [InlineData("ABCD", "ABCD")]
    [InlineData("", "")]
    public void Code_StandsInFours(string code, string expected) => Assert.Equal(expected, Plain(Format.Code(code)));

    [Theory]
    [InlineData("8517130000", "8517 13 000 0")]
    [InlineData("85171300", "8517 13 00")]
    [InlineData("851713", "8517 13")]
    [InlineData("8517", "8517")]
    public void Hs_IsGroupedAsInTheTariffBook(string digits, string expected) => Assert.Equal(expected, Plain(Format.Hs(digits)));

    [Fact]
    public void Percent_HasASpaceAndOneDecimal() => Assert.Equal("46,1 %", Plain(Format.In("kk").Percent(0.4612m)));

    [Theory]
    [InlineData("ru", 1, "one")]
    [InlineData("ru", 21, "one")]
    [InlineData("ru", 11, "many")]
    [InlineData("ru", 111, "many")]
    [InlineData("ru", 2, "few")]
    [InlineData("ru", 24, "few")]
    [InlineData("ru", 12, "many")]
    [InlineData("ru", 0, "many")]
    [InlineData("ru", -3, "few")]
    [InlineData("en", 1, "one")]
    [InlineData("en", 0, "other")]
    [InlineData("en", 21, "other")]
    [InlineData("kk", 1, "other")]
    public void Category_IsTheOneOfCldr(string language, long count, string expected) => Assert.Equal(expected, Plurals.Category(language, count));

    /// <summary>What we put into a field, our own parser reads as the same number.</summary>
    [Theory]
    [InlineData("kk")]
    [InlineData("ru")]
    [InlineData("en")]
    public void Editable_IsReadBackByOurParser(string code)
    {
        foreach (var value in new[] { 0m, 1.5m, -2.25m, 999.125m, 1240.5m, 1_234_567.891m, 0.186m })
        {
            Assert.Equal(NumberProblem.None, NumberInput.TryParse(Format.In(code).Editable(value), out var read));
            Assert.Equal(value, read);
        }
    }

    /// <summary>Groups and units are joined by no-break spaces; the expectations above are easier to read with ordinary ones.</summary>
    private static string Plain(string text)
    {
        Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
        return text.Replace('\u00A0', ' ');
    }
}
