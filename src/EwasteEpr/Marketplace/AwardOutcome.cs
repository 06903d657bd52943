using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

public abstract record AwardOutcome
{
    private AwardOutcome()
    {
    }

    public sealed record Awarded(Guid AwardId) : AwardOutcome;

    /// <summary>A single offer: the award is proposed and waits for another approver.</summary>
    public sealed record SecondPersonNeeded : AwardOutcome;

    public sealed record NotFound : AwardOutcome;

    public sealed record WrongState : AwardOutcome;

    /// <summary>Not of this lot, replaced, or not admissible.</summary>
    public sealed record NotAdmissible(OfferProblem? Problem) : AwardOutcome;

    /// <summary>Abnormally low, and its bidder has not said why.</summary>
    public sealed record NeedsExplanation(LowPrice Low) : AwardOutcome;

    /// <summary>The bidder and those related to it would have more than half of the category's mass in the month.</summary>
    public sealed record RelatedParties(long GroupGrams, long TotalGrams) : AwardOutcome;

    /// <summary>Suspended, withdrawn or expired at this moment.</summary>
    public sealed record NotCertified : AwardOutcome;

    public sealed record NoCapacity(Weight Left) : AwardOutcome;
}

/// <param name="AskedTiynPerTonne">What the bidder wants to be paid.</param>
/// <param name="MedianTiynPerTonne">Of the last 12 months; none where there was nothing.</param>
/// <param name="FloorTiynPerTonne">By the setting or so many percent below the median.</param>
public sealed record LowPrice(long AskedTiynPerTonne, long? MedianTiynPerTonne, long FloorTiynPerTonne);
