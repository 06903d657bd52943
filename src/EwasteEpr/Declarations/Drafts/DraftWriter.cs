using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Writes rows of a draft again: a form, a fix for many rows, its undoing and a new price all end here.</summary>
#pragma warning disable CA1001 // The rows that it owns are texts in memory: there is nothing to dispose of.
internal sealed class DraftWriter(DbTransaction transaction, Draft draft, TariffSnapshot tariffs)
#pragma warning restore CA1001
{
    private readonly QuoteTerms terms = DraftTerms.Of(tariffs, draft.Today);
    private readonly Dictionary<DecimalMarks, LineRules> rules = [];
    private readonly FieldRows row = new();
    private readonly Line line = new();

    private const string RemoveSql = """
        delete from declaration_packaging where declaration_id = @declaration and version = @version and line_no = any(@lineNos);
        delete from declaration_lines where declaration_id = @declaration and version = @version and line_no = any(@lineNos);
        delete from parked_rows where declaration_id = @declaration and version = @version and line_no = any(@lineNos);
        delete from row_problems where declaration_id = @declaration and version = @version and line_no = any(@lineNos)
        """;

    // Lines priced under one state of the tariff keep its name; a mixture has none and is priced again before submission.
    private const string StampSql = """
        update declaration_versions
           set price_stamp = case when lines = 0 and parked_rows = 0 or price_stamp = @stamp then @stamp end
         where declaration_id = @declaration and version = @version
        """;

    private const string NextLineSql = """
        update declaration_versions set next_line_no = next_line_no + 1
         where declaration_id = @declaration and version = @version
        returning next_line_no - 1
        """;

    private object Key => new { declaration = draft.DeclarationId, version = draft.Version };

    /// <summary>Reads and judges the fields without storing them.</summary>
    /// <returns>The problems, errors first; none at all when the fields are empty.</returns>
    public IReadOnlyList<LineProblem>? Judge(LineFields fields, int lineNo, DecimalMarks marks)
    {
        if (!Read(fields, lineNo, marks))
        {
            return null;
        }

        var problems = line.Problems.Where(problem => problem.Code != ProblemCode.Duplicate).Select(StoredProblem.Of).ToList();
        if (DraftRules.Check(line, line.ObligationDate, draft.PeriodFrom, draft.PeriodUntil) is { } own)
        {
            problems.Add(own);
        }

        return [.. problems.OrderByDescending(problem => problem.IsError)
            .Select(problem => new LineProblem(lineNo, null, problem.Code, problem.Column, problem.IsError, problem.Value, problem.Detail, problem.Detail2, null))];
    }

    public Task<int> NextLineNoAsync(CancellationToken ct) => transaction.QuerySingleAsync<int>(NextLineSql, Key, ct);

    public Task KeepReasonsAsync(CancellationToken ct) => DraftRefresh.KeepReasonsAsync(transaction, draft.DeclarationId, draft.Version, ct);

    public Task RemoveAsync(int[] lineNos, CancellationToken ct) =>
        transaction.ExecuteAsync(RemoveSql, new { declaration = draft.DeclarationId, version = draft.Version, lineNos }, ct);

    /// <summary>Puts rows in the place of those with the same numbers. Call <see cref="FinishAsync"/> when all are written.</summary>
    /// <returns>How many are lines now.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<RowToWrite> rows, CancellationToken ct)
    {
        await RemoveAsync([.. rows.Select(written => written.Place.LineNo)], ct);
        var right = 0;
        await using var sink = new LineSink(transaction.Connection, SinkTarget.Of(draft));
        foreach (var written in rows)
        {
            if (!Read(written.Fields, written.Place.RowNo ?? written.Place.LineNo, written.Marks))
            {
                throw new InvalidOperationException("An empty row is removed, not written.");
            }

            var category = line.Tariff is { } choice && choice.Category != EquipmentCategory.None ? EquipmentCategories.Code(choice.Category) : null;
            var isChanged = written.OldCategory is not null && category is not null && category != written.OldCategory;
            var place = isChanged ? written.Place with { CategoryChanges = (short)Math.Min(written.Place.CategoryChanges + 1, short.MaxValue) } : written.Place;
            right += await sink.AddAsync(line, place, ct) ? 1 : 0;
        }

        await sink.SendAsync(ct);
        return right;
    }

    public async Task FinishAsync(CancellationToken ct)
    {
        await transaction.ExecuteAsync(StampSql, new { declaration = draft.DeclarationId, version = draft.Version, stamp = DraftTerms.Stamp(tariffs, draft.Today) }, ct);
        await DraftRefresh.RunAsync(transaction, draft.DeclarationId, draft.Version, ct);
    }

    private bool Read(LineFields fields, int rowNo, DecimalMarks marks)
    {
        if (!rules.TryGetValue(marks, out var reader))
        {
            rules[marks] = reader = new LineRules(terms, TableHeader.Standard, marks);
        }

        row.Set(fields, rowNo);
        return reader.Read(row, line);
    }
}

/// <param name="OldCategory">The category that the line had, to count how often it changes; none for a new or parked row.</param>
internal sealed record RowToWrite(RowPlace Place, LineFields Fields, DecimalMarks Marks, string? OldCategory);
