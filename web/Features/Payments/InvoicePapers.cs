using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The papers of money: Kazakh to the left, Russian to the right.</summary>
public static class InvoicePapers
{
    private const string Folder = "/Features/Payments/";

    /// <param name="address">Of the invoice's page: the QR code opens it.</param>
    public static Paper Of(Invoice invoice, string? address, IStringLocalizer<InvoicesText> text)
    {
        ArgumentNullException.ThrowIfNull(invoice);
        ArgumentNullException.ThrowIfNull(text);
        return new Paper(Folder + "InvoicePrint.cshtml", new InvoicePaper(invoice, address), text["Invoice.Number", invoice.Row.Number], invoice.Row.Number);
    }

    /// <summary>The act beside the invoice: what was accrued for which goods, for both sides to sign.</summary>
    public static Paper ActOf(Invoice invoice, IStringLocalizer<InvoicesText> text)
    {
        ArgumentNullException.ThrowIfNull(invoice);
        ArgumentNullException.ThrowIfNull(text);
        return new Paper(Folder + "InvoicePrint.cshtml", new InvoicePaper(invoice, null, IsAct: true), text["Act.Number", invoice.Row.Number], "ACT-" + invoice.Row.Number);
    }

    public static Paper Of(CreditNote note, IStringLocalizer<InvoicesText> text)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(text);
        return new Paper(Folder + "CreditNotePrint.cshtml", note, text["CreditNote.Number", note.Number], note.Number);
    }

    public static Paper Of(StatementPaper statement, IStringLocalizer<InvoicesText> text)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(text);
        return new Paper(Folder + "StatementPrint.cshtml", statement, text["Statement.Paper"], $"statement-{statement.Owner.Slug}-{statement.Statement.Days.From:yyyyMMdd}-{statement.Last:yyyyMMdd}");
    }
}

/// <param name="Address">None in the month-end package, which nobody made in a request.</param>
public sealed record InvoicePaper(Invoice Invoice, string? Address, bool IsAct = false);

/// <param name="Last">The last day of the statement: the range is half-open, people are not.</param>
public sealed record StatementPaper(Statement Statement, InvoiceOwner Owner, DateOnly Last, InvoiceTerms Operator);
