namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>A small form of the operator's page.</summary>
/// <param name="Lot">The page's own address.</param>
/// <param name="Id">Of the offer or deposit it is about.</param>
public sealed record DeskAct(string Lot, string Act, string Label, string? Why, bool AsksReason, bool AsksDocument, Guid? Id);

/// <summary>The words that the operator's page says after an act.</summary>
internal static class MarketSaid
{
    private static readonly HashSet<string> Good = new(StringComparer.Ordinal)
    {
        "Created", "Opened", "Cancelled", "Awarded", "SecondPersonNeeded", "Done", "Prepared", "Settled", "Paid", "Reversed", "DepositHeld", "DepositReturned", "PhotoAdded", "ClosedNow",
    };

    private static readonly HashSet<string> Bad = new(StringComparer.Ordinal)
    {
        "NotDone", "ReasonMissing", "DocumentMissing", "SamePerson", "NotDraft", "ClosesTooSoon", "TooLate", "WrongState", "NotAdmissible", "NeedsExplanation", "RelatedParties", "NotCertified", "NoCapacity",
        "ProtestPeriodRuns", "ProtestOpen", "ContainersGone", "NotWeighed", "FundTooSmall", "PhotoBad",
    };

    /// <summary>The word comes from the address: no other is shown.</summary>
    public static bool Known(string word) => Good.Contains(word) || Bad.Contains(word);

    public static bool IsGood(string word) => Good.Contains(word);

    public static IEnumerable<string> All => Good.Concat(Bad);
}
