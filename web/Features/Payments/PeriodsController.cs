using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Statements;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The end of a month: its figures, its package, and the closing of its books by two people.</summary>
[Route("/{culture:culture}/operator/periods")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class PeriodsController(PeriodLocks locks, FundFigures figures, MonthEndPackage package, TimeProvider clock) : Controller
{
    private const int MonthsShown = 12;

    [HttpGet("")]
    public async Task<IActionResult> Periods(CancellationToken ct)
    {
        var today = BusinessTime.Today(clock);
        var all = await locks.ListAsync(ct);
        var months = new List<MonthRow>();
        for (var i = 0; i < MonthsShown; i++)
        {
            var month = new DateOnly(today.Year, today.Month, 1).AddMonths(-i);
            months.Add(new MonthRow(month, i > 0, await figures.OfAsync(Days(month), ct), all.FirstOrDefault(one => one.State != "Withdrawn" && one.PeriodFrom <= month && one.PeriodUntil > month)));
        }

        var person = HttpContext.Person();
        return View("Periods", new PeriodsPage(
            months, await figures.OfAsync(new DateRange(new DateOnly(2000, 1, 1), null), ct), person.PersonId.Value,
            person.PlatformRoles.Contains(PlatformRole.OperatorPreparer, StringComparer.Ordinal), person.PlatformRoles.Contains(PlatformRole.OperatorApprover, StringComparer.Ordinal)));
    }

    [HttpPost("{month}/lock")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose(string month, string? reason, CancellationToken ct) =>
        MonthOf(month) is { } first ? Answer(await locks.ProposeAsync(Days(first), reason ?? "", ActorContext.Current(HttpContext), ct)) : NotFound();

    [HttpPost("locks/{id:guid}/apply")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Apply(Guid id, CancellationToken ct) => Answer(await locks.ApplyAsync(id, ActorContext.Current(HttpContext), ct));

    [HttpPost("locks/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, CancellationToken ct) => Answer(await locks.WithdrawAsync(id, ActorContext.Current(HttpContext), ct));

    /// <summary>Streamed while it is made: neither the file nor a month stands in memory.</summary>
    [HttpGet("{month}/package.zip")]
    public async Task<IActionResult> Package(string month, CancellationToken ct)
    {
        if (MonthOf(month) is not { } first)
        {
            return NotFound();
        }

        Response.ContentType = "application/zip";
        Response.Headers.ContentDisposition = $"attachment; filename=\"month-end-{month}.zip\"";
        await package.WriteAsync(Days(first), Response.BodyWriter.AsStream(leaveOpen: true), ct);
        return new EmptyResult();
    }

    private static DateRange Days(DateOnly month) => new(month, month.AddMonths(1));

    private static DateOnly? MonthOf(string text) =>
        DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is > 1999 and < 2199 ? first : null;

    private IActionResult Answer(LockOutcome outcome)
    {
        if (outcome == LockOutcome.NotFound)
        {
            return NotFound();
        }

        TempData["Said"] = "Lock." + outcome;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/periods");
    }
}

/// <param name="IsOver">Only then its books can be closed.</param>
public sealed record MonthRow(DateOnly First, bool IsOver, FundMoney Money, PeriodLock? Lock);

/// <param name="All">Since the beginning.</param>
public sealed record PeriodsPage(IReadOnlyList<MonthRow> Months, FundMoney All, Guid Reader, bool MayPropose, bool MayApply);
