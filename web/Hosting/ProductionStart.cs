using EwasteEpr.Settings;

namespace EwasteEpr.Web.Hosting;

/// <summary>In Production the site does not start while something that must be settled is not: each reason is one sentence.</summary>
public static class ProductionStart
{
    public static async Task CheckProductionAsync(this WebApplication app, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Environment.IsProduction() && await app.Services.GetRequiredService<ProductionChecks>().RefusalsAsync(ct) is { Count: > 0 } refusals)
        {
            throw new StartRefusedException(string.Join(Environment.NewLine, refusals));
        }
    }
}
