using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Rules;

/// <summary>What one gram costs, as an exact fraction of a tiyn: MCI x K prepared once, so that a line is one multiplication and one division.</summary>
/// <remarks>
/// fee in tiyn = grams x MCI x K / 10^4, rounded half away from zero: the same number that decimal arithmetic gives
/// (<see cref="UtilisationFee"/> states the formula; a property test holds the two together).
/// </remarks>
public readonly record struct FeeRate
{
    private const ulong MostSteps = 92_000_000_000_000_000;

    private readonly ulong numerator;
    private readonly ulong denominator;
    private readonly ulong reciprocal;

    private FeeRate(ulong numerator, ulong denominator)
    {
        this.numerator = numerator;
        this.denominator = denominator;
        reciprocal = ulong.MaxValue / denominator;
    }

    /// <param name="mciKzt">At most 10^9, at most four decimals.</param>
    /// <param name="coefficient">K, at most 10^9, at most eight decimals.</param>
    /// <param name="stepTiyn">What amounts are rounded to: 1 tiyn, or 100 for whole tenge.</param>
    public static FeeRate From(decimal mciKzt, decimal coefficient, int stepTiyn)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mciKzt);
        ArgumentOutOfRangeException.ThrowIfNegative(coefficient);
        var product = mciKzt * coefficient;
        UInt128 down = 10_000u;
        while (!decimal.IsInteger(product))
        {
            product *= 10;
            down *= 10;
        }

        var up = (UInt128)product;
        down *= (uint)stepTiyn;
        var common = GreatestCommonDivisor(up, down);
        return new FeeRate((ulong)(up / common), (ulong)(down / common));
    }

    /// <summary>The fee in steps (tiyn, or whole tenge), half away from zero. False beyond 9.2 * 10^16 steps: a tariff that nobody meant.</summary>
    public bool TryApply(long grams, out long steps)
    {
        unchecked
        {
            var high = Math.BigMul((ulong)grams, numerator, out var low);
            // Adding half of the denominator and cutting off is half away from zero for a number that is not negative.
            var half = denominator / 2;
            var all = high == 0 && low <= ulong.MaxValue - half
                ? Divided(low + half)
                : Wide(new UInt128(high, low), half);
            steps = (long)all;
            return all <= MostSteps;
        }
    }

    /// <summary>Division by a number that is known beforehand: a multiplication finds the quotient or at most two less, the remainder says which.</summary>
    private ulong Divided(ulong value)
    {
        unchecked
        {
            var quotient = Math.BigMul(value, reciprocal, out _);
            var remainder = value - (quotient * denominator);
            while (remainder >= denominator)
            {
                quotient++;
                remainder -= denominator;
            }

            return quotient;
        }
    }

    private ulong Wide(UInt128 product, ulong half)
    {
        var all = (product + half) / denominator;
        return all > MostSteps ? ulong.MaxValue : (ulong)all;
    }

    private static UInt128 GreatestCommonDivisor(UInt128 a, UInt128 b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
