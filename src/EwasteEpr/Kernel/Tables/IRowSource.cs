namespace EwasteEpr.Kernel.Tables;

/// <summary>Rows of a table, one at a time, as UTF-8 fields: from CSV, pasted text, a workbook, or lines of a request.</summary>
/// <remarks>Spans are valid until the next read. Nothing is allocated for a row.</remarks>
public interface IRowSource : IAsyncDisposable
{
    /// <summary>Moves to the next row; false at the end.</summary>
    /// <exception cref="UnreadableTableException">The table cannot be read on from here; it says why.</exception>
    ValueTask<bool> ReadAsync(CancellationToken ct);

    /// <summary>The number a person sees beside this row in a spreadsheet: the first row is 1.</summary>
    int RowNumber { get; }

    int FieldCount { get; }

    /// <summary>A field past the end of its row is empty.</summary>
    ReadOnlySpan<byte> Field(int index);

    /// <summary>The whole row as one text, where the source has it so; else empty.</summary>
    ReadOnlySpan<byte> Raw { get; }

    /// <summary>The row's quotes do not pair up: its columns may have shifted.</summary>
    bool HasBrokenQuotes { get; }

    /// <summary>How much of the input is behind us, for progress.</summary>
    long BytesRead { get; }
}
