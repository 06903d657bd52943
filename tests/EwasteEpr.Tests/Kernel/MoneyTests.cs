using EwasteEpr.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class MoneyTests
{
    private static readonly Arbitrary<long> Tiyn = Generate.Between(-1_000_000_000_000_000, 1_000_000_000_000_000);

    [Theory]
    [InlineData("8112.61875", 811262)]
    [InlineData("0.005", 1)]
    [InlineData("-0.005", -1)]
    [InlineData("0.0049999", 0)]
    [InlineData("125430.55", 12543055)]
    public void Round_IsHalfAwayFromZero(string tenge, long tiyn) =>
        Assert.Equal(tiyn, Money.Round(decimal.Parse(tenge, System.Globalization.CultureInfo.InvariantCulture)).Tiyn);

    [Fact]
    public void FromTenge_WithThreeDecimals_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Money.FromTenge(0.001m));

    [Fact]
    public void AmountWithoutACurrency_TakesPartInNothing()
    {
        Assert.Throws<InvalidOperationException>(() => default(Money) + Money.FromTiyn(1));
        Assert.Throws<InvalidOperationException>(() => default(Money) + default(Money));
        Assert.Throws<InvalidOperationException>(() => default(Money) < Money.FromTiyn(1));
        Assert.Throws<InvalidOperationException>(() => default(Money).Allocate([1]));
        Assert.Throws<InvalidOperationException>(() => default(Money).Tiyn);
        Assert.Throws<InvalidOperationException>(() => Money.Zero(Currency.None));
    }

    [Fact]
    public void Sum_BeyondTheRange_Throws() => Assert.Throws<OverflowException>(() => Money.FromTiyn(long.MaxValue) + Money.FromTiyn(1));

    [Fact]
    public void AddAndSubtract_AreExactAndInverse() =>
        Prop.ForAll(Tiyn, Tiyn, (a, b) => Money.FromTiyn(a) + Money.FromTiyn(b) - Money.FromTiyn(b) == Money.FromTiyn(a)).QuickCheckThrowOnFailure();

    [Fact]
    public void TengeAndTiyn_GoThereAndBack() =>
        Prop.ForAll(Tiyn, tiyn => Money.FromTenge(Money.FromTiyn(tiyn).Amount).Tiyn == tiyn).QuickCheckThrowOnFailure();

    [Fact]
    public void Round_IsNeverFurtherThanHalfATiyn() =>
        Prop.ForAll(Tiyn, Arb.From(Gen.Choose(1, 100_000)), (numerator, divisor) =>
        {
            var exact = numerator / (decimal)divisor;
            return Math.Abs(Money.Round(exact).Amount - exact) <= 0.005m;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Allocate_LosesNothingAndIsFair() =>
        Prop.ForAll(Tiyn, Weights(), (tiyn, weights) =>
        {
            var parts = Money.FromTiyn(tiyn).Allocate(weights);
            var sum = weights.Aggregate(0m, (total, weight) => total + weight);
            return parts.Aggregate(Money.Zero(Currency.Kzt), (total, part) => total + part).Tiyn == tiyn
                && parts.Zip(weights).All(pair => Math.Abs(pair.First.Tiyn - (tiyn * (decimal)pair.Second / sum)) < 1)
                && parts.Zip(weights).All(pair => pair.Second != 0 || pair.First.IsZero);
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<long[]> Weights() =>
        Arb.From(Gen.Choose(0, 1_000_000).Select(n => (long)n).NonEmptyListOf().Select(list => list.ToArray()).Where(list => list.Any(n => n > 0)));
}
