using System.Text;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>The lines of a submitted version as rows to read again, without their dates.</summary>
internal sealed class CopiedRows : IRowSource
{
    private const string ReadSql = $"""
        select {StoredRows.FieldsOfLine}
          from declaration_lines l
         where l.declaration_id = $1 and l.version = $2 and l.exported_line_no is null
         order by l.line_no
        """;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand command;
    private readonly NpgsqlDataReader reader;
    private readonly byte[][] fields = new byte[Columns.Count][];

    private CopiedRows(NpgsqlConnection connection, NpgsqlCommand command, NpgsqlDataReader reader)
    {
        this.connection = connection;
        this.command = command;
        this.reader = reader;
    }

    public int RowNumber { get; private set; }

    public int FieldCount => Columns.Count;

    public ReadOnlySpan<byte> Raw => default;

    public bool HasBrokenQuotes => false;

    public long BytesRead { get; private set; }

    public static async Task<CopiedRows> OpenAsync(Db db, Guid declaration, int version, CancellationToken ct)
    {
        var connection = await db.Source.OpenConnectionAsync(ct);
        try
        {
            var command = new NpgsqlCommand(ReadSql, connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter<Guid> { TypedValue = declaration }, new NpgsqlParameter<int> { TypedValue = version } } };
            return new CopiedRows(connection, command, await command.ExecuteReaderAsync(ct));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (!await reader.ReadAsync(ct))
        {
            return false;
        }

        RowNumber++;
        var texts = reader.GetFieldValue<string[]>(0);
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = i == (int)Column.ObligationDate ? [] : Encoding.UTF8.GetBytes(texts[i]);
            BytesRead += fields[i].Length + 1;
        }

        return true;
    }

    public ReadOnlySpan<byte> Field(int index) => index < fields.Length ? fields[index] : default;

    public async ValueTask DisposeAsync()
    {
        command.Cancel();
        await reader.DisposeAsync();
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}
