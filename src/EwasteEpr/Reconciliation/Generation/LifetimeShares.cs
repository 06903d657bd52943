using EwasteEpr.Tariffs;

namespace EwasteEpr.Reconciliation.Generation;

/// <summary>Which share of what was placed on the market in one year becomes waste at each age.</summary>
public static class LifetimeShares
{
    /// <summary>A lifetime above this is a slip of the pen; below it all arithmetic stays finite.</summary>
    public const double MostYears = 1000;

    /// <param name="lifetime">Shape and scale above 0 and at most <see cref="MostYears"/>.</param>
    /// <param name="variant">How years are cut.</param>
    /// <param name="shares">Filled: the share of age 0, 1, 2 …; each 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not one.</exception>
    public static void Fill(WeibullLifetime lifetime, WeeeVariant variant, Span<double> shares)
    {
        if (!IsLifetime(lifetime))
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "Shape and scale are above 0 and at most 1000.");
        }

        switch (variant)
        {
            case WeeeVariant.A:
                FillSurvivalSteps(lifetime, shares[1..]);
                shares[0] = 0;
                break;
            case WeeeVariant.B:
                for (var age = 0; age < shares.Length; age++)
                {
                    shares[age] = Density(lifetime, age + 0.5);
                }

                break;
            case WeeeVariant.C:
                FillSurvivalSteps(lifetime, shares);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(variant), variant, "There are the variants A, B and C.");
        }
    }

    public static bool IsLifetime(WeibullLifetime lifetime) => lifetime.Shape is > 0 and <= MostYears && lifetime.ScaleYears is > 0 and <= MostYears;

    // A step of survival, not of F: far out F is nearly 1 and the difference of two such numbers has no digits left.
    private static void FillSurvivalSteps(WeibullLifetime lifetime, Span<double> shares)
    {
        var alive = 1.0;
        for (var year = 0; year < shares.Length; year++)
        {
            var next = Math.Exp(-Math.Pow((year + 1) / lifetime.ScaleYears, lifetime.Shape));
            shares[year] = alive - next;
            alive = next;
        }
    }

    private static double Density(WeibullLifetime lifetime, double age)
    {
        var power = Math.Pow(age / lifetime.ScaleYears, lifetime.Shape);

        // Infinity times the zero of exp(-infinity) would be NaN; so far out nothing is left.
        return double.IsInfinity(power) ? 0 : lifetime.Shape / age * power * Math.Exp(-power);
    }
}
