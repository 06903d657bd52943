using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Desk;

/// <summary>Where the card provider, the bank and the books do not say the same. Empty in health; each row names the thing to look at.</summary>
public sealed class Discrepancies(Db db)
{
    // Card attempts and documents of the bank on one side, receipts in the middle, the ledger on the other.
    private const string Sql = """
        with sources as (
            select 'Bank' as source, bank_row_id as source_id, amount_tiyn, document_no as document, booked_on as day
              from bank_rows where way = 'In' and status <> 'Pending' and class <> 'Payout'
            union all
            select 'Card', a.attempt_id, a.amount_tiyn, i.number, (a.paid_at at time zone 'Asia/Almaty')::date
              from payment_attempts a join invoices i using (invoice_id) where a.state = 'Paid'
        ), posted as (
            select source_id as receipt_id, sum(amount)::bigint as tiyn from ledger.transfers where kind in ('receipt_bank', 'receipt_card') group by source_id
        ), money as (
            select coalesce(s.source, r.source) as source, coalesce(s.document, r.reference) as document, coalesce(s.day, r.received_on) as day, coalesce(s.source_id, r.source_id) as source_id,
                   r.receipt_id, s.amount_tiyn as told, r.amount_tiyn as recorded, p.tiyn as posted
              from sources s full join receipts r on r.source = s.source and r.source_id = s.source_id left join posted p using (receipt_id)
        ), turnover as (
            select a.statement_id, a.account, a.from_on, a.until_on, a.opening_tiyn, a.closing_tiyn, a.received_tiyn, a.spent_tiyn, s.file_name,
                   coalesce(sum(b.amount_tiyn) filter (where b.way = 'In'), 0)::bigint as came, coalesce(sum(b.amount_tiyn) filter (where b.way = 'Out'), 0)::bigint as went,
                   lag(a.closing_tiyn) over (partition by a.account order by a.until_on, a.from_on, a.statement_id) as before_tiyn,
                   lag(a.until_on) over (partition by a.account order by a.until_on, a.from_on, a.statement_id) as before_on
              from bank_statement_accounts a join bank_statements s using (statement_id)
              left join bank_rows b on b.account = a.account and b.booked_on between a.from_on and a.until_on
             where s.state = 'Imported'
               -- The bank tells a day more than once; what counts is what it told last.
               and not exists (select from bank_statement_accounts l join bank_statements ls using (statement_id)
                                where ls.state = 'Imported' and l.account = a.account and l.from_on <= a.from_on and l.until_on >= a.until_on and (ls.imported_at, ls.statement_id) > (s.imported_at, s.statement_id))
             group by a.statement_id, a.account, s.file_name
        ), found as (
            select case when receipt_id is null then 'NoReceipt' when told is null then 'NoSource' else 'AmountDiffers' end as kind,
                   source, document, day, source_id as subject_id, told as told_tiyn,
                   case when receipt_id is null then null when told is distinct from recorded then recorded else coalesce(posted, 0) end as books_tiyn
              from money where receipt_id is null or told is null or told <> recorded or recorded is distinct from posted
            union all
            select 'TurnoverDiffers', 'Bank', file_name, until_on, statement_id, received_tiyn - spent_tiyn, came - went
              from turnover where received_tiyn <> came or spent_tiyn <> went
            union all
            select 'StatementMissing', 'Bank', file_name, from_on, statement_id, opening_tiyn, before_tiyn
              from turnover where before_on < from_on and opening_tiyn <> before_tiyn
            union all
            select 'ProviderSilent', 'Card', i.number, (a.expires_at at time zone 'Asia/Almaty')::date, a.attempt_id, a.amount_tiyn, null
              from payment_attempts a join invoices i using (invoice_id) where a.state in ('Created', 'Open') and a.expires_at < app.now() - interval '30 minutes'
            union all
            select 'EventWaits', 'Card', e.type, (e.received_at at time zone 'Asia/Almaty')::date, e.attempt_id, a.amount_tiyn, null
              from provider_events e left join payment_attempts a using (attempt_id)
             where e.state = 'Held' or (e.state = 'Pending' and e.received_at < app.now() - interval '15 minutes')
            union all
            select 'RowWaits', 'Bank', document_no, booked_on, bank_row_id, amount_tiyn, null
              from bank_rows where status = 'Pending' and created_at < app.now() - interval '15 minutes'
            union all
            select 'LedgerDiffers', 'Bank', '', app.today(), null, s.tiyn, b.tiyn
              from (select coalesce(sum(case way when 'In' then amount_tiyn else -amount_tiyn end), 0)::bigint as tiyn from bank_rows where status <> 'Pending') s,
                   (select -coalesce(sum(balance), 0)::bigint as tiyn from ledger.balances where purpose = 'bank') b
             where s.tiyn <> b.tiyn
        )
        select kind, source, document, day, subject_id, told_tiyn, books_tiyn from found order by day desc, kind, document, subject_id limit 500
        """;

    public Task<IReadOnlyList<Discrepancy>> ListAsync(CancellationToken ct) => db.QueryAsync<Discrepancy>(Sql, null, ct);
}

/// <param name="Kind">A sentence of the page.</param>
/// <param name="Source">Bank or Card.</param>
/// <param name="Document">What a reader would look for.</param>
/// <param name="SubjectId">The bank's document, the statement or the attempt.</param>
/// <param name="ToldTiyn">What the outside says.</param>
/// <param name="BooksTiyn">What the books say; none where they say nothing.</param>
public sealed record Discrepancy(string Kind, string Source, string Document, DateOnly Day, Guid? SubjectId, long? ToldTiyn, long? BooksTiyn);
