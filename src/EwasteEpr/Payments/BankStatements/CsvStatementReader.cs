using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>A statement as CSV: comma, semicolon or tab, any of the country's encodings; its columns are known by name or told once.</summary>
/// <param name="account">CSV names no account: the person does.</param>
public sealed class CsvStatementReader(Stream stream, StatementTerms terms, string account, CsvColumns columns) : IStatementReader
{
    private const int RowsBeforeHead = 25;

    private static readonly SearchValues<byte> NothingWritten = SearchValues.Create(" \t\r\n;,\""u8);

    private static readonly string[] TotalWords = ["итого", "всего", "барлығы", "жиыны", "total"];

    private DateOnly? first;
    private DateOnly? last;

    public StatementFormat Format => StatementFormat.Csv;

    public string EncodingName { get; private set; } = "";

    /// <summary>CSV tells neither turnover nor balances: there is nothing to compare with.</summary>
    public IReadOnlyList<AccountTurnover> Accounts => first is { } from && last is { } until ? [new AccountTurnover(account, from, until, null, null, null, null)] : [];

    public async IAsyncEnumerable<StatementRow> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var input = new TextInputStream(stream, null);
        await using var reader = await OpenAsync(input, ct);
        EncodingName = NameOf(input.Encoding);
        var head = await FindHeadAsync(reader, columns, ct);
        var builder = new RowBuilder(terms.OwnAccounts, terms.Today);
        var rows = 0;
        for (var line = head.RowNo + 1; await MoveAsync(reader, line, ct); line++)
        {
            if (IsEmptyOrTotal(reader, head))
            {
                continue;
            }

            if (++rows > StatementLimits.Rows)
            {
                throw new UnreadableStatementException(new FileFault(FileFaultCode.TooManyRows, line, "", $"{StatementLimits.Rows}"));
            }

            var row = Build(builder, reader, head, line);
            if (row.Document is { } document && row.Fault is null)
            {
                first = first is { } from && from < document.BookedOn ? from : document.BookedOn;
                last = last is { } until && until > document.BookedOn ? until : document.BookedOn;
            }

            yield return row;
        }

        EncodingName = NameOf(input.Encoding);
        if (rows == 0)
        {
            throw new UnreadableStatementException(new FileFault(FileFaultCode.NoRows));
        }
    }

    /// <summary>The names of the columns and some rows, for the page that asks what they mean.</summary>
    public static async Task<CsvHead> PreviewAsync(Stream stream, CsvColumns columns, CancellationToken ct)
    {
        await using var input = new TextInputStream(stream, null);
        await using var reader = await OpenAsync(input, ct);
        var all = new List<string[]>();
        for (var row = 0; row < RowsBeforeHead && await MoveAsync(reader, row + 1, ct); row++)
        {
            all.Add([.. Enumerable.Range(0, Math.Min(reader.FieldCount, StatementLimits.FieldsOfARow)).Select(i => Field(reader, i))]);
        }

        var head = all.FindIndex(names => columns.Find(names).IsComplete);
        head = head >= 0 ? head : all.FindIndex(names => names.Count(name => name.Length > 0) >= 4);
        return head < 0 ? throw new UnreadableStatementException(new FileFault(FileFaultCode.NotAStatement)) : new CsvHead(all[head], [.. all.Skip(head + 1).Take(5)], columns.Find(all[head]));
    }

    private static async Task<CsvReader> OpenAsync(TextInputStream input, CancellationToken ct)
    {
        ReadOnlyMemory<byte> start;
        try
        {
            start = await input.PeekAsync(ct);
        }
        catch (UnreadableTableException problem)
        {
            throw Refused(problem);
        }

        if (start.Span.IndexOfAnyExcept(NothingWritten) < 0)
        {
            throw new UnreadableStatementException(new FileFault(FileFaultCode.Empty));
        }

        return CsvReader.Create(input, new CsvReaderOptions
        {
            Separator = BestSeparator(start), HasHeader = false, SkipEmptyLines = false, DetectSeparatorHint = false, MaxRecordSize = TableLimits.RowBytes, IncludeValuesInExceptions = false,
            OnMalformedRecord = _ => { },
        });
    }

    private static async Task<CsvPlan> FindHeadAsync(CsvReader reader, CsvColumns columns, CancellationToken ct)
    {
        string[]? likely = null;
        for (var row = 1; row <= RowsBeforeHead && await MoveAsync(reader, row, ct); row++)
        {
            string[] names = [.. Enumerable.Range(0, Math.Min(reader.FieldCount, StatementLimits.FieldsOfARow)).Select(i => Field(reader, i))];
            var plan = columns.Find(names);
            if (plan.IsComplete)
            {
                return plan with { RowNo = row, Names = names };
            }

            likely ??= names.Count(name => name.Length > 0) >= 4 ? names : null;
        }

        throw new UnreadableStatementException(new FileFault(likely is null ? FileFaultCode.NotAStatement : FileFaultCode.ColumnsNotKnown, 0, StatementLimits.Shown(string.Join("; ", likely ?? []))));
    }

    private StatementRow Build(RowBuilder builder, CsvReader reader, CsvPlan plan, int line)
    {
        builder.Clear();
        foreach (var (at, field) in plan.Fields)
        {
            if (at < reader.FieldCount && Field(reader, at).Trim() is { Length: > 0 } value)
            {
                builder.Add(field, plan.Names[at], value);
                if (OtherSide(field) is { } other)
                {
                    builder.Add(other, plan.Names[at], value);
                }

                if (field == StatementField.Amount)
                {
                    builder.Add(StatementField.SignedAmount, plan.Names[at], value);
                }
            }
        }

        return builder.Build(line, account);
    }

    /// <summary>One column names the other side, whichever way the money went.</summary>
    private static StatementField? OtherSide(StatementField field) => field switch
    {
        StatementField.PayerName => StatementField.PayeeName,
        StatementField.PayerNumber => StatementField.PayeeNumber,
        StatementField.PayerAccount => StatementField.PayeeAccount,
        _ => null,
    };

    /// <summary>Banks end their tables with a line of sums; it has no number.</summary>
    private static bool IsEmptyOrTotal(CsvReader reader, CsvPlan plan)
    {
        var filled = plan.Fields.Where(column => column.At < reader.FieldCount && Field(reader, column.At).Trim().Length > 0).ToList();
        var hasNumber = filled.Exists(column => column.Field == StatementField.Number && !IsTotalWord(Field(reader, column.At)));
        return filled.Count == 0 || (!hasNumber && Enumerable.Range(0, reader.FieldCount).Any(at => IsTotalWord(Field(reader, at))));
    }

    private static bool IsTotalWord(string text)
    {
        var start = text.TrimStart();
        return Array.Exists(TotalWords, word => start.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string NameOf(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8 or TextEncoding.Ascii => "UTF-8",
        TextEncoding.Windows1251 or TextEncoding.Kz1048 => "Windows-1251",
        _ => "UTF-16",
    };

    private static async ValueTask<bool> MoveAsync(CsvReader reader, int line, CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(ct);
        }
        catch (CsvFormatException)
        {
            throw new UnreadableStatementException(new FileFault(FileFaultCode.LineTooLong, line));
        }
        catch (UnreadableTableException problem)
        {
            throw Refused(problem);
        }
    }

    private static string Field(CsvReader reader, int at) => Encoding.UTF8.GetString(reader.GetSpan(at));

    private static char BestSeparator(ReadOnlyMemory<byte> start)
    {
        var best = (Separator: ';', Fields: 0);
        foreach (var separator in "\t;,")
        {
            using var rows = CsvReader.Create(start, new CsvReaderOptions { Separator = separator, HasHeader = false, MaxRecordSize = TableLimits.RowBytes });
            var most = 0;
            for (var row = 0; row < RowsBeforeHead && rows.Read(); row++)
            {
                most = Math.Max(most, rows.FieldCount);
            }

            best = most > best.Fields ? (separator, most) : best;
        }

        return best.Separator;
    }

    private static UnreadableStatementException Refused(UnreadableTableException problem) => new(new FileFault(
        problem.Problem.Code switch
        {
            TableProblemCode.Empty => FileFaultCode.Empty,
            TableProblemCode.Binary => FileFaultCode.Binary,
            TableProblemCode.EncodingNotKnown => FileFaultCode.EncodingNotKnown,
            TableProblemCode.EncodingBroken => FileFaultCode.EncodingBroken,
            _ => FileFaultCode.LineTooLong,
        },
        problem.Problem.Row));
}

/// <param name="Names">The head as it stands in the file.</param>
/// <param name="Rows">The first rows under it.</param>
/// <param name="Plan">What is known already.</param>
public sealed record CsvHead(IReadOnlyList<string> Names, IReadOnlyList<string[]> Rows, CsvPlan Plan);
