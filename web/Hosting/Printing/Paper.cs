using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>A document that leaves the site: receipt, invoice, certificate, act, waybill, voucher.</summary>
/// <param name="View">A view with <c>Layout = "_Paper"</c>: a name in the controller's feature, or a whole path (<c>/Features/Payments/InvoicePrint.cshtml</c>) where there is no request.</param>
/// <param name="Model">What the view shows.</param>
/// <param name="Title">Of the window and of the PDF.</param>
/// <param name="Number">Stands at the foot of every page and is the file's name.</param>
public sealed record Paper(string View, object Model, string Title, string Number)
{
    /// <summary>Of the document itself; legal papers have both state languages side by side and start with Kazakh.</summary>
    public string Language { get; init; } = "kk";

    /// <summary>Where anybody can ask whether the paper is genuine: printed as an address and as a QR code.</summary>
    public string? VerifyAddress { get; init; }

    /// <summary>Where the page shown instead of a PDF leads back to.</summary>
    public string? BackAddress { get; init; }

    public string FileName => Number + ".pdf";
}

/// <summary>How a paper is being shown, for its layout.</summary>
/// <param name="Paper">What is shown.</param>
/// <param name="ForPrinter">Everything inside one document, for a printer without a network; else a page of the site.</param>
/// <param name="PrinterIsMissing">The PDF was asked for and could not be made.</param>
public sealed record PaperSheet(Paper Paper, bool ForPrinter, bool PrinterIsMissing = false)
{
    private const string Key = nameof(PaperSheet);

    public static PaperSheet Of(ViewDataDictionary data) => data?[Key] as PaperSheet ?? throw new InvalidOperationException("This layout is for papers: show them by PaperResult or Papers.");

    public void Tell(ViewDataDictionary data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data[Key] = this;
    }
}
