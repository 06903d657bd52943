using EwasteEpr.Kernel;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.Certificates;

/// <summary>An organisation's certificates of payment: the list, each with its documents, the papers.</summary>
[Route("/{culture:culture}/org/{slug}/certificates")]
[Authorize(Policy = PolicyNames.OrgReader)]
public sealed class CertificatesController(CertificateQueries certificates, SiteAddress address, IStringLocalizer<CertificatesText> text) : Controller
{
    private const int PageRows = 50;
    private const int MostRows = 10_000;

    [HttpGet("")]
    public async Task<IActionResult> List(Guid? after, CancellationToken ct)
    {
        var rows = await certificates.ListAsync(HttpContext.Organisation().OrganisationId, after, PageRows + 1, ct);
        return View(new CertificatesPage([.. rows.Take(PageRows)], rows.Count > PageRows ? rows[PageRows - 1].CertificateId : null, after));
    }

    [HttpGet("certificates.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "certificates.csv", ["number", "code", "state", "annulled_cause", "annulled_at", "amount_kzt", "settled_on", "issued_on", "invoice", "declaration", "documents"],
        (await certificates.ListAsync(HttpContext.Organisation().OrganisationId, null, MostRows, ct)).Select(row => new object?[]
        {
            row.Number, CheckedCode.Show(row.Code), row.State, row.AnnulledCause, row.AnnulledAt, row.AmountTiyn / 100m, row.SettledOn, row.IssuedOn, row.Invoice, row.Declaration, row.Documents,
        }));

    [HttpGet("{number}")]
    public async Task<IActionResult> Certificate(string number, CancellationToken ct) =>
        await FindAsync(number, null, ct) is { } page ? View(page) : NotFound();

    [HttpGet("{number}/documents.csv")]
    public async Task<IActionResult> Documents(string number, CancellationToken ct) => await FindAsync(number, null, ct) is not { } page ? NotFound() : new CsvFile(
        $"{page.Certificate.Number}.csv", ["row", "document_no", "credit_note", "lines", "units", "mass_kg", "amount_kzt", "code"],
        page.Documents.Select(row => new object?[] { row.RowNo, row.DocumentNo, row.CreditNote, row.Lines, row.Units, row.MassGrams / 1000m, row.AmountTiyn / 100m, CheckedCode.Show(row.Code) }));

    [HttpGet("{number}/pdf")]
    public async Task<IActionResult> Pdf(string number, bool page, CancellationToken ct) => await FindAsync(number, null, ct) is { } found
        ? new PaperResult(new Paper("CertificatePrint", found, text["Paper.Title"] + " " + found.Certificate.Number, found.Certificate.Number) { VerifyAddress = found.Address(found.Certificate.Code), BackAddress = found.Home }, page)
        : NotFound();

    /// <summary>The extract of one shipment, with a code of its own: it shows customs nothing of the others.</summary>
    [HttpGet("{number}/extracts/{row:int}/pdf")]
    public async Task<IActionResult> Extract(string number, int row, bool page, CancellationToken ct) => await FindAsync(number, row, ct) is { } found
        ? new PaperResult(
            new Paper("ExtractPrint", found, text["Extract.Title"] + " " + found.Certificate.Number, $"{found.Certificate.Number}-{row}") { VerifyAddress = found.Address(found.Documents[0].Code), BackAddress = found.Home }, page)
        : NotFound();

    private async Task<CertificatePage?> FindAsync(string number, int? row, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        return await certificates.FindAsync(organisation.OrganisationId, number, row, ct) is { } found
            ? new CertificatePage(
                found.Certificate, found.Documents, $"/{Culture.CurrentCode}/org/{organisation.Slug}/certificates/{found.Certificate.Number}",
                code => address.Of(HttpContext, "kk", "verify/" + CheckedCode.Show(code)))
            : null;
    }
}

public sealed record CertificatesPage(IReadOnlyList<CertificateListed> Rows, Guid? Next, Guid? After);

/// <param name="Home">The certificate's own page.</param>
/// <param name="Address">Where anybody checks a code; on papers always the Kazakh page, which has the others one click away.</param>
public sealed record CertificatePage(Certificate Certificate, IReadOnlyList<CertificateDocument> Documents, string Home, Func<string, string> Address);
