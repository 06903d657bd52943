using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The organisation's invoices and credit notes: the list, one of them, its paper, who pays it.</summary>
[Route("/{culture:culture}/org/{slug}")]
public sealed class InvoicesController(InvoiceQueries invoices, InvoiceDetails details, Db db, SiteAddress site, IStringLocalizer<InvoicesText> text) : Controller
{
    private const int MostExported = 10_000;

    private OrganisationAccess Organisation => HttpContext.Organisation();

    [HttpGet("invoices")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Invoices(InvoicesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.ToFilter();
        var owner = Organisation.OrganisationId;
        return View("Invoices", new InvoicesPage(
            query, await invoices.ListAsync(owner, filter, ct), await invoices.SumAsync(owner, filter, ct), Where.Organisation(HttpContext, "invoices"),
            await invoices.PositionAsync(owner, ct), await invoices.CreditNotesAsync(owner, ct), null));
    }

    [HttpGet("invoices.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Csv(InvoicesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new CsvFile("invoices.csv", InvoicesPage.CsvHead, (await AllAsync(invoices, Organisation.OrganisationId, query.ToFilter(), MostExported, ct)).Select(InvoicesPage.CsvRow));
    }

    [HttpGet("invoices/{no}")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Invoice(string no, string? why, CancellationToken ct) =>
        await invoices.GetAsync(Organisation.OrganisationId, no, ct) is { } invoice ? View("Invoice", await PageOfAsync(invoice, why, null, ct)) : NotFound();

    [HttpGet("invoices/{no}/print")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Print(string no, CancellationToken ct) => await PaperAsync(no, ct) is { } paper ? new PaperResult(paper, asPage: true) : NotFound();

    [HttpGet("invoices/{no}/pdf")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Pdf(string no, CancellationToken ct) => await PaperAsync(no, ct) is { } paper ? new PaperResult(paper) : NotFound();

    [HttpPost("invoices/{no}/payer")]
    [Authorize(Policy = PolicyNames.OrgAccountant)]
    public async Task<IActionResult> Payer(string no, [Bind(Prefix = "Form")] PayerForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await invoices.GetAsync(Organisation.OrganisationId, no, ct) is not { } invoice)
        {
            return NotFound();
        }

        var payer = form.Who == "other" ? Other(form) : null;
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }

        if (Request.IsLanguageSwitch() || !ModelState.IsValid)
        {
            return View("Invoice", await PageOfAsync(invoice, null, form, ct));
        }

        var isDone = await details.ChangePayerAsync(Organisation.OrganisationId, no, payer, ActorContext.Current(HttpContext), ct);
        TempData["Said"] = isDone ? "Said.Payer" : "Said.PayerTooLate";
        return LocalRedirect(Where.Organisation(HttpContext, "invoices/" + no));
    }

    [HttpGet("credit-notes/{no}")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> CreditNote(string no, CancellationToken ct) =>
        await invoices.CreditNoteAsync(Organisation.OrganisationId, no, ct) is { } note
            ? View("CreditNote", new CreditNotePage(note, Where.Organisation(HttpContext, "credit-notes/" + no), Where.Declarations(HttpContext, note.Declaration), Where.Organisation(HttpContext, "invoices")))
            : NotFound();

    [HttpGet("credit-notes/{no}/print")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> CreditNotePrint(string no, CancellationToken ct) => await CreditPaperAsync(no, ct) is { } paper ? new PaperResult(paper, asPage: true) : NotFound();

    [HttpGet("credit-notes/{no}/pdf")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> CreditNotePdf(string no, CancellationToken ct) => await CreditPaperAsync(no, ct) is { } paper ? new PaperResult(paper) : NotFound();

    /// <summary>All pages of a list, for a file.</summary>
    internal static async Task<IReadOnlyList<InvoiceRow>> AllAsync(InvoiceQueries invoices, OrganisationId? owner, InvoiceFilter filter, int most, CancellationToken ct)
    {
        var rows = new List<InvoiceRow>();
        var next = filter with { PageSize = 200, After = null };
        while (rows.Count < most)
        {
            var page = await invoices.ListAsync(owner, next, ct);
            rows.AddRange(page.Rows);
            if (page.Next is null)
            {
                break;
            }

            next = next with { After = page.Next };
        }

        return rows;
    }

    private async Task<InvoicePage> PageOfAsync(Invoice invoice, string? why, PayerForm? form, CancellationToken ct) => new(
        invoice,
        await PaymentTerms.ReadAsync(db, ct),
        why,
        Where.Organisation(HttpContext, "invoices/" + invoice.Row.Number),
        Where.Declarations(HttpContext, invoice.Row.Declaration),
        IsOperators: false,
        MayChangePayer: invoice.Row.OpenTiyn > 0 && Organisation.Has(OrganisationRole.Accountant),
        form ?? (invoice.Payer.NameRu == invoice.Owner.NameRu ? new PayerForm("own", null, null, null) : new PayerForm("other", invoice.Payer.NameRu, invoice.Payer.Bin, invoice.Payer.Address)));

    private OtherPayer? Other(PayerForm form)
    {
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > 300)
        {
            ModelState.AddModelError("Form.Name", text["Payer.NameMissing"]);
        }

        if (Bin.Check(form.Bin, out var bin) != BinCheck.Valid || !bin.IsOrganisation)
        {
            ModelState.AddModelError("Form.Bin", text["Payer.BinWrong"]);
        }

        return ModelState.IsValid ? new OtherPayer(form.Name!.Trim(), bin, form.Address?.Trim() is { Length: <= 300 } address ? address : "") : null;
    }

    private async Task<Paper?> PaperAsync(string no, CancellationToken ct) =>
        await invoices.GetAsync(Organisation.OrganisationId, no, ct) is { } invoice
            ? InvoicePapers.Of(invoice, site.Of(HttpContext, "kk", $"org/{Organisation.Slug}/invoices/{no}"), text) with { BackAddress = Where.Organisation(HttpContext, "invoices/" + no) }
            : null;

    private async Task<Paper?> CreditPaperAsync(string no, CancellationToken ct) =>
        await invoices.CreditNoteAsync(Organisation.OrganisationId, no, ct) is { } note
            ? InvoicePapers.Of(note, text) with { BackAddress = Where.Organisation(HttpContext, "credit-notes/" + no) }
            : null;
}
