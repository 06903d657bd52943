using EwasteEpr.Marketplace;
using EwasteEpr.Marketplace.Demo;

namespace EwasteEpr.Web.Features.Marketplace;

public static class MarketplaceServices
{
    /// <summary>Lots, offers, awards and what they come to.</summary>
    public static void AddMarketplace(this IServiceCollection services) => services
        .AddSingleton<LotService>().AddSingleton<BidderService>().AddSingleton<OfferService>().AddSingleton<LotClosing>().AddSingleton<AwardService>().AddSingleton<AwardEndings>()
        .AddSingleton<Protests>().AddSingleton<Deposits>().AddSingleton<HandoverService>().AddSingleton<LotSettlements>().AddSingleton<LotQueries>().AddSingleton<MarketFigures>().AddSingleton<LotNotices>()
        .AddSingleton<LotLetters>().AddSingleton<LotDesk>().AddSingleton<DemoLots>();
}
