using EwasteEpr.Declarations;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>On the receipt of a declaration: what its submission became, and how the organisation stands.</summary>
public sealed class InvoiceOfVersion(InvoiceQueries invoices) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(string number, int version)
    {
        var ct = HttpContext.RequestAborted;
        var owner = HttpContext.Organisation().OrganisationId;
        return await invoices.OfVersionAsync(new DeclarationKey(owner, number), version, ct) is { } billing
            ? View("/Features/Payments/_InvoiceOfVersion.cshtml", new InvoiceOfVersionPage(billing, await invoices.PositionAsync(owner, ct), Where.Organisation(HttpContext), HttpContext.Agent() is null || HttpContext.Organisation().Has(OrganisationRole.Accountant)))
            : Content("");
    }
}

/// <param name="MayOpen">An agent's mandate opens the money only where it lets the agent pay.</param>
public sealed record InvoiceOfVersionPage(VersionBilling Billing, MoneyPosition Position, string Organisation, bool MayOpen);

/// <summary>On the organisation's home: what is to be paid next, and what the fund holds of it.</summary>
public sealed class InvoicesHome(InvoiceQueries invoices) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync() =>
        View("/Features/Payments/_InvoicesHome.cshtml", new InvoicesHomePage(
            await invoices.PositionAsync(HttpContext.Organisation().OrganisationId, HttpContext.RequestAborted), Where.Organisation(HttpContext)));
}

public sealed record InvoicesHomePage(MoneyPosition Position, string Organisation);
