using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Lines of a draft, one at a time: added, changed and removed by hand.</summary>
public sealed class DraftLines(Db db, TariffService tariffs)
{
    /// <summary>Stores a line if it has no errors; else says what is wrong and stores nothing.</summary>
    public Task<LineOutcome> AddAsync(DeclarationKey key, LineFields fields, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return ChangeAsync(
            key,
            actor,
            async (transaction, draft, writer) =>
            {
                if (Refusal(writer, fields, default) is { } refused)
                {
                    return refused;
                }

                var lineNo = await writer.NextLineNoAsync(ct);
                await writer.KeepReasonsAsync(ct);
                await writer.WriteAsync([new RowToWrite(new RowPlace(lineNo, null, null, null, 0), fields, default, null)], ct);
                await writer.FinishAsync(ct);
                return new LineOutcome.Saved(lineNo, draft.Revision, await WarningsAsync(transaction, draft, lineNo, ct));
            },
            ct);
    }

    /// <summary>Writes a line or a parked row again, if it is still as it was shown.</summary>
    /// <param name="shownRevision">The <c>ChangedRevision</c> that the form was made from.</param>
    public Task<LineOutcome> ChangeAsync(DeclarationKey key, int lineNo, LineFields fields, long shownRevision, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return ChangeAsync(
            key,
            actor,
            async (transaction, draft, writer) =>
            {
                var (row, refusal) = await FindAsync(transaction, draft, lineNo, shownRevision, ct);
                if (row is null)
                {
                    return refusal!;
                }

                if (Refusal(writer, fields, row.Marks) is { } refused)
                {
                    return refused;
                }

                await writer.KeepReasonsAsync(ct);
                await writer.WriteAsync([new RowToWrite(row.Place, fields, row.Marks, row.Category)], ct);
                await writer.FinishAsync(ct);
                return new LineOutcome.Saved(lineNo, draft.Revision, await WarningsAsync(transaction, draft, lineNo, ct));
            },
            ct);
    }

    /// <summary>Takes a line or a parked row out of the draft, if it is still as it was shown.</summary>
    public Task<LineOutcome> RemoveAsync(DeclarationKey key, int lineNo, long shownRevision, Actor actor, CancellationToken ct) =>
        ChangeAsync(
            key,
            actor,
            async (transaction, draft, writer) =>
            {
                var (row, refusal) = await FindAsync(transaction, draft, lineNo, shownRevision, ct);
                if (row is null)
                {
                    return refusal!;
                }

                await writer.KeepReasonsAsync(ct);
                await writer.RemoveAsync([lineNo], ct);
                await writer.FinishAsync(ct);
                return new LineOutcome.Removed(draft.Revision);
            },
            ct,
            allowExport: true);

    private const string PackagingSql = """
        update declaration_versions set packaging_document_no = nullif(@documentNo, '')
         where declaration_id = @declaration and version = @version
        """;

    /// <summary>The packaging of all lines is declared elsewhere, under this document; empty takes it back.</summary>
    /// <exception cref="ArgumentException">Longer than 100 characters: the form says so first.</exception>
    public Task<LineOutcome> SetPackagingDocumentAsync(DeclarationKey key, string documentNo, Actor actor, CancellationToken ct)
    {
        var text = documentNo?.Trim() ?? "";
        return text.Length > DeclarationService.MostDocumentCharacters
            ? throw new ArgumentException("A document's number has at most 100 characters.", nameof(documentNo))
            : ChangeAsync(
                key,
                actor,
                async (transaction, draft, _) =>
                {
                    await transaction.ExecuteAsync(PackagingSql, new { declaration = draft.DeclarationId, version = draft.Version, documentNo = text }, ct);
                    return new LineOutcome.Saved(0, draft.Revision, []);
                },
                ct);
    }

    private async Task<LineOutcome> ChangeAsync(
        DeclarationKey key, Actor actor, Func<DbTransaction, Draft, DraftWriter, Task<LineOutcome>> change, CancellationToken ct, bool allowExport = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var snapshot = await tariffs.CurrentAsync(ct);
        return await DraftChange.RunAsync<LineOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) => draft.Kind is DeclarationKind.Nil || (draft.Kind == DeclarationKind.ExportAdjustment && !allowExport)
                ? (new LineOutcome.WrongKind(draft.Kind), false)
                : await change(transaction, draft, new DraftWriter(transaction, draft, snapshot)) is var outcome && outcome is LineOutcome.Saved or LineOutcome.Removed
                    ? (outcome, true)
                    : (outcome, false),
            refusal => refusal switch
            {
                DraftRefusal.Busy busy => new LineOutcome.Busy(busy.UploadId),
                DraftRefusal.NoDraft none => new LineOutcome.NoDraft(none.State),
                _ => new LineOutcome.NotFound(),
            },
            ct);
    }

    private static LineOutcome.Refused? Refusal(DraftWriter writer, LineFields fields, DecimalMarks marks) => writer.Judge(fields, 1, marks) switch
    {
        null => new LineOutcome.Refused([new LineProblem(0, null, "CODE-01", "hs_code", IsError: true, "", "", "", null)]),
        { Count: > 0 } problems when problems[0].IsError => new LineOutcome.Refused(problems),
        _ => null,
    };

    private static async Task<(StoredRow? Row, LineOutcome? Refusal)> FindAsync(DbTransaction transaction, Draft draft, int lineNo, long shownRevision, CancellationToken ct)
    {
        var rows = await StoredRows.ReadAsync(transaction, draft.DeclarationId, draft.Version, [lineNo], ct);
        return rows.Count == 0 ? (null, new LineOutcome.NoSuchLine())
            : rows[0].ChangedRevision != shownRevision ? (null, new LineOutcome.Stale(rows[0].ToFields(), rows[0].ChangedRevision))
            : (rows[0], null);
    }

    private static Task<IReadOnlyList<LineProblem>> WarningsAsync(DbTransaction transaction, Draft draft, int lineNo, CancellationToken ct) =>
        transaction.QueryAsync<LineProblem>(LineQueries.ProblemsOfLineSql, new { organisation = draft.OrganisationId, number = draft.Number, version = draft.Version, lineNo }, ct);
}
