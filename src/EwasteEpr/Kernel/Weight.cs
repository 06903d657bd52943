using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>A mass in whole grams.</summary>
/// <remarks>
/// Whole grams, because a declaration allows three decimals of a kilogram and no scale in the chain reads finer;
/// so sums are exact and mass in equals mass out to the gram.
/// Range: minus to plus 10^15 g (one thousand million tonnes); a signed value is a difference.
/// <c>default</c> is zero grams, a real mass: use <c>Weight?</c> for "missing".
/// </remarks>
public readonly record struct Weight : IComparable<Weight>
{
    private const long LimitGrams = 1_000_000_000_000_000;
    private readonly long grams;

    private Weight(long grams) => this.grams = grams;

    public static Weight Zero => default;

    /// <summary>The mass in grams.</summary>
    public long Grams => grams;

    /// <summary>The mass in kilograms, exact, at most three decimals.</summary>
    public decimal Kilograms => grams / 1000m;

    /// <summary>The mass in tonnes, exact, at most six decimals.</summary>
    public decimal Tonnes => grams / 1_000_000m;

    /// <exception cref="ArgumentOutOfRangeException">Beyond 10^15 g in either direction.</exception>
    public static Weight FromGrams(long grams) =>
        grams is >= -LimitGrams and <= LimitGrams
            ? new Weight(grams)
            : throw new ArgumentOutOfRangeException(nameof(grams), grams, "A mass is at most 10^15 grams.");

    /// <exception cref="ArgumentOutOfRangeException">Out of range, or more than three decimals: mass is never rounded silently.</exception>
    public static Weight FromKilograms(decimal kilograms) => FromUnit(kilograms, 1000m, nameof(kilograms));

    /// <exception cref="ArgumentOutOfRangeException">Out of range, or more than six decimals.</exception>
    public static Weight FromTonnes(decimal tonnes) => FromUnit(tonnes, 1_000_000m, nameof(tonnes));

    private static Weight FromUnit(decimal value, decimal gramsPerUnit, string parameter)
    {
        if (value is > LimitGrams or < -LimitGrams)
        {
            throw new ArgumentOutOfRangeException(parameter, value, "A mass is at most 10^15 grams.");
        }

        var grams = value * gramsPerUnit;
        return decimal.IsInteger(grams)
            ? FromGrams(decimal.ToInt64(grams))
            : throw new ArgumentOutOfRangeException(parameter, value, "A mass has no parts of a gram.");
    }

    public static Weight operator +(Weight left, Weight right) => FromGrams(left.grams + right.grams);

    public static Weight operator -(Weight left, Weight right) => FromGrams(left.grams - right.grams);

    public static bool operator <(Weight left, Weight right) => left.grams < right.grams;

    public static bool operator >(Weight left, Weight right) => left.grams > right.grams;

    public static bool operator <=(Weight left, Weight right) => left.grams <= right.grams;

    public static bool operator >=(Weight left, Weight right) => left.grams >= right.grams;

    public int CompareTo(Weight other) => grams.CompareTo(other.grams);

    /// <summary>Kilograms with a point and three decimals: for logs and files, never for a page.</summary>
    public override string ToString() => Kilograms.ToString("0.000", CultureInfo.InvariantCulture) + " kg";
}
