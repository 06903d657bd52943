using EwasteEpr.Certification;

namespace EwasteEpr.Web.Features.Certification;

public static class CertificationServices
{
    /// <summary>Sites, applications, audits, decisions and the register of recyclers.</summary>
    public static void AddCertification(this IServiceCollection services)
    {
        services.AddSingleton<SiteService>().AddSingleton<ApplicationService>().AddSingleton<DocumentCheck>().AddSingleton<AuditDrawing>().AddSingleton<AuditService>().AddSingleton<AuditQueries>();
        services.AddSingleton<CertificationDecisions>().AddSingleton<CertificationQueries>().AddSingleton<SurveillanceDraw>().AddSingleton<CertificationNotices>().AddSingleton<CertificationLetters>();
    }
}
