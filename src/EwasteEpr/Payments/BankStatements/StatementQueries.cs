using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Statements to look at: the list, one with its rows, and the file as it came.</summary>
public sealed class StatementQueries(Db db)
{
    private const string HeadSql = """
        select s.statement_id, s.state, s.format, s.file_name, s.encoding, s.file_bytes, s.rows_read, s.uploaded_at, u.name as uploader, s.imported_at, m.name as importer,
               coalesce(a.account, s.account, '') as account, a.from_on, a.until_on, a.opening_tiyn, a.received_tiyn, a.spent_tiyn, a.closing_tiyn,
               (select e.imported_at from bank_statements e where e.file_sha256 = s.file_sha256 and e.state = 'Imported' and e.statement_id <> s.statement_id order by e.imported_at limit 1) as same_file_at
          from bank_statements s
          left join lateral (select * from bank_statement_accounts x where x.statement_id = s.statement_id order by x.account limit 1) a on true
          left join people u on u.person_id = s.uploaded_by
          left join people m on m.person_id = s.imported_by
        """;

    private const string ListSql = HeadSql + """

         where s.state in ('Preview', 'Imported')
         order by s.uploaded_at desc, s.statement_id desc
         limit 100
        """;

    public Task<IReadOnlyList<StatementHead>> ListAsync(CancellationToken ct) => db.QueryAsync<StatementHead>(ListSql, null, ct);

    private const string OneSql = HeadSql + " where s.statement_id = @id and s.state in ('Preview', 'Imported')";

    private const string FatesSql = """
        select r.fate, count(*)::int as rows, coalesce(sum(r.amount_tiyn) filter (where r.way = 'In'), 0)::bigint as in_tiyn, coalesce(sum(r.amount_tiyn) filter (where r.way = 'Out'), 0)::bigint as out_tiyn,
               count(b.bank_row_id) filter (where b.status = 'Pending')::int as pending, count(b.bank_row_id) filter (where b.status = 'Waiting')::int as waiting
          from bank_statement_rows r left join bank_rows b on b.bank_row_id = r.bank_row_id
         where r.statement_id = @id
         group by r.fate order by r.fate limit 10
        """;

    public async Task<StatementShown?> FindAsync(Guid id, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<StatementHead>(OneSql, new { id }, ct) is { } head ? new StatementShown(head, await db.QueryAsync<FateCount>(FatesSql, new { id }, ct)) : null;

    private const string RowsSql = """
        select r.row_no, r.line_no, r.fate, r.fault, r.fault_field, r.fault_value, r.way, r.amount_tiyn, r.booked_on, r.document_on, r.document_no, r.party_name, r.party_number, r.purpose,
               r.bank_row_id, b.status, b.class, i.number as invoice
          from bank_statement_rows r left join bank_rows b on b.bank_row_id = r.bank_row_id left join invoices i on i.invoice_id = b.invoice_id
         where r.statement_id = @id and r.row_no > @after and (@fate::text is null or r.fate = @fate)
         order by r.row_no
         limit @limit
        """;

    public Task<IReadOnlyList<StatementRowShown>> RowsAsync(Guid id, string? fate, int after, int limit, CancellationToken ct) =>
        db.QueryAsync<StatementRowShown>(RowsSql, new { id, fate, after, limit }, ct);
}

/// <param name="SameFileAt">When this very file was imported before.</param>
public sealed record StatementHead(
    Guid StatementId, string State, string Format, string FileName, string Encoding, long FileBytes, int RowsRead, DateTimeOffset UploadedAt, string? Uploader, DateTimeOffset? ImportedAt, string? Importer,
    string Account, DateOnly? FromOn, DateOnly? UntilOn, long? OpeningTiyn, long? ReceivedTiyn, long? SpentTiyn, long? ClosingTiyn, DateTimeOffset? SameFileAt);

/// <param name="Pending">Imported and not looked at yet.</param>
/// <param name="Waiting">For a person.</param>
public sealed record FateCount(string Fate, int Rows, long InTiyn, long OutTiyn, int Pending, int Waiting);

public sealed record StatementShown(StatementHead Head, IReadOnlyList<FateCount> Fates)
{
    public int Rows(string fate) => Fates.FirstOrDefault(count => count.Fate == fate)?.Rows ?? 0;

    public int Pending => Fates.Sum(count => count.Pending);

    public int Waiting => Fates.Sum(count => count.Waiting);
}

public sealed record StatementRowShown(
    int RowNo, int LineNo, string Fate, string? Fault, string? FaultField, string? FaultValue, string? Way, long? AmountTiyn, DateOnly? BookedOn, DateOnly? DocumentOn, string? DocumentNo, string? PartyName,
    string? PartyNumber, string? Purpose, Guid? BankRowId, string? Status, string? Class, string? Invoice);
