using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>The papers of the site and their printer.</summary>
public static class Printing
{
    public static void AddPrinting(this IServiceCollection services)
    {
        services.AddSingleton<IPdfPrinter, ChromiumPrinter>().AddSingleton<PaperAssets>().AddSingleton<Papers>();
        // Not of those that keep traffic away: every paper can be printed from its page.
        services.AddHealthChecks().AddCheck<PrinterCheck>("printing");
    }

    /// <summary>A sentence at every Production start, because nobody would look for a missing browser before the first certificate.</summary>
    public static void SayWhenNothingPrints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Environment.IsProduction() && !app.Services.GetRequiredService<IPdfPrinter>().IsAvailable)
        {
            Console.Error.WriteLine($"No Chromium was found, so papers are pages to print and not PDF. Install it (Debian: apt-get install chromium) or name it by {Chromium.Setting}.");
        }
    }

    private sealed class PrinterCheck(IPdfPrinter printer) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(printer.IsAvailable ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("There is no Chromium: papers are pages and not PDF."));
    }
}
