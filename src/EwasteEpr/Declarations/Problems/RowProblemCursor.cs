using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Problems;

/// <summary>The problems of one file's rows, streamed in the order of the rows.</summary>
internal sealed class RowProblemCursor : IAsyncDisposable
{
    // Rows of one file have consecutive numbers; others of the same draft may have the same row in another file.
    private const string ReadSql = """
        select p.row_no, p.line_no, p.code, p.column_name, p.severity = 'Error', p.value, p.detail, p.detail2, p.reason
          from uploads u
          join row_problems p
            on p.declaration_id = u.declaration_id and p.version = u.version and p.line_no >= u.first_line_no and p.line_no < u.first_line_no + u.rows_read
         where u.upload_id = $1 and p.row_no is not null
         order by p.line_no, p.severity, p.code, p.column_name, p.value
        """;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand command;
    private readonly NpgsqlDataReader reader;
    private bool hasRow;

    private RowProblemCursor(NpgsqlConnection connection, NpgsqlCommand command, NpgsqlDataReader reader)
    {
        this.connection = connection;
        this.command = command;
        this.reader = reader;
    }

    public static async Task<RowProblemCursor> OpenAsync(Db db, Guid uploadId, CancellationToken ct)
    {
        var connection = await db.Source.OpenConnectionAsync(ct);
        var command = new NpgsqlCommand(ReadSql, connection) { CommandTimeout = 600, Parameters = { new NpgsqlParameter<Guid> { TypedValue = uploadId } } };
        var cursor = new RowProblemCursor(connection, command, await command.ExecuteReaderAsync(ct));
        cursor.hasRow = await cursor.reader.ReadAsync(ct);
        return cursor;
    }

    /// <summary>The problems of a row. Rows are asked for in their order.</summary>
    public async ValueTask<IReadOnlyList<LineProblem>> OfAsync(int rowNo, CancellationToken ct)
    {
        List<LineProblem>? found = null;
        while (hasRow && reader.GetInt32(0) <= rowNo)
        {
            if (reader.GetInt32(0) == rowNo)
            {
                (found ??= []).Add(new LineProblem(
                    reader.GetInt32(1), rowNo, reader.GetString(2), reader.GetString(3), reader.GetBoolean(4), reader.GetString(5), reader.GetString(6), reader.GetString(7),
                    reader.IsDBNull(8) ? null : reader.GetString(8)));
            }

            hasRow = await reader.ReadAsync(ct);
        }

        return found ?? (IReadOnlyList<LineProblem>)[];
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}
