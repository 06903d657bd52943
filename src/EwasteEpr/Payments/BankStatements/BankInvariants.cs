using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What always holds between the bank's statements and the books.</summary>
public static class BankInvariants
{
    // Everything that moves the bank account comes from a document of the bank; a correction by two people is told apart by its kind.
    private const string BankSql = """
        with books as (
            select coalesce(sum(case when d.purpose = 'bank' then t.amount else -t.amount end), 0) as tiyn
              from ledger.transfers t join ledger.accounts d on d.account_id = t.debit_account_id join ledger.accounts c on c.account_id = t.credit_account_id
             where (d.purpose = 'bank' or c.purpose = 'bank') and t.kind <> 'money_correction'
        ), statement as (
            select count(*) as rows, coalesce(sum(case way when 'In' then amount_tiyn else -amount_tiyn end), 0) as tiyn from bank_rows where status <> 'Pending'
        )
        select statement.rows as rows_checked,
               case when books.tiyn <> statement.tiyn then format('the bank account has %s tiyn in the ledger, the documents of the bank say %s', books.tiyn, statement.tiyn) end as first_broken
          from books, statement
        """;

    private const string ReceiptsSql = """
        with compared as (
            select coalesce(b.document_no, r.reference) as document, b.bank_row_id, r.receipt_id,
                   case when r.receipt_id is null then format('document %s of %s over %s tiyn has no receipt', b.document_no, b.booked_on, b.amount_tiyn)
                        when b.bank_row_id is null then format('receipt %s over %s tiyn has no document of the bank', r.receipt_id, r.amount_tiyn)
                        when (r.amount_tiyn, r.received_on) is distinct from (b.amount_tiyn, b.booked_on) or b.receipt_id is distinct from r.receipt_id
                             then format('document %s of %s over %s tiyn has a receipt of %s over %s', b.document_no, b.booked_on, b.amount_tiyn, r.received_on, r.amount_tiyn) end as problem
              from (select * from bank_rows where way = 'In' and status <> 'Pending' and class <> 'Payout') b
              full join (select * from receipts where source = 'Bank') r on r.source_id = b.bank_row_id
        )
        select count(*) as rows_checked, (select problem from compared where problem is not null order by coalesce(bank_row_id, receipt_id) limit 1) as first_broken from compared
        """;

    // By comparison of the rows themselves: the constraint says the same, and somebody may have dropped it.
    private const string OnceSql = """
        with twice as (
            select account, way, document_on, document_no, amount_tiyn, party_key, occurrence, count(*) as times from bank_rows
             group by 1, 2, 3, 4, 5, 6, 7 having count(*) > 1
        )
        select (select count(*) from bank_rows) as rows_checked,
               (select format('document %s of %s over %s tiyn is here %s times', document_no, document_on, amount_tiyn, times) from twice order by document_on, document_no limit 1) as first_broken
        """;

    private const string FateSql = """
        with counted as (
            select s.statement_id, s.file_name, s.state, s.rows_read, count(r.row_no) as rows, count(*) filter (where r.fate = 'New' and s.state = 'Imported') as left_over
              from bank_statements s left join bank_statement_rows r using (statement_id) group by s.statement_id
        )
        select coalesce(sum(rows), 0)::bigint as rows_checked,
               (select format('statement %s (%s): %s rows read, %s kept, %s neither imported nor known', statement_id, file_name, rows_read, rows, left_over)
                  from counted where rows_read <> rows or left_over > 0 order by statement_id limit 1) as first_broken
          from counted
        """;

    private const string DecisionsSql = """
        with compared as (
            select b.bank_row_id, b.document_no, b.status, count(d.decision_id) filter (where d.undone_at is null) as standing
              from bank_rows b left join bank_decisions d using (bank_row_id) group by b.bank_row_id
        )
        select count(*) as rows_checked,
               (select format('document %s is %s and has %s decisions that stand', document_no, status, standing)
                  from compared where (status = 'Decided')::int <> standing order by bank_row_id limit 1) as first_broken
          from compared
        """;

    private const string RefundsSql = """
        with compared as (
            select f.number, f.state, f.amount_tiyn, coalesce(v.amount_tiyn - v.restored_tiyn, 0) as gone, b.amount_tiyn as paid, f.decided_by = f.requested_by and f.state <> 'Withdrawn' as alone
              from bank_refunds f
              left join receipt_reversals v on v.cause = 'Refund' and v.cause_id = f.refund_id
              left join bank_rows b on b.bank_row_id = f.bank_row_id
        )
        select count(*) as rows_checked,
               (select format('refund %s is %s over %s tiyn, %s left its receipt, the bank paid %s', number, state, amount_tiyn, gone, coalesce(paid::text, '-'))
                  from compared
                 where coalesce(alone, false) or gone <> case when state in ('Approved', 'Executed') then amount_tiyn else 0 end or (state = 'Executed' and paid is distinct from amount_tiyn)
                 order by number limit 1) as first_broken
          from compared
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("The ledger's bank account equals the documents of the bank", BankSql),
        new("Each transfer that came is one receipt of its amount and day", ReceiptsSql),
        new("Each document of the bank is here once", OnceSql),
        new("Each row of each statement was imported, known, doubtful or refused", FateSql),
        new("Each decided document has one decision that stands", DecisionsSql),
        new("Each refund by bank was approved by another person and left its receipt", RefundsSql),
    ];
}
