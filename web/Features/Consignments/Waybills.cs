using EwasteEpr.Consignments.Custody;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>The paper that rides along: who sends, who carries, who takes, and what, by waste code.</summary>
internal static class Waybills
{
    /// <param name="host">Where the QR leads: the page on which the load is handed over.</param>
    public static Paper? Of(ConsignmentDetails? details, string back, string host, IStringLocalizer<ConsignmentsText> text) =>
        details is null ? null
            : new Paper("/Features/Consignments/WaybillPrint.cshtml", new WaybillPaper(details), text["Waybill.Title", details.Consignment.Number], details.Consignment.Number)
            {
                BackAddress = back, VerifyAddress = $"{host}/kk/carrier/handover/{details.Consignment.Number}",
            };
}
