using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Desk;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments.Desk;

/// <summary>The operator's money: what came, what waits, where provider, bank and books disagree. Every figure opens to its rows.</summary>
[Route("/{culture:culture}/operator/payments")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class DeskController(MoneyDesk desk, Discrepancies discrepancies, BankRefunds refunds, JobHealth jobs) : Controller
{
    private const int PageRows = 50;
    private const int MostRows = 10_000;

    /// <summary>The jobs that money depends on.</summary>
    private static readonly string[] Jobs = ["bank-rows", "certificates", "billing", "card-events", "card-attempts", "card-refunds"];

    [HttpGet("")]
    public async Task<IActionResult> Desk(CancellationToken ct)
    {
        var figures = await desk.FiguresAsync(ct);
        return View(new DeskPage(
            figures, await discrepancies.ListAsync(ct), await refunds.ListAsync(open: true, ct), await desk.CardRefundsAsync(ct),
            await desk.ReceiptsAsync(new ReceiptFilter(Day: figures.Today, Limit: 20), ct), [.. (await jobs.ListAsync(ct)).Where(job => Jobs.Contains(job.Job, StringComparer.Ordinal))],
            HttpContext.Person().PersonId.Value, HttpContext.Person().PlatformRoles.Contains(PlatformRole.OperatorApprover, StringComparer.Ordinal)));
    }

    [HttpGet("receipts")]
    public async Task<IActionResult> Receipts(DateOnly? day, bool waiting, string? source, Guid? after, CancellationToken ct)
    {
        var filter = new ReceiptFilter(day, waiting, Known(source), after, PageRows + 1);
        var rows = await desk.ReceiptsAsync(filter, ct);
        return View(new ReceiptsPage(filter, [.. rows.Take(PageRows)], rows.Count > PageRows ? rows[PageRows - 1].ReceiptId : null));
    }

    [HttpGet("receipts.csv")]
    public async Task<IActionResult> ReceiptsCsv(DateOnly? day, bool waiting, string? source, CancellationToken ct) => new CsvFile(
        "receipts.csv", ["received_on", "source", "reference", "payer", "organisation", "amount_kzt", "paying_kzt", "credit_kzt", "gone_kzt", "waiting_kzt", "invoices"],
        (await desk.ReceiptsAsync(new ReceiptFilter(day, waiting, Known(source), null, MostRows), ct)).Select(row => new object?[]
        {
            row.ReceivedOn, row.Source, row.Reference, row.PayerName, row.NameRu, row.AmountTiyn / 100m, row.AllocatedTiyn / 100m, row.CreditTiyn / 100m, row.ReversedTiyn / 100m, row.UnallocatedTiyn / 100m, row.Invoices,
        }));

    [HttpGet("discrepancies.csv")]
    public async Task<IActionResult> DiscrepanciesCsv(CancellationToken ct) => new CsvFile(
        "discrepancies.csv", ["day", "kind", "source", "document", "subject", "told_kzt", "books_kzt"],
        (await discrepancies.ListAsync(ct)).Select(row => new object?[] { row.Day, row.Kind, row.Source, row.Document, row.SubjectId, row.ToldTiyn / 100m, row.BooksTiyn / 100m }));

    [HttpGet("refunds.csv")]
    public async Task<IActionResult> RefundsCsv(CancellationToken ct) => new CsvFile(
        "bank-refunds.csv", ["number", "state", "amount_kzt", "payee", "payee_number", "payee_account", "reason", "requested_by", "requested_at", "executed_at"],
        (await refunds.ListAsync(open: false, ct)).Select(row => new object?[] { row.Number, row.State, row.AmountTiyn / 100m, row.PayeeName, row.PayeeNumber, row.PayeeAccount, row.Reason, row.Requester, row.RequestedAt, row.ExecutedAt }));

    [HttpPost("refunds/{id:guid}/approve")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Approve(Guid id, CancellationToken ct) => Back(await refunds.ApproveAsync(id, ActorContext.Current(HttpContext), ct));

    [HttpPost("refunds/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, string? reason, CancellationToken ct) => Back(await refunds.WithdrawAsync(id, reason ?? "", ActorContext.Current(HttpContext), ct), "Withdrawn");

    private IActionResult Back(BankRefundOutcome outcome, string done = "Approved")
    {
        if (outcome == BankRefundOutcome.NotFound)
        {
            return NotFound();
        }

        TempData["Said"] = "Refund." + (outcome == BankRefundOutcome.Done ? done : outcome.ToString());
        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments#refunds-caption");
    }

    private static string? Known(string? source) => source is "Bank" or "Card" ? source : null;
}

public sealed record DeskPage(
    DeskFigures Figures, IReadOnlyList<Discrepancy> Discrepancies, IReadOnlyList<BankRefundRow> Refunds, IReadOnlyList<CardRefundWaiting> CardRefunds, IReadOnlyList<ReceiptListed> Receipts,
    IReadOnlyList<JobRow> Jobs, Guid Person, bool MayApprove);

public sealed record ReceiptsPage(ReceiptFilter Filter, IReadOnlyList<ReceiptListed> Rows, Guid? Next)
{
    /// <summary>The filters again, for CSV and the next page.</summary>
    public string Query => string.Join('&', new[]
    {
        Filter.Day is { } day ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"day={day:yyyy-MM-dd}") : null, Filter.Waiting ? "waiting=true" : null, Filter.Source is { } source ? "source=" + source : null,
    }.OfType<string>());
}
