using EwasteEpr.PublicRegister;
using EwasteEpr.PublicRegister.Fund;
using EwasteEpr.PublicRegister.Impact;
using EwasteEpr.PublicRegister.OpenData;
using EwasteEpr.PublicRegister.Register;
using EwasteEpr.PublicRegister.Waste;

namespace EwasteEpr.Web.Features.PublicRegister;

public static class PublicRegisterServices
{
    /// <summary>What everybody may read: registers, datasets, the fund's money, the roots of the audit.</summary>
    public static IServiceCollection AddPublicRegister(this IServiceCollection services) => services
        .AddSingleton<PublicRegisterQueries>().AddSingleton<SupplierCheck>().AddSingleton<DatasetReader>().AddSingleton<FeeMoneyQueries>().AddSingleton<AuditRoots>().AddSingleton<NumberVerification>().AddSingleton<WasteRegister>().AddSingleton<PublicPayers>().AddSingleton<CadastreService>().AddSingleton<ImpactFigures>();
}
