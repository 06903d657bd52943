using System.Buffers;
using CsvHelper;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Rows of a text table: comma, semicolon or tab.</summary>
/// <remarks>Empty lines are rows too, because a spreadsheet counts them; a quoted field may hold line breaks and is still one row.</remarks>
public sealed class SeparatedRows : IRowSource
{
    private const int LongBytes = 60 * 1024;

    private static readonly byte[] Separators = "\t;,"u8.ToArray();

    private static readonly SearchValues<byte> NothingWritten = SearchValues.Create(" \t\r\n;,\""u8);

    private readonly TextInputStream input;
    private readonly CsvReader reader;
    private readonly byte[] sample;
    private int hintRows;
    private int brokenRow = -1;

    private SeparatedRows(TextInputStream input, char separator, byte[] sample)
    {
        this.sample = sample;
        this.input = input;
        Separator = separator;
        reader = CsvReader.Create(input, new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            SkipEmptyLines = false,
            DetectSeparatorHint = false,
            MaxRecordSize = TableLimits.RowBytes,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = malformed => brokenRow = (int)malformed.RecordNumber,
        });
    }

    public char Separator { get; }

    public TextEncoding Encoding => input.Encoding;

    public int RowNumber { get; private set; }

    public int FieldCount => reader.FieldCount;

    public ReadOnlySpan<byte> Raw => reader.RawRecord;

    public bool HasBrokenQuotes => brokenRow == RowNumber + hintRows;

    public long BytesRead => input.BytesRead;

    /// <summary>The table did not fit into the first block.</summary>
    public bool IsLong => sample.Length >= LongBytes;

    /// <summary>The first block as it stands, to learn from before the first row is taken.</summary>
    public ReadOnlyMemory<byte> Sample() => sample;

    /// <exception cref="UnreadableTableException">The text is empty, binary, or in an encoding that we do not know.</exception>
    public static ValueTask<SeparatedRows> OpenAsync(Stream stream, TextEncoding? encoding, CancellationToken ct) => OpenAsync(stream, encoding, HeaderSenses.AnyNames, ct);

    /// <exception cref="UnreadableTableException">The text is empty, binary, or in an encoding that we do not know.</exception>
    public static async ValueTask<SeparatedRows> OpenAsync(Stream stream, TextEncoding? encoding, HeaderSense sense, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sense);
        var input = new TextInputStream(stream, encoding);
        var start = await input.PeekAsync(ct);
        if (start.Span.IndexOfAnyExcept(NothingWritten) < 0 && start.Length < 4096)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Empty));
        }

        var hint = SeparatorHint(start.Span);
        var sample = start.ToArray();
        var rows = new SeparatedRows(input, hint ?? BestSeparator(sample, sense), sample);
        if (hint is not null)
        {
            // Excel's own first line "sep=;" is not a row in Excel.
            await rows.reader.ReadAsync(ct);
            rows.hintRows = 1;
        }

        return rows;
    }

    /// <remarks>Rows that are in the buffer already cost no state machine.</remarks>
    public ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        try
        {
            var read = reader.ReadAsync(ct);
            if (!read.IsCompletedSuccessfully)
            {
                return WaitAsync(read);
            }

            var isRow = read.Result;
            RowNumber += isRow ? 1 : 0;
            return new ValueTask<bool>(isRow);
        }
        catch (CsvFormatException problem)
        {
            throw TooLong(problem);
        }
    }

    private async ValueTask<bool> WaitAsync(ValueTask<bool> read)
    {
        try
        {
            var isRow = await read;
            RowNumber += isRow ? 1 : 0;
            return isRow;
        }
        catch (CsvFormatException problem)
        {
            throw TooLong(problem);
        }
    }

    private UnreadableTableException TooLong(CsvFormatException problem) =>
        new(new TableProblem(TableProblemCode.RowTooLong, RowNumber + 1, Expected: $"{TableLimits.RowBytes / 1024}"), problem);

    public ReadOnlySpan<byte> Field(int index) => reader.GetSpan(index);

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await input.DisposeAsync();
    }

    private static char? SeparatorHint(ReadOnlySpan<byte> start) =>
        start.Length > 5 && start.StartsWith("sep="u8) && start[5] is (byte)'\r' or (byte)'\n' && Separators.Contains(start[4]) ? (char)start[4] : null;

    /// <summary>The separator under which the most column names are recognised; a name may itself hold a comma («Масса, кг»).</summary>
    private static char BestSeparator(byte[] start, HeaderSense sense)
    {
        var best = (Separator: ';', Found: -1);
        foreach (var separator in Separators)
        {
            using var rows = CsvReader.Create(start, new CsvReaderOptions { Separator = (char)separator, HasHeader = false, MaxRecordSize = TableLimits.RowBytes });
            for (var row = 0; row < TableLimits.RowsBeforeHeader && rows.Read() && rows.FieldCount <= TableLimits.Columns; row++)
            {
                var found = sense([.. Enumerable.Range(0, rows.FieldCount).Select(i => System.Text.Encoding.UTF8.GetString(rows.GetSpan(i)))], row);
                var weight = found == 0 && rows.FieldCount > 1 && row == 0 ? 0 : found == 0 ? -1 : found;
                best = weight > best.Found ? ((char)separator, weight) : best;
            }
        }

        return best.Separator;
    }
}
