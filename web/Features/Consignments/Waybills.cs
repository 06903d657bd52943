using EwasteEpr.Consignments.Custody;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>The paper that rides along: who sends, who carries, who takes, and what, by waste code.</summary>
internal static class Waybills
{
    /// <param name="host">Where the QR leads: the page on which the load is handed over.</param>
    public static Paper? Of(ConsignmentDetails? details, string back, string host, IStringLocalizer<ConsignmentsText> text) =>
        details is null ? null
            : new Paper("/Features/Consignments/WaybillPrint.cshtml", details, text["Waybill.Title", details.Consignment.Number], details.Consignment.Number)
            {
                BackAddress = back, VerifyAddress = $"{host}/kk/consignment/{details.Consignment.Number}",
            };
}

/// <summary>Where the QR of a waybill leads: each side to its own page of the load.</summary>
[Authorize(Policy = PolicyNames.SignedIn)]
[Route("/{culture:culture}/consignment")]
public sealed class WaybillController(ConsignmentQueries queries) : Controller
{
    [HttpGet("{number}")]
    public async Task<IActionResult> Find(string number, CancellationToken ct) => await queries.RoomAsync(number, HttpContext.Person().PersonId, ct) switch
    {
        { Side: nameof(ConsignmentSide.Receiver) } room => LocalRedirect($"/{Culture.CurrentCode}/org/{room.Slug}/deliveries/{Uri.EscapeDataString(number)}"),
        { Side: nameof(ConsignmentSide.Carrier) } room => LocalRedirect($"/{Culture.CurrentCode}/org/{room.Slug}/carrier/{Uri.EscapeDataString(number)}"),
        { } => LocalRedirect($"/{Culture.CurrentCode}/point/consignments/{Uri.EscapeDataString(number)}"),
        null => NotFound(),
    };
}
