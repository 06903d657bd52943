using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>From a list of equipment to a fee: rows stream in, totals and problems come out, memory stays flat.</summary>
/// <remarks>Stages follow each other and never mix: file, header, rows, then rows against each other if none was refused.</remarks>
public sealed class FeeQuote
{
    private readonly QuoteTerms terms;
    private readonly QuoteListeners listeners;
    private readonly QuoteTotals totals = new();
    private readonly List<Methodology> methodologies = [];
    private readonly List<MciValue> mciValues = [];
    private readonly string? tempFolder;
    private TariffAnswer lastAnswer;
    private long outsideDates;

    private FeeQuote(QuoteTerms terms, QuoteListeners listeners, string? tempFolder)
    {
        this.terms = terms;
        this.listeners = listeners;
        this.tempFolder = tempFolder;
    }

    /// <summary>Prices a table from a stream. The stream is disposed.</summary>
    public static async Task<QuoteOutcome> RunAsync(Stream stream, TableHints hints, QuoteTerms terms, QuoteListeners listeners, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hints);
        try
        {
            await using var table = await Table.OpenAsync(stream, hints, ct);
            return await new FeeQuote(terms, listeners, hints.TempFolder).RunAsync(table, ct);
        }
        catch (UnreadableTableException problem)
        {
            return new QuoteOutcome.Unreadable(problem.Problem);
        }
    }

    /// <summary>Prices lines that come without a file.</summary>
    public static async Task<QuoteOutcome> RunAsync(IRowSource rows, QuoteTerms terms, QuoteListeners listeners, CancellationToken ct)
    {
        try
        {
            await using var table = Table.OfLines(rows);
            return await new FeeQuote(terms, listeners, tempFolder: null).RunAsync(table, ct);
        }
        catch (UnreadableTableException problem)
        {
            return new QuoteOutcome.Unreadable(problem.Problem);
        }
    }

    private async Task<QuoteOutcome> RunAsync(Table table, CancellationToken ct)
    {
        var problems = new ProblemSpool(tempFolder);
        using var duplicates = new DuplicateFinder(tempFolder);
        try
        {
            await ReadRowsAsync(table, problems, duplicates, ct);
            var isComparable = totals.Refused == 0;
            if (isComparable)
            {
                Compare(duplicates, problems);
            }

            var otherSheets = table.Rows is WorkbookRows { SheetCount: > 1 } workbook ? workbook.SheetCount - 1 : 0;
            var notes = new QuoteNotes(table.Header.Unknown, outsideDates, DuplicatesNotSought: !isComparable && totals.Lines > 1, otherSheets);
            return new QuoteOutcome.Quoted(totals, problems, table.Header, methodologies, [.. mciValues.OrderBy(value => value.EffectiveFrom)], notes);
        }
        catch
        {
            problems.Dispose();
            throw;
        }
    }

    private async Task ReadRowsAsync(Table table, ProblemSpool problems, DuplicateFinder duplicates, CancellationToken ct)
    {
        var rows = table.Rows;
        var rules = new LineRules(terms, table.Header, table.Marks);
        var columns = KnownColumns(table.Header);
        var isRowItsText = table.Header.IsAllKnown;
        var line = new Line();
        while (await rows.ReadAsync(ct))
        {
            if (!rules.Read(rows, line))
            {
                continue;
            }

            Take(line, problems);
            duplicates.Add(HashOf(rows, columns, isRowItsText), line.Row, line.State == LineState.Warned);
            if (listeners.OnLine is { } onLine)
            {
                await onLine(line);
            }

            if ((totals.Lines & (QuoteListeners.ProgressEvery - 1)) == 0)
            {
                listeners.OnProgress?.Invoke(new QuoteProgress(totals.Lines, rows.BytesRead));
                StopOn(rules.Contradiction);
            }
        }

        StopOn(rules.Contradiction);
        StopOn(totals.Lines == 0 ? new TableProblem(TableProblemCode.NoRows, table.Header.Row) : null);
    }

    private void Take(Line line, ProblemSpool problems)
    {
        totals.Add(line);
        for (var i = 0; i < line.Problems.Count; i++)
        {
            problems.Add(line.Problems[i]);
        }

        if (line.Tariff is not { } choice)
        {
            return;
        }

        outsideDates += terms.Tariffs.Named is { } named && !named.Valid.Contains(line.PricedOn) ? 1 : 0;
        if (line.IsPriced && !ReferenceEquals(choice.Answer.Mci, lastAnswer.Mci) && !mciValues.Contains(choice.Answer.Mci!))
        {
            mciValues.Add(choice.Answer.Mci!);
        }

        if (!ReferenceEquals(choice.Answer.Methodology, lastAnswer.Methodology) && choice.Answer.Methodology is { } methodology && !methodologies.Contains(methodology))
        {
            methodologies.Add(methodology);
        }

        if (line.IsPriced)
        {
            lastAnswer = choice.Answer;
        }
    }

    private void Compare(DuplicateFinder finder, ProblemSpool problems)
    {
        foreach (var duplicate in finder.Find().Listed)
        {
            problems.Add(new RowProblem(duplicate.Row, ProblemCode.Duplicate, null, "", $"{duplicate.Twin}"));
            if (!duplicate.IsWarned)
            {
                totals.WarnAccepted();
            }
        }
    }

    private static RowHash HashOf(IRowSource rows, int[] columns, bool isRowItsText)
    {
        var hash = RowHash.Start;
        if (isRowItsText && rows.Raw is { IsEmpty: false } raw)
        {
            return hash.Add(raw);
        }

        foreach (var column in columns)
        {
            hash = hash.Add(rows.Field(column));
        }

        return hash;
    }

    private static int[] KnownColumns(TableHeader header) => [.. Enum.GetValues<Column>().Select(column => header[column]).Where(at => at >= 0)];

    private static void StopOn(TableProblem? problem)
    {
        if (problem is not null)
        {
            throw new UnreadableTableException(problem);
        }
    }
}
