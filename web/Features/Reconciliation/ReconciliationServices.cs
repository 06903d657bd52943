using EwasteEpr.Reconciliation.Closing;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Obligations;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Reconciliation.Published;
using EwasteEpr.Reconciliation.Rates;
using EwasteEpr.Reconciliation.Sheets;

namespace EwasteEpr.Web.Features.Reconciliation;

public static class ReconciliationServices
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddSingleton<PublishedFigures>().AddSingleton<Figures>().AddSingleton<FigureRecords>().AddSingleton<FigureFolding>().AddSingleton<MatrixService>()
        .AddSingleton<SheetService>().AddSingleton<SheetQueries>().AddSingleton<GenerationService>().AddSingleton<RateService>()
        .AddSingleton<ObligationService>().AddSingleton<ObligationQueries>().AddSingleton<PeriodClosing>().AddSingleton<PublicFigures>();
}
