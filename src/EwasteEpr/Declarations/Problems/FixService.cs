using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Problems;

/// <summary>"Apply the same to all rows like this": one new value for every row with the same problem of the same value; and taking it back.</summary>
public sealed class FixService(Db db, TariffService tariffs)
{
    private const int RowsAtOnce = 5_000;

    private const string NextSql = """
        select distinct line_no
          from row_problems
         where declaration_id = @declaration and version = @version and code = @code and column_name = @problemColumn and value = @value and line_no > @after
         order by line_no
         limit @limit
        """;

    private const string RecordSql = """
        insert into row_fixes (fix_id, declaration_id, version, revision, code, column_name, value, new_value, rows, made_by)
        values (@fixId, @declaration, @version, @revision, @code, @column, @value, @newValue, 0, @person)
        """;

    private const string RememberSql = """
        insert into row_fix_rows (fix_id, line_no, fields)
        select @fixId, line_no, string_to_array(fields, e'\x1f')
          from unnest(@lineNos::int[], @fields::text[]) as was (line_no, fields)
        """;

    private const string CountSql = """
        with counted as (update row_fixes set rows = @rows where fix_id = @fixId returning declaration_id, version)
        insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id, detail)
        select declaration_id, version, 'FixApplied', @person, @onBehalfOf, jsonb_build_object('fix_id', @fixId, 'rows', @rows) from counted
        """;

    /// <param name="selection">A group and one of its values.</param>
    /// <param name="newValue">For the column of the problem, as a person would type it; empty clears it.</param>
    /// <param name="column">Another column to change, for a problem that two columns make (a unit weight is put right by units or by mass).</param>
    public async Task<FixOutcome> ApplyAsync(DeclarationKey key, ProblemSelection selection, string newValue, Actor actor, CancellationToken ct, Column? column = null)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(actor);
        if (selection.Value is null || (column ?? (Columns.TryParse(selection.Column, out var named) ? named : null)) is not { } target)
        {
            return new FixOutcome.NothingToFix();
        }

        var snapshot = await tariffs.CurrentAsync(ct);
        return await DraftChange.RunAsync<FixOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) =>
            {
                var fix = new
                {
                    fixId = Guid.CreateVersion7(), declaration = draft.DeclarationId, version = draft.Version, revision = draft.Revision, code = selection.Code,
                    column = Columns.Code(target), value = selection.Value, newValue = newValue ?? "", person = actor.UserId,
                };
                await transaction.ExecuteAsync(RecordSql, fix, ct);
                var writer = new DraftWriter(transaction, draft, snapshot);
                await writer.KeepReasonsAsync(ct);
                var (changed, right) = (0, 0);
                for (var after = 0; ;)
                {
                    var lineNos = await transaction.QueryAsync<int>(
                        NextSql,
                        new { fix.declaration, fix.version, fix.code, problemColumn = selection.Column, fix.value, after, limit = RowsAtOnce },
                        ct);
                    if (lineNos.Count == 0)
                    {
                        break;
                    }

                    var rows = (await StoredRows.ReadAsync(transaction, draft.DeclarationId, draft.Version, [.. lineNos], ct))
                        .Where(row => !row.ToFields().With(target, fix.newValue).IsEmpty) // a row is removed by removing it, not by emptying its last field
                        .ToList();
                    await RememberAsync(transaction, fix.fixId, rows, ct);
                    right += await writer.WriteAsync([.. rows.Select(row => new RowToWrite(row.Place, row.ToFields().With(target, fix.newValue), row.Marks, row.Category))], ct);
                    changed += rows.Count;
                    after = lineNos[^1];
                }

                if (changed == 0)
                {
                    return (new FixOutcome.NothingToFix(), false);
                }

                await transaction.ExecuteAsync(CountSql, new { fix.fixId, rows = changed, fix.person, onBehalfOf = actor.OnBehalfOfId }, ct);
                await writer.FinishAsync(ct);
                return (new FixOutcome.Applied(fix.fixId, changed, right, changed - right), true);
            },
            Refused,
            ct);
    }

    private const string UndoSql = """
        update row_fixes
           set undone_at = app.now(), undone_by = @person
         where fix_id = @fixId and declaration_id = @declaration and version = @version and undone_at is null
        returning revision
        """;

    private const string OldRowsSql = """
        select line_no, fields
          from row_fix_rows
         where fix_id = @fixId and line_no > @after
         order by line_no
         limit @limit
        """;

    private const string UndoneEventSql = """
        insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id, detail)
        values (@declaration, @version, 'FixUndone', @person, @onBehalfOf, jsonb_build_object('fix_id', @fixId, 'rows', @restored))
        """;

    /// <summary>Gives the rows their old values back, until the version is submitted. Rows that were changed since stay as they are.</summary>
    public async Task<FixOutcome> UndoAsync(DeclarationKey key, Guid fixId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var snapshot = await tariffs.CurrentAsync(ct);
        return await DraftChange.RunAsync<FixOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) =>
            {
                var parameters = new { fixId, declaration = draft.DeclarationId, version = draft.Version, person = actor.UserId };
                if (await transaction.QueryAsync<long>(UndoSql, parameters, ct) is not [var fixRevision])
                {
                    return (new FixOutcome.NotUndoable(), false);
                }

                var writer = new DraftWriter(transaction, draft, snapshot);
                await writer.KeepReasonsAsync(ct);
                var (restored, leftAlone) = (0, 0);
                for (var after = 0; ;)
                {
                    var old = await transaction.QueryAsync<OldRow>(OldRowsSql, new { fixId, after, limit = RowsAtOnce }, ct);
                    if (old.Count == 0)
                    {
                        break;
                    }

                    var now = (await StoredRows.ReadAsync(transaction, draft.DeclarationId, draft.Version, [.. old.Select(row => row.LineNo)], ct))
                        .Where(row => row.ChangedRevision == fixRevision)
                        .ToDictionary(row => row.LineNo);
                    await writer.WriteAsync(
                        [.. old.Where(row => now.ContainsKey(row.LineNo)).Select(row => new RowToWrite(now[row.LineNo].Place, new LineFields(row.Fields), now[row.LineNo].Marks, null))],
                        ct);
                    restored += now.Count;
                    leftAlone += old.Count - now.Count;
                    after = old[^1].LineNo;
                }

                await writer.FinishAsync(ct);
                await transaction.ExecuteAsync(UndoneEventSql, new { parameters.fixId, parameters.declaration, parameters.version, parameters.person, onBehalfOf = actor.OnBehalfOfId, restored }, ct);
                return (new FixOutcome.Undone(restored, leftAlone), true);
            },
            Refused,
            ct);
    }

    private static Task<int> RememberAsync(DbTransaction transaction, Guid fixId, List<StoredRow> rows, CancellationToken ct) => transaction.ExecuteAsync(
        RememberSql,
        new { fixId, lineNos = rows.Select(row => row.LineNo).ToArray(), fields = rows.Select(row => string.Join('\u001F', row.Fields.Select(field => field.Replace('\u001F', ' ')))).ToArray() },
        ct);

    private static FixOutcome Refused(DraftRefusal refusal) => refusal switch
    {
        DraftRefusal.Busy busy => new FixOutcome.Busy(busy.UploadId),
        DraftRefusal.NoDraft none => new FixOutcome.NoDraft(none.State),
        _ => new FixOutcome.NotFound(),
    };

    private sealed record OldRow(int LineNo, string[] Fields);
}
