using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Obligations;

public enum ObligationBasis
{
    /// <summary>r percent of what the member itself placed on the market.</summary>
    OwnVolume,

    /// <summary>T kilograms, shared out by what each placed on the market; the operator stands for those who pay.</summary>
    MarketShare,
}

/// <summary>Shares out an obligation in whole kilograms, so that the parts add up to it exactly. domain.md, section 10.</summary>
public static class ObligationShares
{
    private const decimal GramsPerKilogram = 1000;

    /// <summary>r of the members' own volume, in kilograms, half away from zero: rounded once, for all of them together.</summary>
    /// <param name="members">Mass and days of each; membership of a part of the year weighs by its days.</param>
    /// <param name="daysOfYear">365 or 366.</param>
    public static long TotalOfOwnVolume(decimal sharePercent, IReadOnlyList<ObligationBase> members, int daysOfYear)
    {
        ArgumentNullException.ThrowIfNull(members);
        return (long)decimal.Round(members.Sum(member => (decimal)member.Grams * member.Days) * sharePercent / 100 / daysOfYear / GramsPerKilogram, MidpointRounding.AwayFromZero);
    }

    /// <summary>Largest remainder in kilograms; ties go to the smaller position.</summary>
    /// <param name="totalKg">What is shared out.</param>
    /// <param name="members">In the order of their numbers.</param>
    /// <param name="allGrams">Placed on the market by all declarants; none: only the members share (own volume).</param>
    /// <param name="daysOfYear">365 or 366.</param>
    /// <returns>A part for each member and, by market share, one more: the operator's.</returns>
    /// <exception cref="ArgumentException">Nobody has a mass: then there is no obligation, which is not an obligation of 0.</exception>
    public static IReadOnlyList<long> Split(long totalKg, IReadOnlyList<ObligationBase> members, long? allGrams, int daysOfYear)
    {
        ArgumentNullException.ThrowIfNull(members);
        var weights = members.Select(member => checked(member.Grams * member.Days)).ToList();
        if (allGrams is { } all)
        {
            weights.Add(Math.Max(0, checked(all * daysOfYear) - weights.Sum()));
        }

        return LargestRemainder.Split(totalKg, weights);
    }
}

/// <param name="Grams">Placed on the market in the base year.</param>
/// <param name="Days">Of membership in the year of the obligation.</param>
public readonly record struct ObligationBase(long Grams, int Days);
