using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>An amount of one currency, exact to its smallest unit (tiyn for the tenge).</summary>
/// <remarks>
/// The currency is always said and never taken from a culture. Adding two currencies throws, zero included,
/// because "0 EUR + 5 KZT" is a bug that only shows on the day the zero is not zero.
/// Range: minus to plus 9.2 * 10^16 tenge. <c>default</c> has no currency and takes part in no sum.
/// </remarks>
public readonly record struct Money : IComparable<Money>
{
    private readonly long minorUnits;
    private readonly Currency currency;

    private Money(long minorUnits, Currency currency)
    {
        this.minorUnits = minorUnits;
        this.currency = currency;
    }

    /// <summary>The amount in tiyn (1/100 tenge).</summary>
    /// <exception cref="InvalidOperationException">The amount is not in tenge.</exception>
    public long Tiyn => currency == Currency.Kzt ? minorUnits : throw new InvalidOperationException($"Not tenge: {this}.");

    /// <summary>The amount in whole units with two decimals.</summary>
    public decimal Amount => minorUnits / 100m;

    public Currency Currency => currency;

    public bool IsZero => minorUnits == 0;

    public static Money Zero(Currency currency) => new(0, Named(currency));

    public static Money FromTiyn(long tiyn) => new(tiyn, Currency.Kzt);

    /// <exception cref="ArgumentOutOfRangeException">More than two decimals, or out of range: say how to round first, with <see cref="Round"/>.</exception>
    public static Money FromTenge(decimal tenge)
    {
        if (tenge is > 92_000_000_000_000_000m or < -92_000_000_000_000_000m || !decimal.IsInteger(tenge * 100))
        {
            throw new ArgumentOutOfRangeException(nameof(tenge), tenge, "An amount in tenge has at most two decimals and 17 digits.");
        }

        return new Money(decimal.ToInt64(tenge * 100), Currency.Kzt);
    }

    /// <summary>The one rounding of the product: to two decimals, half away from zero.</summary>
    /// <remarks>A legal rounding rule was not found; the methodology names this one <c>line_half_away_2</c>.</remarks>
    public static Money Round(decimal tenge) => FromTenge(decimal.Round(tenge, 2, MidpointRounding.AwayFromZero));

    /// <summary>Splits the amount by weights with nothing lost: largest remainder, ties by position.</summary>
    /// <exception cref="ArgumentException">No weights, a negative one, or all zero.</exception>
    public Money[] Allocate(IReadOnlyList<long> weights)
    {
        var unit = Named(currency);
        var parts = LargestRemainder.Split(minorUnits, weights);
        return Array.ConvertAll(parts, part => new Money(part, unit));
    }

    public static Money operator +(Money left, Money right) => new(left.minorUnits + right.minorUnits, Same(left, right));

    public static Money operator -(Money left, Money right) => new(left.minorUnits - right.minorUnits, Same(left, right));

    public static Money operator -(Money value) => new(-value.minorUnits, Named(value.currency));

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    public int CompareTo(Money other)
    {
        _ = Same(this, other);
        return minorUnits.CompareTo(other.minorUnits);
    }

    private static Currency Same(Money left, Money right) =>
        left.currency == right.currency
            ? Named(left.currency)
            : throw new InvalidOperationException($"Amounts of two currencies do not mix: {left} and {right}.");

    private static Currency Named(Currency currency) =>
        currency == Currency.None ? throw new InvalidOperationException("An amount without a currency takes part in no sum.") : currency;

    /// <summary>Invariant, for logs and files ("8112.62 KZT"); pages format with the reader's culture.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Amount:0.00} {(currency == Currency.None ? "?" : currency.ToString().ToUpperInvariant())}");
}

/// <summary>ISO 4217 currencies the ledger knows; <see cref="None"/> only marks a <c>default</c> amount.</summary>
public enum Currency
{
    None = 0,
    Kzt = 398,
}
