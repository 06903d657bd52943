using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Says of each row of a statement whether the bank's document is here already.</summary>
/// <remarks>
/// A document is account, way, its date, number, amount and payer. Equal ones booked on one day are as many payments as the fullest statement shows:
/// the second in a file is known only when two are here. An equal one that the bank booked on another day is doubtful: it may be the same
/// payment told again with its final day, or a second one, and only a person can say.
/// </remarks>
internal static class StatementJudge
{
    private const string Sql = """
        with numbered as (
            select row_no, row_number() over (partition by account, way, document_on, document_no, amount_tiyn, party_key, booked_on order by row_no) as nth
              from bank_statement_rows where statement_id = @id and fate in ('New', 'Doubtful', 'Known')
        ), here as (
            select b.*, row_number() over (partition by account, way, document_on, document_no, amount_tiyn, party_key, booked_on order by occurrence) as nth
              from bank_rows b
             where (b.account, b.document_on) in (select account, document_on from bank_statement_rows where statement_id = @id)
        ), judged as (
            select r.row_no, n.nth, same.bank_row_id,
                   case when same.bank_row_id is not null then 'Known'
                        when exists (select from here h where (h.account, h.way, h.document_on, h.document_no, h.amount_tiyn, h.party_key) = (r.account, r.way, r.document_on, r.document_no, r.amount_tiyn, r.party_key) and h.booked_on <> r.booked_on) then 'Doubtful'
                        else 'New' end as fate
              from bank_statement_rows r join numbered n using (row_no)
              left join here same on (same.account, same.way, same.document_on, same.document_no, same.amount_tiyn, same.party_key, same.booked_on, same.nth)
                                   = (r.account, r.way, r.document_on, r.document_no, r.amount_tiyn, r.party_key, r.booked_on, n.nth)
             where r.statement_id = @id
        )
        update bank_statement_rows r
           set fate = j.fate, occurrence = j.nth, bank_row_id = j.bank_row_id
          from judged j
         where r.statement_id = @id and r.row_no = j.row_no
        """;

    public static Task JudgeAsync(DbTransaction transaction, Guid id, CancellationToken ct) => transaction.ExecuteAsync(Sql, new { id }, TimeSpan.FromMinutes(2), ct);
}
