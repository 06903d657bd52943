using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Demo;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Owning;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>What this feature needs of the container.</summary>
public static class VoucherServices
{
    public static IServiceCollection AddVouchers(this IServiceCollection services)
    {
        services.AddSingleton<VoucherSecrets>().AddSingleton<CampaignService>().AddSingleton<CampaignQueries>();
        services.AddSingleton<RewardQuotes>().AddSingleton<Reservations>();
        services.AddSingleton<VoucherService>().AddSingleton<RedemptionService>().AddSingleton<MerchantService>().AddSingleton<SettlementService>().AddSingleton<VoucherWallet>().AddSingleton<VoucherGuessing>().AddSingleton<MerchantCalendar>().AddSingleton<OpenedVouchers>().AddSingleton<VoucherQueue>();
        services.AddSingleton<DemoVouchers>().AddSingleton<DemoWallet>();
        return services.AddSingleton<VoucherIssuing>().AddSingleton<VoucherEndings>().AddSingleton<VoucherHolds>();
    }
}
