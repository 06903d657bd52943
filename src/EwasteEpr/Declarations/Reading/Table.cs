using System.Text;

namespace EwasteEpr.Declarations.Reading;

/// <summary>What the caller knows of a table beforehand.</summary>
/// <param name="Encoding">Said by a person after we had to ask; none to find out.</param>
/// <param name="Mapping">Names that mean one of our columns in this organisation's files.</param>
/// <param name="TempFolder">Where a workbook stands while it is read, for at most that long.</param>
public sealed record TableHints(TextEncoding? Encoding = null, IReadOnlyDictionary<string, Column>? Mapping = null, string? TempFolder = null);

/// <summary>A table that is open: the header is found, the rows below it wait.</summary>
public sealed class Table : IAsyncDisposable
{
    private Table(IRowSource rows, TableHeader header, DecimalMarks marks)
    {
        Rows = rows;
        Header = header;
        Marks = marks;
    }

    public IRowSource Rows { get; }

    public TableHeader Header { get; }

    /// <summary>Which decimal mark the columns of numbers use, where their first rows told it.</summary>
    public DecimalMarks Marks { get; }

    /// <summary>Opens CSV, tab-separated text or XLSX, told apart by their first bytes, never by a name.</summary>
    /// <exception cref="UnreadableTableException">It is none of them, or its header is not ours.</exception>
    public static async Task<Table> OpenAsync(Stream stream, TableHints hints, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hints);
        var rows = await TableFile.OpenAsync(stream, hints.Encoding, hints.TempFolder, TableHeader.Sense, ct);
        return await WithHeaderAsync(rows, hints, rows is SeparatedRows text ? text.Sample() : default, ct);
    }

    /// <summary>Lines that come without a header, each field in the place of its column.</summary>
    public static Table OfLines(IRowSource rows) => new(rows, TableHeader.Standard, default);

    public ValueTask DisposeAsync() => Rows.DisposeAsync();

    private static async Task<Table> WithHeaderAsync(IRowSource rows, TableHints hints, ReadOnlyMemory<byte> sample, CancellationToken ct)
    {
        try
        {
            var header = await FindHeaderAsync(rows, hints, ct);
            return new Table(rows, header, rows is SeparatedRows text ? DecimalMarks.From(sample, text.Separator, header) : default);
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first row that names what we need; if none does, the best one says what is wrong.</summary>
    private static async Task<TableHeader> FindHeaderAsync(IRowSource rows, TableHints hints, CancellationToken ct)
    {
        TableHeader? best = null;
        for (var row = 0; row < TableLimits.RowsBeforeHeader && await rows.ReadAsync(ct); row++)
        {
            if (rows.FieldCount > TableLimits.Columns)
            {
                throw new UnreadableTableException(new TableProblem(TableProblemCode.TooManyColumns, rows.RowNumber, $"{rows.FieldCount}", $"{TableLimits.Columns}"));
            }

            var header = TableHeader.From(Texts(rows), rows.RowNumber, hints.Mapping);
            if (header.Problem() is null)
            {
                return header;
            }

            var isBetter = best is null || header.Found > best.Found || (best.Names.All(string.IsNullOrWhiteSpace) && header.Found == best.Found);
            best = isBetter ? header : best;
            if (header.Found >= 2)
            {
                break;
            }
        }

        throw new UnreadableTableException(best?.Problem() ?? new TableProblem(TableProblemCode.Empty));
    }

    private static List<string> Texts(IRowSource rows)
    {
        var texts = new List<string>(rows.FieldCount);
        for (var i = 0; i < rows.FieldCount; i++)
        {
            texts.Add(Encoding.UTF8.GetString(rows.Field(i)));
        }

        return texts;
    }
}
