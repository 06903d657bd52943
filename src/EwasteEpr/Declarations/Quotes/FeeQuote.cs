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
    private readonly Methodology? named;
    private Methodology? lastMethodology;
    private MciValue? lastMci;
    private long outsideDates;

    private FeeQuote(QuoteTerms terms, QuoteListeners listeners, string? tempFolder)
    {
        this.terms = terms;
        named = terms.Tariffs.Named;
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
            await using (var stage = new RowStage(terms, table, problems, duplicates, ct))
            {
                await ReadRowsAsync(stage, ct);
            }

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

    private async Task ReadRowsAsync(RowStage stage, CancellationToken ct)
    {
        while (true)
        {
            var heard = TakeBuffered(stage, out var next, ct);
            await heard;
            if (next is not { } row)
            {
                continue;
            }

            if (!await row)
            {
                break;
            }

            await TakeRow(stage);
        }

        StopOn(stage.Rules.Contradiction);
        StopOn(totals.Lines == 0 ? new TableProblem(TableProblemCode.NoRows, stage.Header.Row) : null);
    }

    /// <summary>All rows that are there without waiting, in one plain loop: most of a file goes through here.</summary>
    /// <param name="next">The row that has to be waited for; none when a listener has to be waited for first.</param>
    /// <returns>What the listener is doing.</returns>
    private ValueTask TakeBuffered(RowStage stage, out ValueTask<bool>? next, CancellationToken ct)
    {
        while (true)
        {
            var row = stage.Rows.ReadAsync(ct);
            if (!row.IsCompletedSuccessfully || !row.Result)
            {
                next = row.IsCompletedSuccessfully ? new ValueTask<bool>(false) : row;
                return ValueTask.CompletedTask;
            }

            var heard = TakeRow(stage);
            if (!heard.IsCompletedSuccessfully)
            {
                next = null;
                return heard;
            }
        }
    }

    private ValueTask TakeRow(RowStage stage)
    {
        var line = stage.Line;
        if (!stage.Rules.Read(stage.Rows, line))
        {
            return ValueTask.CompletedTask;
        }

        Take(line, stage.Problems);
        stage.Duplicates.Add(stage.HashOfRow(), line.Row, line.State == LineState.Warned);
        if ((totals.Lines & (QuoteListeners.ProgressEvery - 1)) == 0)
        {
            listeners.OnProgress?.Invoke(new QuoteProgress(totals.Lines, stage.Rows.BytesRead));
            StopOn(stage.Rules.Contradiction);
        }

        return listeners.OnLine is { } onLine ? onLine(line) : ValueTask.CompletedTask;
    }

    private void Take(Line line, ProblemSpool problems)
    {
        totals.Add(line);
        if (line.State != LineState.Accepted)
        {
            foreach (var problem in line.Problems)
            {
                problems.Add(problem);
            }
        }

        if (line.Tariff is { } choice)
        {
            outsideDates += named is not null && !named.Valid.Contains(line.PricedOn) ? 1 : 0;
            if (!ReferenceEquals(choice.Answer.Methodology, lastMethodology))
            {
                lastMethodology = choice.Answer.Methodology;
                AddOnce(methodologies, lastMethodology);
            }

            if (line.IsPriced && !ReferenceEquals(choice.Answer.Mci, lastMci))
            {
                lastMci = choice.Answer.Mci;
                AddOnce(mciValues, lastMci);
            }
        }
    }

    private static void AddOnce<T>(List<T> list, T? value)
        where T : class
    {
        if (value is not null && !list.Contains(value))
        {
            list.Add(value);
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

    private static void StopOn(TableProblem? problem)
    {
        if (problem is not null)
        {
            throw new UnreadableTableException(problem);
        }
    }
}
