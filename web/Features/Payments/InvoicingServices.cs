using EwasteEpr.Payments.Demo;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>What invoices, statements and the closing of the books need of the container.</summary>
public static class InvoicingServices
{
    public static IServiceCollection AddInvoicing(this IServiceCollection services) => services
        .AddSingleton<Billing>().AddSingleton<BillingNudge>().AddSingleton<InvoiceQueries>().AddSingleton<InvoiceDetails>().AddSingleton<ReminderQueue>()
        .AddSingleton<StatementService>().AddSingleton<FundFigures>().AddSingleton<PeriodLocks>().AddSingleton<MonthEndRows>()
        .AddSingleton<InvoiceReminders>().AddSingleton<MonthEndPackage>().AddSingleton<DemoInvoices>();
}
