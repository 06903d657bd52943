using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Statements;

/// <summary>Where the fee money went, from the ledger: what was invoiced, lowered, received and paid back over some days.</summary>
public sealed class FundFigures(Db db)
{
    private const string FiguresSql = """
        select coalesce(sum(t.amount) filter (where t.kind = 'invoice_issued'), 0)::bigint as invoiced_tiyn,
               coalesce(sum(t.amount) filter (where t.kind in ('invoice_credited', 'payment_credited')), 0)::bigint as credited_tiyn,
               (coalesce(sum(t.amount) filter (where t.kind = 'fund_receipt'), 0) - coalesce(sum(t.amount) filter (where t.kind in ('fund_receipt_taken_back', 'payment_credited')), 0))::bigint as received_tiyn,
               (coalesce(sum(t.amount) filter (where t.kind in ('invoice_issued', 'fund_receipt_taken_back')), 0) - coalesce(sum(t.amount) filter (where t.kind in ('invoice_credited', 'fund_receipt')), 0))::bigint as accrued_tiyn,
               coalesce(sum(t.amount) filter (where t.kind = 'refund_executed'), 0)::bigint as refunded_tiyn
          from payment_facts f
          join ledger.transfers t on t.source_id = f.fact_id
         where f.business_on >= @from and f.business_on < @until
        """;

    /// <param name="days">Half-open, by the day in the books.</param>
    public Task<FundMoney> OfAsync(DateRange days, CancellationToken ct) =>
        db.QuerySingleAsync<FundMoney>(FiguresSql, new { from = days.From, until = days.Until ?? DateOnly.MaxValue }, ct);
}

/// <param name="InvoicedTiyn">Of all invoices.</param>
/// <param name="CreditedTiyn">Lowered by credit notes.</param>
/// <param name="ReceivedTiyn">Paid to the fund and still there: allocated and not taken back.</param>
/// <param name="AccruedTiyn">Invoiced and not received: over all time the sum of open invoices.</param>
/// <param name="RefundedTiyn">Paid back to payers.</param>
public sealed record FundMoney(long InvoicedTiyn, long CreditedTiyn, long ReceivedTiyn, long AccruedTiyn, long RefundedTiyn);
