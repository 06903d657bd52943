using EwasteEpr.Settings;

namespace EwasteEpr.Web.Hosting;

/// <summary>In Production the site does not start while something that must be settled is not: each reason is one sentence.</summary>
public static class ProductionStart
{
    public static async Task CheckProductionAsync(this WebApplication app, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Environment.IsProduction())
        {
            return;
        }

        var refusals = (await app.Services.GetRequiredService<ProductionChecks>().RefusalsAsync(ct)).ToList();
        if (string.IsNullOrWhiteSpace(app.Configuration["EWASTE_ADDRESS"]))
        {
            refusals.Add("EWASTE_ADDRESS is not set: links in letters would not know where they lead. Give the address people use, for example https://ewaste.example.kz.");
        }

        if (refusals.Count > 0)
        {
            throw new StartRefusedException(string.Join(Environment.NewLine, refusals));
        }
    }
}
