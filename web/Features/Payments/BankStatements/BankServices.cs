using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments.Demo;
using EwasteEpr.Payments.Desk;
using EwasteEpr.PublicRegister;

namespace EwasteEpr.Web.Features.Payments.BankStatements;

public static class BankServices
{
    /// <summary>Bank statements, certificates, the money desk, and the page where anybody checks a document.</summary>
    public static void AddBank(this IServiceCollection services)
    {
        services.AddSingleton<BankAccounts>().AddSingleton<StatementUploads>().AddSingleton<StatementImport>().AddSingleton<StatementQueries>();
        services.AddSingleton<BankRowMatcher>().AddSingleton<BankRowSweep>().AddSingleton<BankDecisions>().AddSingleton<BankRefunds>().AddSingleton<MatchingScreen>();
        services.AddSingleton<CertificateSweep>().AddSingleton<CertificateQueries>();
        services.AddSingleton<MoneyDesk>().AddSingleton<Discrepancies>();
        services.AddSingleton<DocumentVerification>().AddSingleton<DemoStatement>().AddSingleton<DemoBank>();
        services.AddScoped<BankWords>().AddSingleton<BankImportFollow>();
    }
}
