using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Everybody's batches, for the operator to look at: the same pages, and nothing that changes a record of others.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/batches")]
public sealed class OperatorBatchesController(BatchQueries queries, BatchPages pages) : Controller
{
    private const int PageSize = 50;

    [HttpGet("")]
    public async Task<IActionResult> Index([FromQuery] BatchesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = await queries.ListAsync(null, query.ToFilter(PageSize + 1), ct);
        return View("Index", new BatchesPage(
            null, [.. rows.Take(PageSize)], query, rows.Count > PageSize ? rows[PageSize - 1].BatchId.ToString() : null, [], [], new NewBatchForm(), await queries.DiscrepanciesAsync(null, null, ct)));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv([FromQuery] BatchesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return BatchFiles.List(await queries.ListAsync(null, query.ToFilter(10_000), ct));
    }

    [HttpGet("{number}")]
    public async Task<IActionResult> Show(string number, CancellationToken ct) =>
        await pages.FindAsync(number, null, ct) is { } details ? View("Batch", await pages.OfAsync(details, null, null, new BatchSaid(), ct)) : NotFound();
}
