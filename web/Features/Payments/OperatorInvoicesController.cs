using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>All invoices, for the operator: who owes what since when, and the numbers of the electronic invoices.</summary>
[Route("/{culture:culture}/operator/invoices")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorInvoicesController(InvoiceQueries invoices, InvoiceDetails details, Billing billing, Db db, IStringLocalizer<InvoicesText> text) : Controller
{
    private const int MostExported = 1_000_000;

    private static string Home => $"/{Culture.CurrentCode}/operator/invoices";

    [HttpGet("")]
    public async Task<IActionResult> List(InvoicesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.ToFilter();
        return View("Invoices", new InvoicesPage(query, await invoices.ListAsync(null, filter, ct), await invoices.SumAsync(null, filter, ct), Home, null, [], await billing.StateAsync(ct)));
    }

    [HttpGet("/{culture:culture}/operator/invoices.csv")]
    public async Task<IActionResult> Csv(InvoicesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new CsvFile("invoices.csv", InvoicesPage.CsvHead, (await InvoicesController.AllAsync(invoices, null, query.ToFilter(), MostExported, ct)).Select(InvoicesPage.CsvRow));
    }

    [HttpGet("{no}")]
    public async Task<IActionResult> One(string no, string? why, CancellationToken ct) =>
        await invoices.GetAsync(null, no, ct) is { } invoice
            ? View("Invoice", new InvoicePage(
                invoice, await PaymentTerms.ReadAsync(db, ct), why, $"{Home}/{no}", $"/{Culture.CurrentCode}/operator/declarations/{invoice.Row.Declaration}/review",
                IsOperators: true, MayChangePayer: false, new PayerForm(null, null, null, null)))
            : NotFound();

    [HttpGet("{no}/pdf")]
    public async Task<IActionResult> Pdf(string no, CancellationToken ct) => await invoices.GetAsync(null, no, ct) is { } invoice ? new PaperResult(InvoicePapers.Of(invoice, null, text)) : NotFound();

    [HttpPost("{no}/esf")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Esf(string no, string? status, string? number, CancellationToken ct)
    {
        var wanted = number?.Trim() ?? "";
        if (!Enum.TryParse<EsfStatus>(status, out var state) || !Enum.IsDefined(state) || (state != EsfStatus.NotIssued && wanted.Length is 0 or > 100))
        {
            TempData["Said"] = "Said.EsfWrong";
            return LocalRedirect($"{Home}/{no}");
        }

        if (!await details.RecordEsfAsync(no, state, wanted, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["Said"] = "Said.Esf";
        return LocalRedirect($"{Home}/{no}");
    }

    [HttpGet("/{culture:culture}/operator/credit-notes/{no}")]
    public async Task<IActionResult> CreditNote(string no, CancellationToken ct) =>
        await invoices.CreditNoteAsync(null, no, ct) is { } note
            ? View("CreditNote", new CreditNotePage(note, $"/{Culture.CurrentCode}/operator/credit-notes/{no}", $"/{Culture.CurrentCode}/operator/declarations/{note.Declaration}/review", Home))
            : NotFound();

    [HttpGet("/{culture:culture}/operator/credit-notes/{no}/pdf")]
    public async Task<IActionResult> CreditNotePdf(string no, CancellationToken ct) =>
        await invoices.CreditNoteAsync(null, no, ct) is { } note ? new PaperResult(InvoicePapers.Of(note, text)) : NotFound();
}
