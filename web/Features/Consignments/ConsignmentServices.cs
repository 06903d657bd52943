using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Demo;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.Tickets;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.PublicRegister;

namespace EwasteEpr.Web.Features.Consignments;

public static class ConsignmentServices
{
    /// <summary>From sealed containers to the stock of a site.</summary>
    public static void AddConsignments(this IServiceCollection services) =>
        services.AddSingleton<HandoverCodes>().AddSingleton<ConsignmentService>().AddSingleton<EwasteEpr.Consignments.Custody.HandoverService>().AddSingleton<ConsignmentQueries>()
            .AddSingleton<WeighInService>().AddSingleton<WeighInPhotos>().AddSingleton<SplitProtocols>().AddSingleton<TicketImport>().AddSingleton<DiscrepancyService>()
            .AddSingleton<SiteScales>().AddSingleton<SiteEntries>().AddSingleton<OwnSites>().AddSingleton<SiteBags>().AddSingleton<SlipNews>().AddSingleton<SlipLetters>()
            .AddSingleton<PointRoad>().AddSingleton<WeighInDesk>().AddSingleton<EntryDesk>().AddSingleton<DemoConsignmentTools>().AddSingleton<DemoConsignments>();
}
