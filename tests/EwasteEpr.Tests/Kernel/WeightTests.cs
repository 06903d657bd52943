using EwasteEpr.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class WeightTests
{
    private static readonly Arbitrary<long> Grams = Generate.Between(-500_000_000_000_000, 500_000_000_000_000);

    [Fact]
    public void Units_GoThereAndBackExactly() =>
        Prop.ForAll(Grams, grams =>
        {
            var mass = Weight.FromGrams(grams);
            return Weight.FromKilograms(mass.Kilograms) == mass && Weight.FromTonnes(mass.Tonnes) == mass;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Sums_AreExact() =>
        Prop.ForAll(Grams, Grams, (a, b) => (Weight.FromGrams(a) + Weight.FromGrams(b) - Weight.FromGrams(b)).Grams == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Order_IsTheOrderOfGrams() =>
        Prop.ForAll(Grams, Grams, (a, b) => (Weight.FromGrams(a) < Weight.FromGrams(b)) == (a < b)
            && Weight.FromGrams(a).CompareTo(Weight.FromGrams(b)) == a.CompareTo(b)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0.0001")]
    [InlineData("1250.5005")]
    [InlineData("1000000000000.001")]
    [InlineData("79228162514264337593543950335")]
    public void FromKilograms_FinerThanAGramOrTooMuch_IsRefused(string kilograms) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Weight.FromKilograms(decimal.Parse(kilograms, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void FromKilograms_WithTrailingZeros_IsTheSameMass() => Assert.Equal(Weight.FromGrams(1_250_500), Weight.FromKilograms(1250.5000000m));

    [Fact]
    public void Sum_BeyondTheRange_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Weight.FromGrams(1_000_000_000_000_000) + Weight.FromGrams(1));

    [Fact]
    public void ToString_DoesNotDependOnTheMachine()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("kk-KZ");
        try
        {
            Assert.Equal("1250.500 kg", Weight.FromGrams(1_250_500).ToString());
            Assert.Equal("8112.62 KZT", Money.FromTiyn(811_262).ToString());
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }
}
