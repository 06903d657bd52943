using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Some thousand rows as they stood in their source, in three arrays that are filled again and again.</summary>
internal sealed class RowBatch
{
    private const int MostRows = 2048;
    private const int FullAtBytes = 192 * 1024;

    private readonly BatchRow[] rows = new BatchRow[MostRows];
    private byte[] text = new byte[FullAtBytes + (64 * 1024)];
    private Part[] parts = new Part[MostRows * Columns.Count];
    private int textEnd;
    private int partsEnd;

    public int Count { get; private set; }

    public bool IsFull => Count == MostRows || textEnd >= FullAtBytes;

    public bool IsFullWithOneMore => Count + 1 >= MostRows || textEnd >= FullAtBytes;

    /// <summary>Of the source, when the last row was taken from it.</summary>
    public long BytesRead { get; private set; }

    public ref readonly BatchRow this[int row] => ref rows[row];

    public ReadOnlySpan<byte> RawOf(in BatchRow row) => text.AsSpan(row.RawFrom, row.RawLength);

    public ReadOnlySpan<byte> FieldOf(in BatchRow row, int index)
    {
        if ((uint)index >= (uint)row.FieldCount)
        {
            return default;
        }

        ref readonly var part = ref parts[unchecked(row.FirstField + index)];
        return text.AsSpan(part.From, part.Length);
    }

    public void Clear() => (Count, textEnd, partsEnd) = (0, 0, 0);

    public void Add(IRowSource source, RowHash hash)
    {
        var raw = source.Raw;
        var from = Append(raw).From;
        var count = source.FieldCount;
        if (parts.Length - partsEnd < count)
        {
            Array.Resize(ref parts, Math.Max(parts.Length * 2, partsEnd + count));
        }

        var into = parts.AsSpan(partsEnd, count);
        for (var i = 0; i < into.Length; i++)
        {
            var field = source.Field(i);
            // A field whose quotes were taken apart stands elsewhere than in its row.
            into[i] = raw.Overlaps(field, out var offset) ? new Part(unchecked(from + offset), field.Length) : Append(field);
        }

        rows[Count++] = new BatchRow(source.RowNumber, from, raw.Length, partsEnd, count, source.HasBrokenQuotes, hash);
        partsEnd += count;
        BytesRead = source.BytesRead;
    }

    private Part Append(ReadOnlySpan<byte> bytes)
    {
        if (text.Length - textEnd < bytes.Length)
        {
            Array.Resize(ref text, Math.Max(text.Length * 2, textEnd + bytes.Length));
        }

        bytes.CopyTo(text.AsSpan(textEnd));
        var part = new Part(textEnd, bytes.Length);
        textEnd += bytes.Length;
        return part;
    }

    private readonly record struct Part(int From, int Length);
}

/// <summary>A row of a batch: where its text and its fields stand there.</summary>
internal readonly record struct BatchRow(int Number, int RawFrom, int RawLength, int FirstField, int FieldCount, bool HasBrokenQuotes, RowHash Hash);
