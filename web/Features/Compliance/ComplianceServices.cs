using EwasteEpr.Compliance;

namespace EwasteEpr.Web.Features.Compliance;

public static class ComplianceServices
{
    public static IServiceCollection AddCompliance(this IServiceCollection services) =>
        services.AddSingleton<CaseRules>().AddSingleton<CaseQueries>().AddSingleton<CaseService>().AddSingleton<CaseOrders>().AddSingleton<CustomsExtracts>().AddSingleton<CaseLetters>().AddSingleton<EwasteEpr.Compliance.Demo.DemoCases>();
}
