using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Makes the rows of a previewed statement documents of the bank, each once; what each means is found out afterwards by <see cref="BankRowSweep"/>.</summary>
public sealed class StatementImport(Db db)
{
    /// <summary>One import at a time: what is here is judged anew under the lock, so two overlapping statements cannot both bring a row.</summary>
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('bank.import', 0))";

    private const string ClaimSql = """
        update bank_statements set state = 'Imported', imported_by = @person, imported_at = app.now()
         where statement_id = @id and state = 'Preview'
        returning statement_id
        """;

    private const string InsertSql = """
        with chosen as (
            select r.*, row_number() over (partition by account, way, document_on, document_no, amount_tiyn, party_key order by row_no)
                 + coalesce((select max(b.occurrence) from bank_rows b where (b.account, b.way, b.document_on, b.document_no, b.amount_tiyn, b.party_key)
                                                                           = (r.account, r.way, r.document_on, r.document_no, r.amount_tiyn, r.party_key)), 0) as place
              from bank_statement_rows r
             where statement_id = @id and (fate = 'New' or (fate = 'Doubtful' and row_no = any (@doubtful)))
        ), inserted as (
            insert into bank_rows (statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, party_account, purpose, purpose_code, occurrence)
            select statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, party_account, purpose, purpose_code, place from chosen
            returning bank_row_id, row_no
        )
        update bank_statement_rows r set fate = 'Imported', bank_row_id = i.bank_row_id
          from inserted i where r.statement_id = @id and r.row_no = i.row_no
        """;

    /// <param name="doubtful">Rows that a person has called second payments.</param>
    public Task<ImportedStatement> ImportAsync(Guid id, IReadOnlyList<int> doubtful, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(doubtful);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(LockSql, null, ct);
                if (await transaction.QuerySingleOrDefaultAsync<Guid?>(ClaimSql, new { id, person = actor.UserId }, ct) is null)
                {
                    return await WhyNotAsync(transaction, id, ct);
                }

                await StatementJudge.JudgeAsync(transaction, id, ct);
                var rows = await transaction.ExecuteAsync(InsertSql, new { id, doubtful = doubtful.ToArray() }, TimeSpan.FromMinutes(2), ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_statement.imported", "bank_statement", $"{id}").With(new { rows, second_payments = doubtful }), actor, ct);
                return new ImportedStatement.Done(rows);
            },
            ct);
    }

    private const string DiscardSql = """
        update bank_statements set state = 'Discarded' where statement_id = @id and state in ('Preview', 'Columns') returning statement_id
        """;

    public Task<bool> DiscardAsync(Guid id, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var isDone = await transaction.QuerySingleOrDefaultAsync<Guid?>(DiscardSql, new { id }, ct) is not null;
            return isDone && await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_statement.discarded", "bank_statement", $"{id}"), actor, ct) != Guid.Empty;
        },
        ct);

    private const string StateSql = "select state from bank_statements where statement_id = @id";

    private static async Task<ImportedStatement> WhyNotAsync(DbTransaction transaction, Guid id, CancellationToken ct) =>
        await transaction.QuerySingleOrDefaultAsync<string>(StateSql, new { id }, ct) switch
        {
            "Imported" => new ImportedStatement.AlreadyDone(),
            _ => new ImportedStatement.NotFound(),
        };
}

public abstract record ImportedStatement
{
    private ImportedStatement()
    {
    }

    /// <param name="Rows">New documents of the bank; none is a result too.</param>
    public sealed record Done(int Rows) : ImportedStatement;

    /// <summary>Somebody else, or a second click: the effect is there once.</summary>
    public sealed record AlreadyDone : ImportedStatement;

    public sealed record NotFound : ImportedStatement;
}
