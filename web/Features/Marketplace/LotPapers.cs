using EwasteEpr.Marketplace;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>The two papers of a lot: the contract once there is an award, the settlement once it is settled.</summary>
internal static class LotPapers
{
    /// <param name="kind">contract or settlement.</param>
    /// <returns>None for a paper whose fact is not there, or is another bidder's.</returns>
    public static Paper? Of(string kind, LotDetails? details, string back, IStringLocalizer<MarketplaceText> text) => (kind, details) switch
    {
        ("contract", { Award.AwardedAt: not null }) => Make("ContractPrint", details, text["Paper.Contract", details.Lot.Number], "D-" + details.Lot.Number, back),
        ("settlement", { Settlement: { } settlement }) => Make("SettlementPrint", details, text["Paper.Settlement", settlement.Number], settlement.Number, back),
        _ => null,
    };

    private static Paper Make(string view, LotDetails details, string title, string number, string back) =>
        new($"/Features/Marketplace/{view}.cshtml", details, title, number) { BackAddress = back };
}
