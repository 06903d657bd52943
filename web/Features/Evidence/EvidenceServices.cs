using EwasteEpr.Evidence;
using EwasteEpr.Evidence.Demo;
using EwasteEpr.Evidence.Payouts;

namespace EwasteEpr.Web.Features.Evidence;

public static class EvidenceServices
{
    /// <summary>Evidence of treatment, who holds it, and what is paid per tonne.</summary>
    public static void AddEvidence(this IServiceCollection services)
    {
        services.AddSingleton<BatchCredits>().AddSingleton<EvidenceService>().AddSingleton<EvidenceEndings>().AddSingleton<EvidenceTransfers>().AddSingleton<EvidenceQueries>().AddSingleton<PayerChanges>().AddSingleton<MonthlyTable>();
        services.AddSingleton<StageTariffs>().AddSingleton<StageRuns>().AddSingleton<StagePayouts>().AddSingleton<DemoBatch>().AddSingleton<DemoEvidence>().AddSingleton<EvidenceDesk>();
    }
}
