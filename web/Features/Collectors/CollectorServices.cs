using EwasteEpr.TakeBack.Collectors;

namespace EwasteEpr.Web.Features.Collectors;

public static class CollectorServices
{
    public static void AddCollectors(this IServiceCollection services)
    {
        services.AddSingleton<CollectorService>().AddSingleton<CollectorLoads>();
        services.AddScoped<CollectorDesk>();
    }
}
