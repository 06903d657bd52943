using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>What this feature needs of the container.</summary>
public static class VoucherServices
{
    public static IServiceCollection AddVouchers(this IServiceCollection services)
    {
        services.AddSingleton<VoucherSecrets>().AddSingleton<CampaignService>().AddSingleton<CampaignQueries>();
        services.AddSingleton<RewardQuotes>().AddSingleton<Reservations>();
        return services.AddSingleton<VoucherIssuing>().AddSingleton<VoucherEndings>().AddSingleton<VoucherHolds>();
    }
}
