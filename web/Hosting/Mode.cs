namespace EwasteEpr.Web.Hosting;

/// <summary>Demo is the default outside Production: believable data, one-click personas, a visible band, loopback only.</summary>
public static class Mode
{
    public static bool IsDemo(this IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.GetValue<bool?>("Demo") ?? !environment.IsProduction();
    }
}
