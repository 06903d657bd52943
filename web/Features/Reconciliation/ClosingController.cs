using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Closing;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Closing a period: what is still open, two people, the frozen table with its hash, and what changed since.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/reconciliation/closing")]
public sealed class ClosingController(PeriodClosing closing, Figures figures, TimeProvider clock) : Controller
{
    private const int AdjustmentsShown = 200;

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Closings", new ClosingsPage(await closing.ListAsync(null, ct), BusinessTime.Today(clock)));

    [HttpGet("{period}")]
    public async Task<IActionResult> Period(string period, string? done, CancellationToken ct)
    {
        if (!Kernel.Period.TryParse(period, out var parsed))
        {
            return NotFound();
        }

        var list = await closing.ListAsync(Number(parsed), ct);
        var current = list.FirstOrDefault(row => row.State is "Proposed" or "Closed");
        return View("Closing", new ClosingPage(
            parsed, await closing.ChecksAsync(Number(parsed), ct), list, current, current?.State == "Closed" ? await closing.AdjustmentsAsync(current.ClosureId, AdjustmentsShown, ct) : [], await figures.RegionsAsync(ct), done,
            HttpContext.Person().PersonId.Value, ReadersRegions.IsApprover(HttpContext), BusinessTime.Today(clock) >= parsed.Days.Until));
    }

    [HttpPost("{period}/propose")]
    public async Task<IActionResult> Propose(string period, string? note, CancellationToken ct) => Kernel.Period.TryParse(period, out var parsed)
        ? Answer(period, await closing.ProposeAsync(Number(parsed), note is { Length: > 2000 } ? note[..2000] : note ?? "", ActorContext.Current(HttpContext), ct), "Proposed")
        : NotFound();

    [HttpPost("{period}/{id:guid}/close")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Close(string period, Guid id, CancellationToken ct) => Answer(period, await closing.CloseAsync(id, ActorContext.Current(HttpContext), ct), "Closed");

    [HttpPost("{period}/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(string period, Guid id, CancellationToken ct) => Answer(period, await closing.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), "Withdrawn");

    [HttpPost("{period}/{id:guid}/ask-to-reopen")]
    public async Task<IActionResult> Ask(string period, Guid id, string? reason, CancellationToken ct) =>
        Answer(period, await closing.AskToReopenAsync(id, reason is { Length: > 2000 } ? reason[..2000] : reason ?? "", ActorContext.Current(HttpContext), ct), "Asked");

    [HttpPost("{period}/{id:guid}/reopen")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Reopen(string period, Guid id, CancellationToken ct) => Answer(period, await closing.ReopenAsync(id, ActorContext.Current(HttpContext), ct), "Reopened");

    /// <summary>The frozen table, in the order of its hash.</summary>
    [HttpGet("{period}/{id:guid}/figures.csv")]
    public async Task<IActionResult> Csv(string period, Guid id, CancellationToken ct) => Kernel.Period.TryParse(period, out var parsed) && (await closing.ListAsync(Number(parsed), ct)).Any(row => row.ClosureId == id)
        ? new CsvFile(
            $"closed-{period}.csv", ["region", "measure", "category", "amount", "records"],
            (await closing.CellsAsync(id, ct)).Select(cell => new object?[] { cell.RegionKato, cell.Measure, cell.Category, cell.Amount, cell.Records }))
        : NotFound();

    private IActionResult Answer(string period, ClosingOutcome outcome, string done) => outcome == ClosingOutcome.NotFound
        ? NotFound()
        : LocalRedirect($"/{Culture.CurrentCode}/operator/reconciliation/closing/{period}?done={(outcome == ClosingOutcome.Done ? done : outcome.ToString())}");

    private static int Number(Kernel.Period period) => (period.Year * 10) + (period.Quarter ?? 0);
}

public sealed record ClosingsPage(IReadOnlyList<ClosureRow> List, DateOnly Today);

public sealed record ClosingPage(
    Kernel.Period Period, IReadOnlyList<PeriodCheck> Checks, IReadOnlyList<ClosureRow> List, ClosureRow? Current, IReadOnlyList<Adjustment> Adjustments, IReadOnlyList<RegionName> Regions, string? Done, Guid Person, bool MayClose, bool IsOver);
