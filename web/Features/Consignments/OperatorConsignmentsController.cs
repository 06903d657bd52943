using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Everybody's consignments, for the operator to look at: the same pages, and nothing that changes a record of others.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/consignments")]
public sealed class OperatorConsignmentsController(ConsignmentQueries queries, DiscrepancyService discrepancies, WeighInPhotos photos, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;

    private static string Root => $"/{Culture.CurrentCode}/operator/consignments";

    [HttpGet("")]
    public async Task<IActionResult> List(string? state, string? before, CancellationToken ct)
    {
        var rows = await queries.AllAsync(ConsignmentLists.StateOf(state), before, PageSize + 1, ct);
        return View("List", new ConsignmentListPage(
            null, ConsignmentSide.Operator, [.. rows.Take(PageSize)], ConsignmentLists.StateOf(state), Root, rows.Count > PageSize ? $"{Root}?state={state}&before={rows[PageSize - 1].Number}" : null));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(string? state, CancellationToken ct) => ConsignmentLists.Csv(await queries.AllAsync(ConsignmentLists.StateOf(state), null, 10_000, ct));

    [HttpGet("{number}")]
    public async Task<IActionResult> Show(string number, CancellationToken ct) =>
        await queries.FindAsync(number, ConsignmentSide.Operator, default, ct) is { } details
            ? View("One", new ConsignmentOfSidePage(null, new ConsignmentPage(ConsignmentSide.Operator, details, await discrepancies.OfConsignmentAsync(details.Consignment.ConsignmentId, ct), $"{Root}/{number}", null, MayAct: false)))
            : NotFound();

    [HttpGet("{number}/waybill/pdf")]
    public async Task<IActionResult> Pdf(string number, CancellationToken ct) =>
        Waybills.Of(await queries.FindAsync(number, ConsignmentSide.Operator, default, ct), $"{Root}/{number}", $"{Request.Scheme}://{Request.Host}", text) is { } paper ? new PaperResult(paper) : NotFound();

    [HttpGet("{number}/{container:guid}/photo")]
    public async Task<IActionResult> Photo(string number, Guid container, CancellationToken ct) =>
        await photos.FindAsync(number, container, null, ct) is { } photo ? File(photo.Content, photo.MediaType) : NotFound();
}
