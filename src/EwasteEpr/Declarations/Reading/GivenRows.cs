using System.Text;

namespace EwasteEpr.Declarations.Reading;

/// <summary>Rows that are in memory already, each a field for each of our columns: lines of a form or of a request.</summary>
/// <param name="rows">Texts by <see cref="Column"/>; null is empty.</param>
/// <param name="firstRow">The number of the first row.</param>
public sealed class GivenRows(IEnumerable<string?[]> rows, int firstRow = 1) : IRowSource
{
    private readonly IEnumerator<string?[]> rows = rows.GetEnumerator();
    private readonly int[] starts = new int[Columns.Count + 1];
    private byte[] field = new byte[256];

    public int RowNumber { get; private set; } = firstRow - 1;

    public int FieldCount => Columns.Count;

    public ReadOnlySpan<byte> Raw => default;

    public bool HasBrokenQuotes => false;

    public long BytesRead => 0;

    public ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var isRow = rows.MoveNext();
        RowNumber += isRow ? 1 : 0;
        Encode(isRow ? rows.Current : []);
        return ValueTask.FromResult(isRow);
    }

    public ReadOnlySpan<byte> Field(int index) => index < Columns.Count ? field.AsSpan(starts[index], starts[index + 1] - starts[index]) : default;

    public ValueTask DisposeAsync()
    {
        rows.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Encode(string?[] texts)
    {
        var at = 0;
        for (var i = 0; i < Columns.Count; i++)
        {
            starts[i] = at;
            var text = i < texts.Length ? texts[i] ?? "" : "";
            var most = Encoding.UTF8.GetMaxByteCount(text.Length);
            if (field.Length - at < most)
            {
                Array.Resize(ref field, Math.Max(field.Length * 2, at + most));
            }

            at += Encoding.UTF8.GetBytes(text, field.AsSpan(at));
        }

        starts[Columns.Count] = at;
    }
}
