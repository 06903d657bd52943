using EwasteEpr.TakeBack;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.Web.Features.Points;

public static class PointServices
{
    /// <summary>The guide and the register of points.</summary>
    public static void AddPoints(this IServiceCollection services)
    {
        services.AddSingleton<TakeBackFigures>().AddSingleton<PointService>().AddSingleton<GuideService>();
        services.AddSingleton<PointEditor>().AddSingleton<PointImport>();
        services.AddScoped<PointWords>().AddScoped<PointDesk>();
    }
}
