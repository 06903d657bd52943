using EwasteEpr.Kernel;
using EwasteEpr.Treatment;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Stock;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>A recycler's batches: the list, a new one, and each one to look at.</summary>
[Route("/{culture:culture}/org/{slug}/batches")]
public sealed class BatchesController(BatchService batches, BatchQueries queries, BatchPages pages, StockAndLists stock, IStringLocalizer<TreatmentText> text) : Controller
{
    private const int PageSize = 50;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgRecyclerReader)]
    public Task<IActionResult> Index([FromQuery] BatchesQuery query, CancellationToken ct) => ShowAsync(query, new NewBatchForm(), ct);

    [HttpGet("csv")]
    [Authorize(Policy = PolicyNames.OrgRecyclerReader)]
    public async Task<IActionResult> Csv([FromQuery] BatchesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return BatchFiles.List(await queries.ListAsync(Organisation, query.ToFilter(10_000), ct));
    }

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Open([Bind(Prefix = nameof(BatchesPage.Form))] NewBatchForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var (site, category) = (form.Where ?? "").Split(':') is [var one, var two] ? (one, two) : ("", "");
        if (ModelState.IsValid && !Request.IsLanguageSwitch())
        {
            var technology = string.IsNullOrEmpty(form.Technology) ? null : form.Technology;
            switch (await batches.OpenAsync(new NewBatch(Organisation, site, category, technology, form.StartedOn), ActorContext.Current(HttpContext), ct))
            {
                case OpenOutcome.Opened opened:
                    return LocalRedirect($"{Here}/{opened.Number}");
                case OpenOutcome.Refused refused:
                    ModelState.AddModelError($"{nameof(BatchesPage.Form)}.{(refused.Why == OpenProblem.DayOutOfReach ? nameof(form.StartedOn) : nameof(form.Where))}", text["Open." + refused.Why]);
                    break;
            }
        }

        return await ShowAsync(new BatchesQuery(), form, ct);
    }

    [HttpGet("{number}")]
    [Authorize(Policy = PolicyNames.OrgRecyclerReader)]
    public async Task<IActionResult> Show(string number, string? done, CancellationToken ct) =>
        await pages.FindAsync(number, Organisation, ct) is { } details ? View("Batch", await pages.OfAsync(details, HttpContext.Organisation(), null, new BatchSaid(done), ct)) : NotFound();

    [HttpGet("{number}/csv")]
    [Authorize(Policy = PolicyNames.OrgRecyclerReader)]
    public async Task<IActionResult> BatchCsv(string number, CancellationToken ct) =>
        await pages.FindAsync(number, Organisation, ct) is { } details ? BatchFiles.One(details) : NotFound();

    [HttpPost("{number}/cancel")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Cancel(string number, CancellationToken ct) => await batches.CancelAsync(number, Organisation, ActorContext.Current(HttpContext), ct) switch
    {
        null => LocalRedirect($"{Here}/{number}?done=Cancelled"),
        EndProblem.NotFound => NotFound(),
        _ => LocalRedirect($"{Here}/{number}"),
    };

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/batches";

    private async Task<IActionResult> ShowAsync(BatchesQuery query, NewBatchForm form, CancellationToken ct)
    {
        var rows = await queries.ListAsync(Organisation, query.ToFilter(PageSize + 1), ct);
        return View("Index", new BatchesPage(
            HttpContext.Organisation(), [.. rows.Take(PageSize)], query, rows.Count > PageSize ? rows[PageSize - 1].BatchId.ToString() : null, await stock.Stock.SitesAsync(Organisation, ct),
            await stock.Lists.TechnologiesAsync(ct), form, await queries.DiscrepanciesAsync(Organisation, null, ct)));
    }
}

/// <summary>What lists of choices are made from.</summary>
public sealed record StockAndLists(StockQueries Stock, TreatmentLists Lists);
