using EwasteEpr.Kernel;

namespace EwasteEpr.Payments;

/// <summary>What always holds of money: documents, counters and ledger are three ways to the same figures.</summary>
public static class PaymentInvariants
{
    private const string LinesSql = """
        with compared as (
            select i.number, i.amount_tiyn as said, coalesce((select sum(l.amount_tiyn) from invoice_lines l where l.invoice_id = i.invoice_id), 0) as lines from invoices i
            union all
            select c.number, c.amount_tiyn, coalesce((select sum(l.amount_tiyn) from credit_note_lines l where l.credit_note_id = c.credit_note_id), 0) from credit_notes c
            union all
            select c.number, c.amount_tiyn, coalesce((select sum(p.unpaid_tiyn + p.paid_tiyn) from credit_note_parts p where p.credit_note_id = c.credit_note_id), 0) from credit_notes c
        )
        select count(*) as rows_checked,
               (select format('%s says %s tiyn, its lines or parts add up to %s', number, said, lines) from compared where said <> lines order by number limit 1) as first_broken
          from compared
        """;

    private const string InvoicesSql = """
        with paid as (
            select invoice_id, sum(amount_tiyn - taken_back_tiyn) as tiyn from allocations group by invoice_id
        ), credited as (
            select invoice_id, sum(unpaid_tiyn + paid_tiyn) as tiyn from credit_note_parts group by invoice_id
        ), compared as (
            select i.*, coalesce(p.tiyn, 0) as paid, coalesce(c.tiyn, 0) as credited
              from invoices i left join paid p using (invoice_id) left join credited c using (invoice_id)
        )
        select count(*) as rows_checked,
               (select format('%s counts %s tiyn paid and %s credited of %s; its allocations add up to %s, its credit notes to %s', number, allocated_tiyn, credited_tiyn, amount_tiyn, paid, credited)
                  from compared
                 where allocated_tiyn <> paid or credited_tiyn <> credited or allocated_tiyn < 0 or allocated_tiyn > amount_tiyn - credited_tiyn
                 order by number limit 1) as first_broken
          from compared
        """;

    private const string ReceiptsSql = """
        with paid as (
            select receipt_id, sum(amount_tiyn - taken_back_tiyn) as tiyn from allocations group by receipt_id
        ), gone as (
            select receipt_id, sum(amount_tiyn - restored_tiyn) as tiyn from receipt_reversals group by receipt_id
        ), compared as (
            select r.*, coalesce(p.tiyn, 0) as paid, coalesce(g.tiyn, 0) as gone from receipts r left join paid p using (receipt_id) left join gone g using (receipt_id)
        )
        select count(*) as rows_checked,
               (select format('receipt %s of %s tiyn counts %s paying invoices, %s credit, %s gone; its allocations add up to %s, its reversals to %s',
                              receipt_id, amount_tiyn, allocated_tiyn, credit_tiyn, reversed_tiyn, paid, gone)
                  from compared
                 where allocated_tiyn <> paid or reversed_tiyn <> gone or credit_tiyn < 0 or allocated_tiyn + credit_tiyn + reversed_tiyn > amount_tiyn
                 order by receipt_id limit 1) as first_broken
          from compared
        """;

    private const string TakenBackSql = """
        with compared as (
            select a.allocation_id, a.amount_tiyn, a.taken_back_tiyn, coalesce(t.tiyn, 0) as taken
              from allocations a left join (select allocation_id, sum(amount_tiyn) as tiyn from take_backs group by allocation_id) t using (allocation_id)
        )
        select count(*) as rows_checked,
               (select format('allocation %s of %s tiyn counts %s taken back, its rows say %s', allocation_id, amount_tiyn, taken_back_tiyn, taken)
                  from compared where taken_back_tiyn <> taken or taken > amount_tiyn order by allocation_id limit 1) as first_broken
          from compared
        """;

    // {purpose}, {balance}: the ledger's side and the documents' side of one kind of account.
    private const string OwnersSql = """
        with both_sides as (
            select owner_id, balance as books, 0 as papers from ledger.balances where purpose = '{purpose}'
            union all
            select owner_id, 0, tiyn from ({papers}) p
        ), compared as (
            select owner_id, sum(books)::bigint as books, sum(papers)::bigint as papers from both_sides group by owner_id
        )
        select count(*) as rows_checked,
               (select format('{purpose} of organisation %s is %s tiyn in the ledger and %s by its documents', coalesce(owner_id::text, '(unknown)'), books, papers)
                  from compared where books <> papers order by owner_id limit 1) as first_broken
          from compared
        """;

    private const string FundSql = """
        with books as (
            select coalesce(sum(case when c.purpose = 'fund_accrued' then t.amount end), 0) - coalesce(sum(case when d.purpose = 'fund_accrued' then t.amount end), 0) as accrued,
                   coalesce(sum(case when c.purpose = 'fund_received' then t.amount end), 0) - coalesce(sum(case when d.purpose = 'fund_received' then t.amount end), 0) as received
              from ledger.transfers t
              join ledger.accounts d on d.account_id = t.debit_account_id
              join ledger.accounts c on c.account_id = t.credit_account_id
             where t.kind in ('invoice_issued', 'invoice_credited', 'payment_credited', 'fund_receipt', 'fund_receipt_taken_back')
        ), papers as (
            select count(*) as rows, coalesce(sum(open_tiyn), 0) as accrued, coalesce(sum(allocated_tiyn), 0) as received from invoices
        )
        select papers.rows as rows_checked,
               case when (books.accrued, books.received) is distinct from (papers.accrued, papers.received)
                    then format('the fund has %s tiyn accrued and %s received in the ledger; invoices say %s open and %s paid', books.accrued, books.received, papers.accrued, papers.received) end as first_broken
          from books, papers
        """;

    private const string NumbersSql = """
        with numbers as (
            select 'Invoice' as series, 'INV' as prefix, year, serial, number from invoices
            union all
            select 'CreditNote', 'CRN', year, serial, number from credit_notes
        ), years as (
            select series, year, count(*) as documents, max(serial) as last, count(*) filter (where number <> format('%s-%s-%s', prefix, year, lpad(serial::text, 6, '0'))) as misprinted
              from numbers group by series, year
        ), compared as (
            select coalesce(y.series, c.series) as series, coalesce(y.year, c.year) as year, coalesce(y.documents, 0) as documents, coalesce(y.last, 0) as last, coalesce(c.last_number, 0) as counter, coalesce(y.misprinted, 0) as misprinted
              from years y full join (select * from app.counters where series in ('Invoice', 'CreditNote')) c on c.series = y.series and c.year = y.year
        )
        select coalesce(sum(documents), 0)::bigint as rows_checked,
               (select format('%s %s: %s documents, the last is %s, the counter stands at %s', series, year, documents, last, counter)
                  from compared where documents <> last or last <> counter or misprinted > 0 order by series, year limit 1) as first_broken
          from compared
        """;

    private const string FactsSql = """
        with money as (
            select t.transfer_id, t.kind, t.source_id, f.fact_id
              from ledger.transfers t
              join ledger.accounts d on d.account_id = t.debit_account_id
              join ledger.accounts c on c.account_id = t.credit_account_id
              left join payment_facts f on f.fact_id = t.source_id
             where d.purpose in ('receivable', 'fund_accrued', 'unallocated_receipts', 'credit', 'refunds_payable', 'card_clearing', 'bank', 'disputed')
                or c.purpose in ('receivable', 'fund_accrued', 'unallocated_receipts', 'credit', 'refunds_payable', 'card_clearing', 'disputed')
        )
        select count(*) as rows_checked,
               (select format('transfer %s (%s) has no day in the books', transfer_id, kind) from money where fact_id is null order by transfer_id limit 1) as first_broken
          from money
        """;

    private const string BilledSql = """
        with judged as (
            select v.declaration_id, v.version, v.fee_tiyn, v.decision = 'Returned' as is_returned, r.version is not null as return_billed,
                   b.version is null and q.version is null as forgotten, r.version is null and qr.version is null as return_forgotten,
                   max(b.version) over (partition by v.declaration_id) as last_billed
              from declaration_versions v
              left join billed_versions b on b.declaration_id = v.declaration_id and b.version = v.version and b.event = 'Submitted'
              left join billed_versions r on r.declaration_id = v.declaration_id and r.version = v.version and r.event = 'Returned'
              left join billing_queue q on q.declaration_id = v.declaration_id and q.version = v.version and q.event = 'Submitted'
              left join billing_queue qr on qr.declaration_id = v.declaration_id and qr.version = v.version and qr.event = 'Returned'
             where v.state = 'Submitted'
        ), compared as (
            select j.declaration_id, j.version,
                   case when j.forgotten then 'was neither billed nor waits for it'
                        when j.is_returned and j.return_forgotten then 'was returned, and its invoice neither voided nor waits for it'
                        when o.tiyn <> case when j.return_billed then 0 else j.fee_tiyn end
                             then format('costs %s tiyn, its invoices say %s', case when j.return_billed then 0 else j.fee_tiyn end, o.tiyn) end as problem
              from judged j
              left join lateral (select coalesce(sum(i.amount_tiyn - i.credited_tiyn), 0) as tiyn from invoices i where i.declaration_id = j.declaration_id) o on j.version = j.last_billed
        )
        select count(*) as rows_checked,
               (select format('version %s of declaration %s %s', c.version, d.number, c.problem) from compared c join declarations d using (declaration_id)
                 where c.problem is not null order by d.number, c.version limit 1) as first_broken
          from compared
        """;

    private const string ClosedSql = """
        select count(*) as rows_checked,
               (select format('%s of %s was entered at %s into books that were closed at %s', f.document, f.business_on, f.recorded_at, l.decided_at)
                  from period_locks l join payment_facts f on f.business_on >= l.period_from and f.business_on < l.period_until and f.recorded_at > l.decided_at
                 where l.state = 'Applied' order by f.fact_id limit 1) as first_broken
          from period_locks where state = 'Applied'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each invoice and credit note equals its lines", LinesSql),
        new("Each invoice is paid and lowered by what its allocations and credit notes say", InvoicesSql),
        new("Each receipt is used for what its allocations and reversals say", ReceiptsSql),
        new("What was taken back from each allocation has its rows", TakenBackSql),
        Owned("What each organisation owes equals its open invoices", "receivable", "select organisation_id as owner_id, -sum(open_tiyn)::bigint as tiyn from invoices group by organisation_id"),
        Owned("The credit of each organisation equals that of its receipts", "credit", "select organisation_id as owner_id, sum(credit_tiyn)::bigint as tiyn from receipts group by organisation_id"),
        Owned("The money that waits equals what is left of receipts", "unallocated_receipts", "select organisation_id as owner_id, sum(unallocated_tiyn)::bigint as tiyn from receipts group by organisation_id"),
        new("What the fund accrued and received equals the invoices", FundSql),
        new("Numbers of invoices and credit notes have no gaps", NumbersSql),
        new("Each posting of money has a day in the books", FactsSql),
        new("Each submitted version is billed for what it costs", BilledSql),
        new("Nothing is entered into closed books", ClosedSql),
    ];

    private static Invariant Owned(string name, string purpose, string papers) =>
        new(name, OwnersSql.Replace("{purpose}", purpose, StringComparison.Ordinal).Replace("{papers}", papers, StringComparison.Ordinal));
}
