using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>How lots and prices are written.</summary>
internal static class MarketWords
{
    public static StatusKind Kind(LotState state) => state switch
    {
        LotState.Settled => StatusKind.Done,
        LotState.Open or LotState.Awarded or LotState.Contracted or LotState.HandedOver => StatusKind.InWork,
        LotState.Defaulted => StatusKind.NeedsReason,
        LotState.Cancelled => StatusKind.Stopped,
        _ => StatusKind.Waiting,
    };

    public static StatusKind Kind(OfferRow offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return offer.AwardState is AwardState.Awarded or AwardState.Contracted or AwardState.HandedOver or AwardState.Settled ? StatusKind.Done
            : offer.Problem is not null || offer.AwardState is AwardState.Defaulted ? StatusKind.Stopped
            : offer.ReplacedAt is not null ? StatusKind.Missing : offer.OpenedAt is null ? StatusKind.Waiting : StatusKind.InWork;
    }

    /// <summary>The word for where an offer stands: the end of a text's key.</summary>
    public static string Standing(OfferRow offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return offer.ReplacedAt is not null ? "Replaced"
            : offer.AwardState is AwardState.Awarded or AwardState.Contracted or AwardState.HandedOver or AwardState.Settled ? "Won"
            : offer.AwardState == AwardState.Defaulted ? "Defaulted"
            : offer.Problem is { } problem ? problem.ToString()
            : offer.OpenedAt is null ? (offer.Kind == LotKind.Sealed ? "Sealed" : "Standing")
            : offer.LotState is LotState.Awarded or LotState.Contracted or LotState.HandedOver or LotState.Settled or LotState.Cancelled ? "Lost" : "Opened";
    }

    /// <summary><c>+35 000 ₸</c> or <c>−35 000 ₸</c>: the sign says who pays.</summary>
    public static string Price(this Format format, long tiyn)
    {
        ArgumentNullException.ThrowIfNull(format);
        return (tiyn > 0 ? "+" : "") + format.MoneyShort(Money.FromTiyn(tiyn));
    }

    public static string PriceBare(this Format format, long tiyn)
    {
        ArgumentNullException.ThrowIfNull(format);
        return (tiyn > 0 ? "+" : "") + format.MoneyBare(Money.FromTiyn(tiyn));
    }

    /// <summary>What a price makes for a mass, as the settlement will round it.</summary>
    public static Money Makes(long tiynPerTonne, long grams) => Money.FromTiyn((long)decimal.Round((decimal)tiynPerTonne * grams / 1_000_000m, MidpointRounding.AwayFromZero));

    /// <summary>For files: exact, with a point.</summary>
    public static string Tenge(long tiyn) => (tiyn / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    public static string Kilograms(long grams) => (grams / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
}
