using EwasteEpr.Deadlines;

namespace EwasteEpr.Web.Features.Deadlines;

public static class DeadlineServices
{
    /// <summary>Deadlines and their calendar feeds.</summary>
    public static void AddDeadlines(this IServiceCollection services) =>
        services.AddSingleton<DeadlineService>().AddSingleton<FeedService>().AddScoped<DeadlineWords>();
}
