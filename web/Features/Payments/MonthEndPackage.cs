using System.IO.Compression;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>Everything of a month in one archive: tables as CSV, and each invoice, act, credit note and statement as a paper.</summary>
/// <remarks>
/// Papers are PDF while they are few; more of them are the same pages as HTML, which opens and prints without a network, because a browser
/// prints some three a second. Above <see cref="MostPapers"/> the archive holds the tables alone and says so.
/// </remarks>
public sealed class MonthEndPackage(
    InvoiceQueries invoices, StatementService statements, MonthEndRows rows, Papers papers, IPdfPrinter printer, Db db, IStringLocalizer<InvoicesText> text)
{
    private const int MostPdf = 60;
    private const int MostPapers = 2_000;

    public async Task WriteAsync(DateRange days, Stream target, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        await using var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, ct);
        var issued = await InvoicesController.AllAsync(invoices, null, new InvoiceFilter(From: days.From, Until: days.Until), int.MaxValue, ct);
        var credited = await rows.CreditNotesAsync(days, ct);
        var turnover = await statements.AllAsync(days, ct);
        await WriteTablesAsync(zip, days, issued, credited, turnover, ct);

        var moved = turnover.Where(row => row.OpeningTiyn != 0 || row.DebitTiyn != 0 || row.CreditTiyn != 0).ToList();
        var count = (issued.Count * 2) + credited.Count + moved.Count;
        await TextAsync(zip, "README.txt", Readme(days, issued.Count, credited.Count, moved.Count, count), ct);
        if (count > MostPapers)
        {
            return;
        }

        var asPdf = printer.IsAvailable && count <= MostPdf;
        await foreach (var (folder, paper) in PapersAsync(days, issued, credited, moved, ct))
        {
            await WritePaperAsync(zip, folder, paper, asPdf, ct);
            await target.FlushAsync(ct);
        }
    }

    private async Task WriteTablesAsync(
        ZipArchive zip, DateRange days, IReadOnlyList<InvoiceRow> issued, IReadOnlyList<CreditNoteOfMonth> credited, IReadOnlyList<OrganisationTurnover> turnover, CancellationToken ct)
    {
        await CsvAsync(zip, "invoices.csv", InvoicesPage.CsvHead, issued.Select(InvoicesPage.CsvRow), ct);
        await CsvAsync(zip, "credit-notes.csv", ["number", "organisation", "declaration", "version", "cause", "amount_kzt", "issued_on"],
            credited.Select(row => new object?[] { row.Number, row.Organisation, row.Declaration, row.Version, row.Cause, row.AmountTiyn / 100m, row.IssuedOn }), ct);
        await CsvAsync(zip, "receipts.csv", ["day", "received_on", "source", "reference", "organisation", "payer", "amount_kzt", "paying_invoices_kzt", "credit_kzt", "waiting_kzt", "gone_kzt"],
            (await rows.ReceiptsAsync(days, ct)).Select(row => new object?[]
            {
                row.BusinessOn, row.ReceivedOn, row.Source, row.Reference, row.Organisation, row.PayerName, row.AmountTiyn / 100m, row.AllocatedTiyn / 100m, row.CreditTiyn / 100m, row.UnallocatedTiyn / 100m, row.ReversedTiyn / 100m,
            }), ct);
        await CsvAsync(zip, "statements.csv", ["organisation", "bin", "opening_kzt", "debit_kzt", "credit_kzt", "closing_kzt"],
            turnover.Select(row => new object?[] { row.NameRu, row.Bin, row.OpeningTiyn / 100m, row.DebitTiyn / 100m, row.CreditTiyn / 100m, row.ClosingTiyn / 100m }), ct);
        await CsvAsync(zip, "postings.csv", ["day", "kind", "document", "debit", "debit_owner", "credit", "credit_owner", "amount_kzt", "transfer_id"],
            (await rows.PostingsAsync(days, ct)).Select(row => new object?[] { row.BusinessOn, row.Kind, row.Document, row.Debit, row.DebitOwner, row.Credit, row.CreditOwner, row.Tiyn / 100m, row.TransferId.ToString() }), ct);
    }

    private async IAsyncEnumerable<(string Folder, Paper Paper)> PapersAsync(
        DateRange days, IReadOnlyList<InvoiceRow> issued, IReadOnlyList<CreditNoteOfMonth> credited, IReadOnlyList<OrganisationTurnover> moved,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var row in issued)
        {
            var invoice = (await invoices.GetAsync(null, row.Number, ct))!;
            yield return ("invoices", InvoicePapers.Of(invoice, null, text));
            yield return ("acts", InvoicePapers.ActOf(invoice, text));
        }

        foreach (var row in credited)
        {
            yield return ("credit-notes", InvoicePapers.Of((await invoices.CreditNoteAsync(null, row.Number, ct))!, text));
        }

        var terms = (await PaymentTerms.ReadAsync(db, ct)).Printed;
        foreach (var row in moved)
        {
            var statement = await statements.GetAsync(new OrganisationId(row.OrganisationId), days, ct);
            yield return ("statements", InvoicePapers.Of(new StatementPaper(statement, new InvoiceOwner(row.Slug, row.NameKk, row.NameRu, row.Bin, ""), days.Until!.Value.AddDays(-1), terms), text));
        }
    }

    private async Task WritePaperAsync(ZipArchive zip, string folder, Paper paper, bool asPdf, CancellationToken ct)
    {
        var entry = zip.CreateEntry($"{folder}/{paper.Number}.{(asPdf ? "pdf" : "html")}", CompressionLevel.Fastest);
        var content = asPdf ? await papers.PdfAsync(paper, ct) : Encoding.UTF8.GetBytes(await papers.HtmlAsync(new PaperSheet(paper, ForPrinter: true)));
        await using var stream = await entry.OpenAsync(ct);
        await stream.WriteAsync(content, ct);
    }

    private static string Readme(DateRange days, int issued, int credited, int moved, int papersInAll)
    {
        var lines = new StringBuilder();
        foreach (var side in PaperSides.Of<InvoicesText>())
        {
            lines.AppendLine(side["Package.What", side.F.Date(days.From), side.F.Date(days.Until!.Value.AddDays(-1)), side.F.Number(issued), side.F.Number(credited), side.F.Number(moved)]);
            if (papersInAll > MostPapers)
            {
                lines.AppendLine(side["Package.TooMany", side.F.Number(papersInAll)]);
            }

            lines.AppendLine();
        }

        return lines.ToString();
    }

    private static async Task CsvAsync(ZipArchive zip, string name, IReadOnlyList<string> head, IEnumerable<object?[]> table, CancellationToken ct)
    {
        await using var stream = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(ct);
        await CsvExport.WriteAsync(stream, head, table, ct);
    }

    private static async Task TextAsync(ZipArchive zip, string name, string content, CancellationToken ct)
    {
        await using var stream = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(ct);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(content), ct);
    }
}
