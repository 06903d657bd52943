using EwasteEpr.Settings;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Tariffs;

public static class TariffServices
{
    /// <summary>Tariffs and the settings they rest on.</summary>
    public static void AddTariffs(this IServiceCollection services)
    {
        services.AddSingleton<TariffService>().AddSingleton<TariffProposals>().AddSingleton<MciProposals>().AddSingleton<HsRowProposals>().AddSingleton<ProductGroupProposals>();
        services.AddSingleton<SettingsService>().AddSingleton<ProductionChecks>().AddSingleton<DaysOff>();
        services.AddScoped<TariffNames>();
    }
}
