namespace EwasteEpr.Marketplace;

public enum LotKind
{
    /// <summary>Offers are unreadable for everybody until closing; nothing extends it.</summary>
    Sealed,

    /// <summary>Each offer is seen and must beat the best by a step; a late one extends it by five minutes, three times at most.</summary>
    Open,
}

/// <summary>Draft -> Open -> Closed -> Awarded (protests) -> Contracted -> HandedOver -> Settled; Defaulted waits for the next offer; Cancelled ends before a handover.</summary>
public enum LotState
{
    Draft,
    Open,
    Closed,
    Awarded,
    Contracted,
    HandedOver,
    Settled,
    Defaulted,
    Cancelled,
}

public enum AwardState
{
    /// <summary>Of a single offer, by the first approver: binds nobody yet.</summary>
    Proposed,
    Awarded,
    Contracted,
    HandedOver,
    Settled,
    Defaulted,
    Cancelled,
}

/// <summary>Why an opened offer may not be awarded.</summary>
public enum OfferProblem
{
    BelowReserve,
    NotCertified,
    Unreadable,

    /// <summary>The deposit did not come.</summary>
    NoDeposit,

    /// <summary>It was awarded before and defaulted, or fell to a protest.</summary>
    Fallen,
}
