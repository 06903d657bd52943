using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>Tenge per tonne: positive, the recycler pays; negative, it is paid.</summary>
public sealed class OfferForm
{
    private const decimal Most = OfferService.MostTiynPerTonne / 100m;

    public Guid? Site { get; set; }

    public decimal? Price { get; set; }

    /// <summary>Made by the check and sent back with the offer.</summary>
    public string? Nonce { get; set; }

    /// <returns>Tiyn per tonne.</returns>
    public long? Check(ModelStateDictionary state, IStringLocalizer<MarketplaceText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        if (Site is null)
        {
            state.AddModelError(nameof(Site), text["E.Site"]);
        }

        if (state.GetValidationState(nameof(Price)) != ModelValidationState.Invalid && (Price is null || Math.Abs(Price.Value) > Most || !decimal.IsInteger(Price.Value * 100)))
        {
            state.AddModelError(nameof(Price), text["E.Price"]);
        }

        return state.IsValid ? decimal.ToInt64(Price!.Value * 100) : null;
    }
}

/// <summary>Who stands behind a bidder.</summary>
public sealed class BidderForm
{
    public string? Director { get; set; }

    public string? Iban { get; set; }

    public BidderDetails? Check(ModelStateDictionary state, IStringLocalizer<MarketplaceText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        if (Director?.Trim() is not { Length: >= 3 and <= 200 })
        {
            state.AddModelError(nameof(Director), text["E.Director"]);
        }

        var iban = BidderService.ReadIban(Iban);
        if (iban is null)
        {
            state.AddModelError(nameof(Iban), text["E.Iban"]);
        }

        return state.IsValid ? new BidderDetails(Director!.Trim(), iban!) : null;
    }
}

internal static class OfferWords
{
    /// <summary>Why an offer was not taken, and what next.</summary>
    public static string Sentence(IStringLocalizer<MarketplaceText> text, OfferOutcome outcome) => outcome switch
    {
        OfferOutcome.BelowReserve below => text["O.BelowReserve", Shared.Format.Current.Price(below.ReserveTiynPerTonne)],
        OfferOutcome.NotBetter best => text["O.NotBetter", Shared.Format.Current.Price(best.LeastTiynPerTonne)],
        OfferOutcome.NoCapacity room => text["O.NoCapacity", Shared.Format.Current.Kilograms(room.Left)],
        _ => text["O." + outcome.GetType().Name],
    };
}
