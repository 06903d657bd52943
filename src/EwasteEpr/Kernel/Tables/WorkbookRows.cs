using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Rows of the first sheet of an XLSX workbook that has a header we know, one at a time.</summary>
/// <remarks>
/// A number is taken as the decimal a person sees: the noise of the stored double (0.30000000000000004) is beyond the fifteen digits
/// that a spreadsheet keeps and is dropped. A date is a date, whatever its format.
/// </remarks>
public sealed class WorkbookRows : IRowSource
{
    private readonly Stream file;
    private readonly IExcelDataReader reader;
    private readonly WorkbookErrors errors;
    private readonly List<int> ends = [];
    private byte[] text = new byte[4096];
    private int length;
    private int filledRows;

    // The library's settings name code page 1252, which .NET only has after this; XLSX itself is always UTF-8.
    static WorkbookRows() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private WorkbookRows(Stream file, IExcelDataReader reader, WorkbookErrors errors)
    {
        this.file = file;
        this.errors = errors;
        this.reader = reader;
    }

    public int RowNumber { get; private set; }

    public int FieldCount => ends.Count;

    public ReadOnlySpan<byte> Raw => default;

    public bool HasBrokenQuotes => false;

    public long BytesRead => RowNumber == 0 ? 0 : file.Length;

    public string SheetName => reader.Name;

    /// <summary>How many sheets there are; only one is read.</summary>
    public int SheetCount => reader.ResultsCount;

    /// <param name="file">Seekable; disposed with the rows.</param>
    /// <param name="ct">Stops the check.</param>
    /// <exception cref="UnreadableTableException">The workbook breaks a limit, is damaged or holds no rows.</exception>
    public static ValueTask<WorkbookRows> OpenAsync(Stream file, CancellationToken ct) => OpenAsync(file, HeaderSenses.AnyNames, ct);

    /// <param name="file">Seekable; disposed with the rows.</param>
    /// <param name="sense">Which names a header has.</param>
    /// <param name="ct">Stops the check.</param>
    /// <exception cref="UnreadableTableException">The workbook breaks a limit, is damaged or holds no rows.</exception>
    public static async ValueTask<WorkbookRows> OpenAsync(Stream file, HeaderSense sense, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(sense);
        var hasErrors = await WorkbookCheck.RunAsync(file, ct);
        return Guarded(() =>
        {
            var sheet = BestSheet(file, sense);
            var errors = hasErrors ? WorkbookErrors.Of(file, sheet) : WorkbookErrors.None;
            file.Position = 0;
            var reader = Open(file);
            for (var i = 0; i < sheet; i++)
            {
                reader.NextResult();
            }

            if (reader.FieldCount > TableLimits.Columns)
            {
                throw new UnreadableTableException(new TableProblem(TableProblemCode.TooManyColumns, 0, reader.FieldCount.ToString(CultureInfo.InvariantCulture), TableLimits.Columns.ToString(CultureInfo.InvariantCulture)));
            }

            return new WorkbookRows(file, reader, errors);
        });
    }

    public ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Guarded(Read));
    }

    public ReadOnlySpan<byte> Field(int index)
    {
        if (index >= ends.Count)
        {
            return default;
        }

        var from = index == 0 ? 0 : ends[index - 1];
        return text.AsSpan(from, ends[index] - from);
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await file.DisposeAsync();
    }

    private bool Read()
    {
        if (!reader.Read())
        {
            return false;
        }

        RowNumber++;
        ends.Clear();
        length = 0;
        for (var i = 0; i < reader.FieldCount; i++)
        {
            Add(errors.At(RowNumber, i) ?? reader.GetValue(i));
            ends.Add(length);
        }

        if (length > 0 && ++filledRows > TableLimits.WorkbookRows + 1)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.TooManyRows, RowNumber, Expected: TableLimits.WorkbookRows.ToString(CultureInfo.InvariantCulture)));
        }

        return true;
    }

    private void Add(object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string words:
                Reserve(Encoding.UTF8.GetMaxByteCount(words.Length));
                length += Encoding.UTF8.GetBytes(words, text.AsSpan(length));
                break;
            case double number when Math.Abs(number) < 7e27:
                Reserve(64);
                // This conversion rounds to fifteen significant digits, which is what a spreadsheet shows.
                Utf8Formatter.TryFormat((decimal)number, text.AsSpan(length), out var written);
                length += written;
                break;
            case DateTime day:
                Reserve(32);
                day.TryFormat(text.AsSpan(length), out written, day.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
                length += written;
                break;
            default:
                Add(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private void Reserve(int bytes)
    {
        if (text.Length - length < bytes)
        {
            Array.Resize(ref text, Math.Max(text.Length * 2, length + bytes));
        }
    }

    /// <summary>The first sheet in which a header is recognised, else the first: a workbook may open with instructions.</summary>
    private static int BestSheet(Stream file, HeaderSense sense)
    {
        using var reader = Open(file);
        for (var sheet = 0; sheet < reader.ResultsCount; sheet++)
        {
            for (var row = 0; reader.FieldCount <= TableLimits.Columns && row < TableLimits.RowsBeforeHeader && reader.Read(); row++)
            {
                var names = Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) as string ?? "").ToList();
                if (sense(names, row) >= 2)
                {
                    return sheet;
                }
            }

            reader.NextResult();
        }

        return 0;
    }

    private static IExcelDataReader Open(Stream file) =>
        ExcelReaderFactory.CreateOpenXmlReader(file, new ExcelReaderConfiguration { LeaveOpen = true });

    /// <summary>What the workbook library throws for a file that only pretends to be one.</summary>
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is XmlException { Message: var message } && message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Dtd), problem);
        }
        catch (Exception problem) when (problem is XmlException or ExcelReaderException or InvalidDataException or FormatException or ArgumentException or IndexOutOfRangeException or NullReferenceException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Damaged), problem);
        }
    }
}
