using EwasteEpr.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>The rows of a statement into their table, as they are read.</summary>
internal static class StatementRowCopy
{
    private const string CopySql = """
        copy bank_statement_rows (statement_id, row_no, line_no, fate, fault, fault_field, fault_value, account, way, amount_tiyn, booked_on, document_on, document_no,
                                  party_name, party_number, party_account, purpose, purpose_code) from stdin (format binary)
        """;

    /// <returns>How many rows there were.</returns>
    /// <exception cref="UnreadableStatementException">The rows do not add up to what the file says of itself.</exception>
    public static async Task<int> RunAsync(DbTransaction transaction, Guid id, IStatementReader reader, CancellationToken ct)
    {
        var check = new StatementCheck();
        var rowNo = 0;
        await using (var copy = await transaction.Connection.BeginBinaryImportAsync(CopySql, ct))
        {
            await foreach (var row in reader.ReadAsync(ct))
            {
                check.Add(row);
                await WriteAsync(copy, id, ++rowNo, row, ct);
            }

            await copy.CompleteAsync(ct);
        }

        return check.Judge(reader.Accounts) is { } fault ? throw new UnreadableStatementException(fault) : rowNo;
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, Guid id, int rowNo, StatementRow row, CancellationToken ct)
    {
        var (document, fault) = (row.Document, row.Fault);
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(rowNo, NpgsqlDbType.Integer, ct);
        await copy.WriteAsync(row.LineNo, NpgsqlDbType.Integer, ct);
        foreach (var text in (string?[])[fault is null ? "New" : "Refused", fault?.Code.ToString(), fault?.Field, fault?.Value, document?.Account, document?.Way.ToString()])
        {
            await WriteTextAsync(copy, text, ct);
        }

        if (document is null)
        {
            for (var i = 0; i < 9; i++)
            {
                await copy.WriteNullAsync(ct);
            }

            return;
        }

        await copy.WriteAsync(document.Amount.Tiyn, NpgsqlDbType.Bigint, ct);
        await copy.WriteAsync(document.BookedOn, NpgsqlDbType.Date, ct);
        await copy.WriteAsync(document.DocumentOn, NpgsqlDbType.Date, ct);
        foreach (var text in (string?[])[document.DocumentNo, document.Party.Name, document.Party.Number, document.Party.Account, document.Purpose, document.PurposeCode])
        {
            await WriteTextAsync(copy, text, ct);
        }
    }

    private static Task WriteTextAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken ct) =>
        text is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(text, NpgsqlDbType.Text, ct);
}
