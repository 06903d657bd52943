using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Declarations;

public sealed class UtilisationFeeTests
{
    [Fact]
    public void WorkedCheck_OfTheDomain() =>
        Assert.Equal(811_262, UtilisationFee.Of(Weight.FromKilograms(1250.5m), 4325, 1.5m, TariffRounding.LineHalfAway2).Tiyn);

    [Theory]
    [InlineData(7_284_000, "52.25", 164_604_743)] // 1 646 047.425: half away from zero
    [InlineData(262_500, "28.75", 3_264_023)]
    [InlineData(1, "0.0001", 0)]
    public void Rate_GivesTheRoundedAmount(long grams, string k, long tiyn) => Assert.Equal(tiyn, Applied(4325m, decimal.Parse(k, CultureInfo.InvariantCulture), grams, 1));

    [Fact]
    public void Rate_EqualsTheFormulaInDecimals() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from grams in Gen.Choose(0, 1_000_000_000)
         from scale in Gen.Elements(1L, 1000L)
         from mci in Gen.Choose(0, 100_000_00)
         from k in Gen.Choose(0, 1_000_000)
         from rounding in Gen.Elements(TariffRounding.LineHalfAway2, TariffRounding.LineHalfAway0)
         select (grams: grams * scale, mci: mci / 100m, k: k / 10_000m, rounding)).ToArbitrary(),
        input =>
        {
            var step = UtilisationFee.StepTiyn(input.rounding);
            Assert.Equal(UtilisationFee.Of(Weight.FromGrams(input.grams), input.mci, input.k, input.rounding).Tiyn, Applied(input.mci, input.k, input.grams, step) * step);
        }));

    [Fact]
    public void Rate_AtTheLargestLine_IsExactAndBeyondItSaysSo()
    {
        Assert.Equal(UtilisationFee.Of(Weight.FromGrams(999_999_999_999), 4325, 999.9999m, TariffRounding.LineHalfAway2).Tiyn, Applied(4325, 999.9999m, 999_999_999_999, 1));
        Assert.False(FeeRate.From(1_000_000, 1_000_000, 1).TryApply(1_000_000_000_000, out _));
    }

    [Fact]
    public void ShortWay_OfNumbers_ReadsWhatTheTolerantParserReads() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from characters in Gen.Elements('0', '1', '2', '5', '9', '.', ',', ' ', '-').ArrayOf(9)
         from mark in Gen.Elements(DecimalMark.Unknown, DecimalMark.Comma, DecimalMark.Point)
         select (text: new string(characters), mark)).ToArbitrary(),
        input =>
        {
            if (FieldText.TryPlainThousandths(Encoding.UTF8.GetBytes(input.text), input.mark, out var thousandths, out _))
            {
                Assert.Equal(NumberProblem.None, NumberInput.TryParse(input.text, input.mark, out var number));
                Assert.Equal(number * 1000, thousandths);
            }
        }));

    [Fact]
    public void ShortWay_OfPlainNumbers_IsTaken_AtEveryLength() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from whole in Gen.Elements('0', '1', '2', '5', '8', '9').ArrayOf().Where(digits => digits.Length is >= 1 and <= 13)
         from decimals in Gen.Elements('0', '3', '7').ArrayOf().Where(digits => digits.Length <= 3)
         from before in Gen.Elements("", "9;")
         select (before, text: new string(whole) + (decimals.Length == 0 ? "" : "." + new string(decimals)))).ToArbitrary(),
        input =>
        {
            // The field stands in the middle of a row: what is around it must not be read.
            var field = Encoding.UTF8.GetBytes(input.before + input.text + "7.77;").AsSpan(input.before.Length, input.text.Length);
            Assert.Equal(input.text.Length <= 16, FieldText.TryPlainThousandths(field, DecimalMark.Point, out var thousandths, out _));
            if (input.text.Length <= 16)
            {
                Assert.Equal(decimal.Parse(input.text, CultureInfo.InvariantCulture) * 1000, thousandths);
            }
        }));

    [Fact]
    public void Digits_OneToEight_AreReadAndNothingElse() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements('0', '1', '4', '7', '9', '/', ':', ' ', 'a').ArrayOf(9).ToArbitrary(),
        characters =>
        {
            for (var length = 0; length <= characters.Length; length++)
            {
                var text = new string(characters[..length]);
                var isDigits = length is >= 1 and <= 8 && text.All(char.IsAsciiDigit);
                Assert.Equal(isDigits, AsciiDigits.TryParse(Encoding.UTF8.GetBytes(text), out var value));
                Assert.Equal(isDigits ? uint.Parse(text, CultureInfo.InvariantCulture) : value, value);
            }
        }));

    [Fact]
    public void Days_ReadAgain_AreTheSame()
    {
        var dates = new DateFields();
        foreach (var text in new[] { "2026-07-01", "2026-07-02", "2026-07-01", "2026-02-30", "2026-02-30", "01.07.2026", "\0\0\0\0\0\0\0\0\0\0", "2026-07-02" })
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Assert.Equal((FieldText.Date(utf8, out var day), day), (dates.Read(utf8, out var again), again));
        }
    }

    [Fact]
    public void ShortWay_OfCodesKeysAndDates_ReadsWhatTheTolerantParsersRead() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements('0', '1', '2', '5', '8', '9', ' ', '.', '-').ArrayOf(10).ToArbitrary(),
        characters =>
        {
            foreach (var length in new[] { 3, 4, 6, 8, 10 })
            {
                var text = new string(characters[..length]);
                var utf8 = Encoding.UTF8.GetBytes(text);
                Assert.Equal((HsCode.TryParse(text, out var code), code), (HsCode.TryParse(utf8, out var fast), fast));
                Assert.Equal((UnuKey.TryParse(text, out var key), key), (UnuKey.TryParse(utf8, out var fastKey), fastKey));
                Assert.Equal((DateInput.TryParse(text, out var day), day), (FieldText.Date(utf8, out var fastDay), fastDay));
            }
        }));

    private static long Applied(decimal mci, decimal k, long grams, int step) =>
        FeeRate.From(mci, k, step).TryApply(grams, out var steps) ? steps : throw new InvalidOperationException("Too large.");
}
