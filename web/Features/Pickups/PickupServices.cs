using EwasteEpr.TakeBack.Pickups;

namespace EwasteEpr.Web.Features.Pickups;

public static class PickupServices
{
    /// <summary>Organisations handing in, and who takes over.</summary>
    public static void AddPickups(this IServiceCollection services) =>
        services.AddSingleton<PickupService>().AddSingleton<PickupQueries>().AddSingleton<PickupReceiving>().AddSingleton<AssetTable>();
}
