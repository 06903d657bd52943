namespace EwasteEpr.Web.Features.Payments;

/// <summary>Names the texts of invoices, statements and the books: InvoicesText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class InvoicesText;
