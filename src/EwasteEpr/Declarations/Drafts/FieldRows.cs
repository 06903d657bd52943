using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Rows that are texts already: a form, parked rows, lines of an earlier declaration.</summary>
internal sealed class FieldRows : IRowSource
{
    private readonly byte[][] fields = [.. Enumerable.Repeat(Array.Empty<byte>(), Columns.Count)];

    public int RowNumber { get; private set; }

    public int FieldCount => Columns.Count;

    public ReadOnlySpan<byte> Raw => default;

    public bool HasBrokenQuotes => false;

    public long BytesRead => 0;

    /// <summary>Makes these fields the current row.</summary>
    public void Set(LineFields row, int rowNumber)
    {
        RowNumber = rowNumber;
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Encoding.UTF8.GetBytes(row.All[i]);
        }
    }

    public ReadOnlySpan<byte> Field(int index) => index < fields.Length ? fields[index] : default;

    public ValueTask<bool> ReadAsync(CancellationToken ct) => throw new NotSupportedException("Rows are set, not read.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
