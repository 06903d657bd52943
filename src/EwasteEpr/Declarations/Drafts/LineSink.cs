using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Where rows go.</summary>
/// <param name="DefaultDate">Stands for the date of a row that has none, where the declarant said so.</param>
internal sealed record SinkTarget(Guid DeclarationId, int Version, long Revision, DateOnly? PeriodFrom, DateOnly? PeriodUntil, short? UploadNo, DateOnly? DefaultDate)
{
    public static SinkTarget Of(Draft draft) => new(draft.DeclarationId, draft.Version, draft.Revision, draft.PeriodFrom, draft.PeriodUntil, null, null);
}

/// <summary>What a row keeps when it is written again under its number.</summary>
internal readonly record struct RowPlace(int LineNo, int? RowNo, short? UploadNo, int? CopiedLineNo, short CategoryChanges);

/// <summary>Rows that were read become lines or parked rows, with their problems, by binary COPY.</summary>
/// <remarks>
/// Lines go to the server as they are read. What belongs to other tables waits in memory, a few thousand rows at most,
/// because a connection runs one COPY at a time.
/// </remarks>
internal sealed class LineSink(NpgsqlConnection connection, SinkTarget target) : IAsyncDisposable
{
    private const int MostWaiting = 4096;
    private const int MostPackaging = 32 * 1024;

    // The trigger on lines looks at each statement's rows: so many of them stay in its memory.
    private const int LinesInOneCopy = 200_000;

    private readonly LineEncoding encoding = new(target);
    private readonly List<(RowPlace Place, string[] Fields)> parked = [];
    private readonly List<(RowPlace Place, StoredProblem Problem)> problems = [];
    private readonly List<(int LineNo, short ItemNo, PackagingItem Item)> packaging = [];
    private CopyStream? lines;
    private int inThisCopy;

    public int Accepted { get; private set; }

    public int Warned { get; private set; }

    public int Refused { get; private set; }

    /// <returns>Whether the row became a line.</returns>
    public async ValueTask<bool> AddAsync(Line line, RowPlace place, CancellationToken ct)
    {
        var date = line.ObligationDate ?? target.DefaultDate;
        var own = DraftRules.Check(line, date, target.PeriodFrom, target.PeriodUntil);
        var first = problems.Count;
        foreach (var problem in line.Problems)
        {
            // Duplicates are found over the whole draft, not over one file.
            if (problem.Code != ProblemCode.Duplicate)
            {
                AddProblem(first, place, StoredProblem.Of(problem));
            }
        }

        if (own is { } found)
        {
            AddProblem(first, place, found);
        }

        var isLine = line.State != LineState.Refused && own is null;
        if (isLine)
        {
            Accepted += problems.Count == first ? 1 : 0;
            Warned += problems.Count == first ? 0 : 1;
            lines ??= await CopyStream.BeginAsync(connection, "declaration_lines", LineEncoding.LineColumns, ct);
            encoding.Write(lines, line, place, date!.Value);
            for (short i = 0; i < line.Packaging.Count; i++)
            {
                packaging.Add((place.LineNo, (short)(i + 1), line.Packaging[i]));
            }

            await lines.FlushIfFullAsync(ct);
            inThisCopy++;
        }
        else
        {
            Refused++;
            parked.Add((place, FieldsOf(line)));
        }

        if (parked.Count >= MostWaiting || problems.Count >= MostWaiting || packaging.Count >= MostPackaging || inThisCopy >= LinesInOneCopy)
        {
            await SendAsync(ct);
        }

        return isLine;
    }

    /// <summary>Sends what waits. Nothing is visible before the transaction commits.</summary>
    public async Task SendAsync(CancellationToken ct)
    {
        if (lines is not null)
        {
            await lines.CompleteAsync(ct);
            lines = null;
            inThisCopy = 0;
        }

        await CopyAsync("declaration_packaging", LineEncoding.PackagingColumns, packaging, encoding.WritePackaging, ct);
        await CopyAsync("parked_rows", LineEncoding.ParkedColumns, parked, encoding.WriteParked, ct);
        await CopyAsync("row_problems", LineEncoding.ProblemColumns, problems, encoding.WriteProblem, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (lines is not null)
        {
            await lines.DisposeAsync();
        }
    }

    /// <summary>A row shows the same problem of the same value once.</summary>
    private void AddProblem(int first, RowPlace place, StoredProblem problem)
    {
        for (var i = first; i < problems.Count; i++)
        {
            var (code, column, value) = (problems[i].Problem.Code, problems[i].Problem.Column, problems[i].Problem.Value);
            if (code == problem.Code && column == problem.Column && value == problem.Value)
            {
                return;
            }
        }

        problems.Add((place, problem with { Value = problem.Value.Replace('\0', ' ') }));
    }

    /// <summary>Whole texts, so that a parked row can be put right without the file.</summary>
    private string[] FieldsOf(Line line)
    {
        var fields = new string[Columns.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Encoding.UTF8.GetString(line.Field((Column)i)).Replace('\0', ' ');
        }

        if (fields[(int)Column.ObligationDate].Length == 0 && target.DefaultDate is { } day)
        {
            fields[(int)Column.ObligationDate] = DraftRules.Text(day);
        }

        return fields;
    }

    private async Task CopyAsync<T>(string table, string[] columns, List<T> rows, Action<CopyStream, T> write, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var copy = await CopyStream.BeginAsync(connection, table, columns, ct);
        foreach (var row in rows)
        {
            write(copy, row);
            await copy.FlushIfFullAsync(ct);
        }

        await copy.CompleteAsync(ct);
        rows.Clear();
    }
}
