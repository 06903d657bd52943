using EwasteEpr.PublicRegister;
using EwasteEpr.Treatment;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Demo;
using EwasteEpr.Treatment.Fractions;
using EwasteEpr.Treatment.Loads;
using EwasteEpr.Treatment.Rates;
using EwasteEpr.Treatment.Stock;

namespace EwasteEpr.Web.Features.Treatment;

public static class TreatmentServices
{
    /// <summary>Batches, fractions, their buyers' word, stock, balances and the log of loads.</summary>
    public static void AddTreatment(this IServiceCollection services) =>
        services.AddSingleton<TreatmentLists>().AddSingleton<BatchService>().AddSingleton<BatchCharging>().AddSingleton<BatchOutputs>().AddSingleton<BatchClosing>().AddSingleton<BatchCorrecting>().AddSingleton<BatchQueries>()
            .AddSingleton<FractionShipping>().AddSingleton<FractionConfirmation>().AddSingleton<FractionQueries>().AddSingleton<StockQueries>().AddSingleton<SiteBalances>().AddSingleton<RateBenchmarks>().AddSingleton<RecoveredMetals>()
            .AddSingleton<LoadPreviews>().AddSingleton<LoadSubmission>().AddSingleton<LoadQueries>()
            .AddSingleton<DemoTreatmentTools>().AddSingleton<DemoBatches>()
            .AddSingleton<PassportBatches>().AddSingleton<PassportNews>().AddSingleton<BatchNews>()
            .AddSingleton<BatchWork>().AddSingleton<StockAndLists>().AddSingleton<BatchPages>().AddSingleton<MassReader>().AddSingleton<OutputLines>();
}
