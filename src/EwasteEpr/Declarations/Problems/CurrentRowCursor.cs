using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Problems;

/// <summary>What became of each row of a file on the page: as it came, changed, or removed. Streamed in the order of the rows.</summary>
internal sealed class CurrentRowCursor : IAsyncDisposable
{
    // A file from before revisions were kept counts as unchanged.
    private const string ReadSql = $"""
        select l.line_no, l.row_no, case when l.changed_revision > u.taken_revision then {StoredRows.FieldsOfLine} end, u.decimal_mark = 'Comma'
          from uploads u
          join declaration_lines l on l.declaration_id = u.declaration_id and l.version = u.version and l.upload_no = u.upload_no
         where u.upload_id = $1 and u.taken_revision is not null and l.row_no is not null
        union all
        select p.line_no, p.row_no, case when p.changed_revision > u.taken_revision then p.fields end, false
          from uploads u
          join parked_rows p on p.declaration_id = u.declaration_id and p.version = u.version and p.upload_no = u.upload_no
         where u.upload_id = $1 and u.taken_revision is not null and p.row_no is not null
         order by 1
        """;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand command;
    private readonly NpgsqlDataReader reader;
    private readonly bool isKnown;
    private bool hasRow;

    private CurrentRowCursor(NpgsqlConnection connection, NpgsqlCommand command, NpgsqlDataReader reader, bool hasRow, bool isKnown)
    {
        this.connection = connection;
        this.command = command;
        this.reader = reader;
        this.hasRow = hasRow;
        this.isKnown = isKnown;
    }

    private const string KnownSql = "select taken_revision is not null from uploads where upload_id = @uploadId";

    public static async Task<CurrentRowCursor> OpenAsync(Db db, Guid uploadId, CancellationToken ct)
    {
        var isKnown = await db.QuerySingleAsync<bool>(KnownSql, new { uploadId }, ct);
        var connection = await db.Source.OpenConnectionAsync(ct);
        var command = new NpgsqlCommand(ReadSql, connection) { CommandTimeout = 600, Parameters = { new NpgsqlParameter<Guid> { TypedValue = uploadId } } };
        var reader = await command.ExecuteReaderAsync(ct);
        return new CurrentRowCursor(connection, command, reader, await reader.ReadAsync(ct), isKnown);
    }

    /// <summary>Rows are asked for in their order; a row without content was never one of ours.</summary>
    public async ValueTask<CurrentRow> OfAsync(int rowNo, CancellationToken ct)
    {
        while (hasRow && reader.GetInt32(1) < rowNo)
        {
            hasRow = await reader.ReadAsync(ct);
        }

        return hasRow && reader.GetInt32(1) == rowNo
            ? reader.IsDBNull(2) ? default : new CurrentRow(new LineFields(WithMark(reader.GetFieldValue<string[]>(2), reader.GetBoolean(3))), IsRemoved: false)
            : new CurrentRow(null, IsRemoved: isKnown);
    }

    /// <summary>A line's numbers have points. In a file that writes commas they would contradict the rows around them.</summary>
    private static string[] WithMark(string[] fields, bool withComma)
    {
        foreach (var column in withComma ? new[] { Column.MassKg, Column.BatteryKg, Column.Packaging } : [])
        {
            var text = fields[(int)column];
            fields[(int)column] = column == Column.Packaging && !text.Contains(':', StringComparison.Ordinal) ? text : text.Replace('.', ',');
        }

        return fields;
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}

/// <param name="Fields">What stands there now; none for a row that is as it came.</param>
internal readonly record struct CurrentRow(LineFields? Fields, bool IsRemoved);
