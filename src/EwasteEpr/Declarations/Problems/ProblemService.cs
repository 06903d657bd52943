using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Problems;

/// <summary>What is wrong in a version, grouped so that it can be put right at once.</summary>
public sealed class ProblemService(Db db)
{
    public const int MostReasonCharacters = 1000;

    private const string CountsSql = """
        select v.lines + v.parked_rows as rows, v.parked_rows as refused,
               (select count(distinct p.line_no) from row_problems p
                 where p.declaration_id = v.declaration_id and p.version = v.version and p.severity = 'Warning' and p.line_no > 0
                   and not exists (select from parked_rows r where r.declaration_id = p.declaration_id and r.version = p.version and r.line_no = p.line_no))::int as warned
          from declarations d
          join declaration_versions v using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and v.version = @version
        """;

    private const string GroupsSql = """
        select p.code, p.column_name as "column", p.severity = 'Error' as is_error, count(distinct p.line_no)::int as rows, count(distinct p.value)::int as values,
               count(*) filter (where p.severity = 'Warning' and p.reason is null)::int as unreasoned
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version
         group by p.code, p.column_name, p.severity
         order by p.severity, count(*) desc, p.code, p.column_name
         limit 500
        """;

    private const string FixesSql = """
        select f.fix_id, f.code, f.column_name as "column", f.value, f.new_value, f.rows, f.made_at, f.undone_at
          from declarations d
          join row_fixes f using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and f.version = @version
         order by f.fix_id desc
         limit 200
        """;

    /// <summary>None when there is no such version.</summary>
    public async Task<ProblemSummary?> SummaryAsync(DeclarationKey key, int version, CancellationToken ct)
    {
        var parameters = new { organisation = key.Organisation, number = key.Number, version };
        if (await db.QuerySingleOrDefaultAsync<CountsRow>(CountsSql, parameters, ct) is not { } counts)
        {
            return null;
        }

        return new ProblemSummary(
            counts.Rows,
            counts.Rows - counts.Refused - counts.Warned,
            counts.Warned,
            counts.Refused,
            await db.QueryAsync<ProblemGroup>(GroupsSql, parameters, ct),
            await db.QueryAsync<AppliedFix>(FixesSql, parameters, ct));
    }

    private const string ValuesSql = """
        select p.value, min(p.detail) as detail, min(p.detail2) as detail2, count(distinct p.line_no)::int as rows,
               count(*) filter (where p.severity = 'Warning' and p.reason is null)::int as unreasoned, coalesce(min(p.row_no), min(p.line_no)) as first_row_no
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version and p.code = @code and p.column_name = @column
         group by p.value
         order by count(*) desc, p.value
         limit 200
        """;

    /// <summary>The values of a group, the most frequent first; 200 at most.</summary>
    public Task<IReadOnlyList<ProblemValue>> ValuesAsync(DeclarationKey key, int version, string code, string column, CancellationToken ct) =>
        db.QueryAsync<ProblemValue>(ValuesSql, new { organisation = key.Organisation, number = key.Number, version, code, column }, ct);

    private const string RowsSql = """
        select distinct on (p.line_no) p.line_no, p.row_no, p.value, p.detail, p.detail2, p.reason, d.declaration_id
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version and p.code = @code and p.column_name = @column
           and (@value::text is null or p.value = @value) and p.line_no > @after
         order by p.line_no, p.value
         limit @limit
        """;

    /// <summary>The rows of a group with their fields, in the order of their numbers. A problem of the whole declaration has no row.</summary>
    public async Task<Page<ProblemRow, int>> RowsAsync(DeclarationKey key, int version, ProblemSelection selection, int after, int pageSize, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var size = PageSizes.Of(pageSize);
        return await db.InTransactionAsync(
            async transaction =>
            {
                var found = await transaction.QueryAsync<FoundRow>(
                    RowsSql,
                    new { organisation = key.Organisation, number = key.Number, version, code = selection.Code, column = selection.Column, value = selection.Value, after, limit = size + 1 },
                    ct);
                var page = PageSizes.Cut(found, size, row => row.LineNo);
                var stored = page.Rows.Count == 0
                    ? []
                    : (await StoredRows.ReadAsync(transaction, page.Rows[0].DeclarationId, version, [.. page.Rows.Select(row => row.LineNo)], ct)).ToDictionary(row => row.LineNo);
                return new Page<ProblemRow, int>([.. page.Rows.Where(row => stored.ContainsKey(row.LineNo)).Select(row => row.With(stored[row.LineNo]))], page.Next);
            },
            ct);
    }

    private const string ReasonSql = """
        with reasoned as (
            update row_problems
               set reason = @reason, reason_by = @person, reason_at = app.now()
             where declaration_id = @declaration and version = @version and code = @code and column_name = @column and severity = 'Warning'
               and (@value::text is null or value = @value) and (@lineNo::int is null or line_no = @lineNo)
            returning line_no
        )
        select count(*)::int from reasoned
        """;

    /// <summary>Gives the warnings of a group a reason, or those of one value, or one row's.</summary>
    public async Task<ReasonOutcome> GiveReasonAsync(DeclarationKey key, ProblemSelection selection, int? lineNo, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(actor);
        var text = reason?.Trim() ?? "";
        if (text.Length is 0 or > MostReasonCharacters)
        {
            return new ReasonOutcome.NotAReason();
        }

        return await DraftChange.RunAsync<ReasonOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) =>
            {
                var rows = await transaction.QuerySingleAsync<int>(
                    ReasonSql,
                    new { declaration = draft.DeclarationId, version = draft.Version, code = selection.Code, column = selection.Column, value = selection.Value, lineNo, reason = text, person = actor.UserId },
                    ct);
                await DraftRefresh.CountWarningsAsync(transaction, draft.DeclarationId, draft.Version, ct);
                return (new ReasonOutcome.Given(rows), rows > 0);
            },
            refusal => refusal switch
            {
                DraftRefusal.Busy busy => new ReasonOutcome.Busy(busy.UploadId),
                DraftRefusal.NoDraft none => new ReasonOutcome.NoDraft(none.State),
                _ => new ReasonOutcome.NotFound(),
            },
            ct);
    }

    /// <summary>Several at once, all or none: a warning that is not there makes the whole request wrong.</summary>
    public async Task<ReasonOutcome> GiveReasonsAsync(DeclarationKey key, IReadOnlyList<WarningReason> reasons, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        ArgumentNullException.ThrowIfNull(actor);
        if (reasons.Any(reason => reason.Reason.Trim().Length is 0 or > MostReasonCharacters))
        {
            return new ReasonOutcome.NotAReason();
        }

        return await DraftChange.RunAsync<ReasonOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) =>
            {
                var all = 0;
                foreach (var (selection, lineNo, reason) in reasons)
                {
                    var rows = await transaction.QuerySingleAsync<int>(
                        ReasonSql,
                        new { declaration = draft.DeclarationId, version = draft.Version, code = selection.Code, column = selection.Column, value = selection.Value, lineNo, reason = reason.Trim(), person = actor.UserId },
                        ct);
                    if (rows == 0)
                    {
                        return (new ReasonOutcome.NoSuchWarning(selection.Code, selection.Column), false);
                    }

                    all += rows;
                }

                await DraftRefresh.CountWarningsAsync(transaction, draft.DeclarationId, draft.Version, ct);
                return (new ReasonOutcome.Given(all), all > 0);
            },
            refusal => refusal switch
            {
                DraftRefusal.Busy busy => new ReasonOutcome.Busy(busy.UploadId),
                DraftRefusal.NoDraft none => new ReasonOutcome.NoDraft(none.State),
                _ => new ReasonOutcome.NotFound(),
            },
            ct);
    }

    private sealed record CountsRow(int Rows, int Refused, int Warned);

    private sealed record FoundRow(int LineNo, int? RowNo, string Value, string Detail, string Detail2, string? Reason, Guid DeclarationId)
    {
        public ProblemRow With(StoredRow row) => new(LineNo, RowNo, row.ChangedRevision, Value, Detail, Detail2, Reason, row.ToFields());
    }
}
