using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <param name="Lot">Its number.</param>
/// <param name="Site">Where the lot would go: certified for its category, with room.</param>
/// <param name="Key">The request's; its hash covers the nonce, so that a price cannot be guessed from it.</param>
public sealed record PlaceOffer(string Lot, OrganisationId Organisation, Guid Site, OfferSecret Secret, IdempotentRequest Key);

public abstract record OfferOutcome
{
    private OfferOutcome()
    {
    }

    /// <param name="OfferNo">The order in which the lot took offers.</param>
    /// <param name="Commitment">In lower-case hexadecimal.</param>
    /// <param name="Replaced">An earlier one no longer stands.</param>
    public sealed record Placed(Guid OfferId, int OfferNo, string Commitment, DateTimeOffset PlacedAt, bool Replaced, bool Again = false) : OfferOutcome;

    public sealed record NotFound : OfferOutcome;

    /// <summary>At or after the closing by the database's clock.</summary>
    public sealed record Closed : OfferOutcome;

    public sealed record NotCertified : OfferOutcome;

    public sealed record NoCapacity(Weight Left) : OfferOutcome;

    /// <summary>Director and account were not told yet.</summary>
    public sealed record NoDetails : OfferOutcome;

    public sealed record BelowReserve(long ReserveTiynPerTonne) : OfferOutcome;

    /// <summary>Of an open lot: the best and a step.</summary>
    public sealed record NotBetter(long LeastTiynPerTonne) : OfferOutcome;

    public sealed record Running : OfferOutcome;

    public sealed record OtherBody : OfferOutcome;

    public sealed record Unknown : OfferOutcome;
}
