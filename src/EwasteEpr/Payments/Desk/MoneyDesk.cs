using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Desk;

/// <summary>The operator's day: what came, what waits for a person, what waits for the second one. Every figure is a count or a sum of rows that it opens to.</summary>
public sealed class MoneyDesk(Db db)
{
    private const string FiguresSql = """
        select app.today() as today,
               (select count(*)::int from receipts where received_on = app.today()) as received_count,
               (select coalesce(sum(amount_tiyn), 0)::bigint from receipts where received_on = app.today()) as received_tiyn,
               (select count(*)::int from receipts where unallocated_tiyn > 0) as unallocated_count,
               (select coalesce(sum(unallocated_tiyn), 0)::bigint from receipts where unallocated_tiyn > 0) as unallocated_tiyn,
               (select count(*)::int from bank_rows where status = 'Waiting') as waiting_count,
               (select coalesce(sum(amount_tiyn), 0)::bigint from bank_rows where status = 'Waiting') as waiting_tiyn,
               (select count(*)::int from bank_refunds where state = 'Requested') + (select count(*)::int from card_refunds where state = 'Requested') as refunds_count,
               (select coalesce(sum(amount_tiyn), 0)::bigint from bank_refunds where state = 'Requested') + (select coalesce(sum(amount_tiyn), 0)::bigint from card_refunds where state = 'Requested') as refunds_tiyn,
               (select count(*)::int from invoices where open_tiyn > 0 and due_on < app.today()) as overdue_count,
               (select coalesce(sum(open_tiyn), 0)::bigint from invoices where open_tiyn > 0 and due_on < app.today()) as overdue_tiyn,
               (select max(a.until_on) from bank_statement_accounts a join bank_statements s using (statement_id) where s.state = 'Imported') as statement_until
        """;

    public Task<DeskFigures> FiguresAsync(CancellationToken ct) => db.QuerySingleAsync<DeskFigures>(FiguresSql, null, ct);

    private const string ReceiptsSql = """
        select r.receipt_id, r.source, r.source_id, r.received_on, r.reference, r.payer_name, r.amount_tiyn, r.allocated_tiyn, r.credit_tiyn, r.reversed_tiyn, r.unallocated_tiyn,
               o.name_kk, o.name_ru,
               coalesce((select string_agg(distinct i.number, ', ' order by i.number) from allocations a join invoices i using (invoice_id) where a.receipt_id = r.receipt_id and a.taken_back_tiyn < a.amount_tiyn), '') as invoices
          from receipts r left join organisations o using (organisation_id)
         where (@day::date is null or r.received_on = @day) and (@waiting::boolean is false or r.unallocated_tiyn > 0) and (@source::text is null or r.source = @source)
           and (@after::uuid is null or r.receipt_id < @after)
         order by r.receipt_id desc
         limit @limit
        """;

    /// <summary>Newest first.</summary>
    /// <param name="filter">A day, a source, or only what waits.</param>
    public Task<IReadOnlyList<ReceiptListed>> ReceiptsAsync(ReceiptFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<ReceiptListed>(ReceiptsSql, new { day = filter.Day, waiting = filter.Waiting, source = filter.Source, after = filter.After, limit = filter.Limit }, ct);
    }

    private const string CardRefundsSql = """
        select f.refund_id, f.state, f.amount_tiyn, f.reason, f.requested_by, p.name as requester, f.requested_at, i.number as invoice, o.name_kk, o.name_ru
          from card_refunds f join payment_attempts a using (attempt_id) join invoices i using (invoice_id) join organisations o on o.organisation_id = a.organisation_id left join people p on p.person_id = f.requested_by
         where f.state in ('Requested', 'Approved', 'Sent')
         order by f.requested_at, f.refund_id
         limit 200
        """;

    public Task<IReadOnlyList<CardRefundWaiting>> CardRefundsAsync(CancellationToken ct) => db.QueryAsync<CardRefundWaiting>(CardRefundsSql, null, ct);
}

/// <param name="StatementUntil">The last day that an imported statement covers.</param>
public sealed record DeskFigures(
    DateOnly Today, int ReceivedCount, long ReceivedTiyn, int UnallocatedCount, long UnallocatedTiyn, int WaitingCount, long WaitingTiyn, int RefundsCount, long RefundsTiyn,
    int OverdueCount, long OverdueTiyn, DateOnly? StatementUntil);

/// <param name="Waiting">Only money that pays nothing yet.</param>
public sealed record ReceiptFilter(DateOnly? Day = null, bool Waiting = false, string? Source = null, Guid? After = null, int Limit = 50);

public sealed record ReceiptListed(
    Guid ReceiptId, string Source, Guid SourceId, DateOnly ReceivedOn, string Reference, string PayerName, long AmountTiyn, long AllocatedTiyn, long CreditTiyn, long ReversedTiyn, long UnallocatedTiyn,
    string? NameKk, string? NameRu, string Invoices);

public sealed record CardRefundWaiting(
    Guid RefundId, string State, long AmountTiyn, string Reason, Guid? RequestedBy, string? Requester, DateTimeOffset RequestedAt, string Invoice, string NameKk, string NameRu);
