using System.Runtime.CompilerServices;
using EwasteEpr.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.PublicRegister.OpenData;

/// <summary>Reads a dataset row by row: memory does not grow with its size.</summary>
public sealed class DatasetReader(Db db)
{
    private const int SecondsAtMost = 120;

    /// <summary>Values as the database has them: text, numbers, days, instants, yes or no, or none.</summary>
    public async IAsyncEnumerable<object?[]> RowsAsync(Dataset dataset, int? year, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        await using var connection = await db.Source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(dataset.Sql, connection) { CommandTimeout = SecondsAtMost };
        if (dataset.HasYear)
        {
            command.Parameters.Add(new NpgsqlParameter("year", NpgsqlDbType.Integer) { Value = year is { } asked ? asked : DBNull.Value });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var row = new object?[dataset.Columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = await reader.IsDBNullAsync(i, ct) ? null : Value(reader, i);
            }

            yield return row;
        }
    }

    private static object Value(NpgsqlDataReader reader, int i) => reader.GetFieldType(i) == typeof(DateTime)
        ? reader.GetDataTypeName(i) == "date" ? reader.GetFieldValue<DateOnly>(i) : reader.GetFieldValue<DateTimeOffset>(i)
        : reader.GetValue(i);
}
