using System.Diagnostics;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>One file, one transaction.</summary>
internal sealed class ImportRun(Db db, DbTransaction transaction, ClaimedUpload upload, TariffSnapshot snapshot)
{
    private const int RowsBetweenLooks = 2048;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch sinceReport = Stopwatch.StartNew();
    private int rows;

    public async Task<bool> RunAsync(CancellationToken ct)
    {
        var draft = await StartAsync(ct);
        await using var table = await OpenAsync(ct);
        var rules = new LineRules(DraftTerms.Of(snapshot, draft.Today, upload.ObligationDate), table.Header, table.Marks);
        var target = new SinkTarget(upload.DeclarationId, upload.Version, draft.Revision, draft.PeriodFrom, draft.PeriodUntil, upload.UploadNo, upload.ObligationDate);
        await using var sink = new LineSink(transaction.Connection, target);
        var line = new Line();
        while (await table.Rows.ReadAsync(ct))
        {
            if (!rules.Read(table.Rows, line))
            {
                continue; // an empty row of a spreadsheet
            }

            if (rules.Contradiction is { } contradiction)
            {
                throw new UnreadableTableException(contradiction);
            }

            await sink.AddAsync(line, new RowPlace(draft.FirstLineNo + rows, line.Row, upload.UploadNo, null, 0), ct);
            if (++rows % RowsBetweenLooks == 0 && sinceReport.Elapsed > BetweenReports)
            {
                await ReportAsync(sink, table.Rows.BytesRead, ct);
            }
        }

        if (rows == 0)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.NoRows));
        }

        await sink.SendAsync(ct);
        await ReportAsync(sink, table.Rows.BytesRead, ct); // a full lease for what follows
        await FinishAsync(draft, table, sink, ct);
        return true;
    }

    private const string StartSql = """
        select d.declaration_id, d.period_from, d.period_until, d.draft_revision + 1 as revision, v.next_line_no as first_line_no, app.today() as today,
               v.lines > 0 or v.parked_rows > 0 as has_rows, v.price_stamp
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.draft_version
         where d.declaration_id = @DeclarationId and d.draft_version = @Version and d.busy_upload_id = @UploadId
        """;

    private const string ClearSql = """
        delete from declaration_packaging where declaration_id = @DeclarationId and version = @Version;
        delete from declaration_lines where declaration_id = @DeclarationId and version = @Version;
        delete from parked_rows where declaration_id = @DeclarationId and version = @Version;
        delete from row_problems where declaration_id = @DeclarationId and version = @Version;
        update uploads set state = 'Replaced' where declaration_id = @DeclarationId and version = @Version and state = 'Done'
        """;

    private async Task<StartRow> StartAsync(CancellationToken ct)
    {
        var start = await transaction.QuerySingleOrDefaultAsync<StartRow>(StartSql, upload, ct) ?? throw new LeaseLostException();
        if (upload.Mode == UploadMode.Add || !start.HasRows)
        {
            return start;
        }

        // A reason given for a warning stays when the corrected file brings the same warning on the same row.
        await DraftRefresh.KeepReasonsAsync(transaction, upload.DeclarationId, upload.Version, ct);
        await transaction.ExecuteAsync(ClearSql, upload, DraftRefresh.LongestStatement, ct);
        return start with { FirstLineNo = 1, PriceStamp = null, HasRows = false };
    }

    private async Task<Table> OpenAsync(CancellationToken ct)
    {
        if (upload.Kind == UploadKind.Copy)
        {
            return Table.OfLines(await CopiedRows.OpenAsync(db, upload.CopiedDeclarationId!.Value, upload.CopiedVersion!.Value, ct));
        }

        return await Table.OpenAsync(await ChunkStore.OpenAsync(db, upload.UploadId, ct), await upload.HintsAsync(db, ct), ct);
    }

    private const string ReportSql = """
        update uploads
           set rows_read = @rows, bytes_read = @bytes, accepted = @Accepted, warned = @Warned, refused = @Refused, lease_until = app.now() + interval '60 seconds'
         where upload_id = @UploadId and lease_token = @Token and state = 'Processing'
        """;

    /// <summary>On a connection of its own, so that it is seen; our transaction has not touched that row yet.</summary>
    private async Task ReportAsync(LineSink sink, long bytes, CancellationToken ct)
    {
        var parameters = new { rows, bytes, sink.Accepted, sink.Warned, sink.Refused, upload.UploadId, upload.Token };
        if (await db.ExecuteAsync(ReportSql, parameters, ct) == 0)
        {
            throw new LeaseLostException();
        }

        sinceReport.Restart();
    }

    private const string VersionSql = """
        update declaration_versions
           set next_line_no = @next, price_stamp = case when @isFirst or price_stamp = @stamp then @stamp end
         where declaration_id = @DeclarationId and version = @Version
        """;

    private const string DoneSql = """
        with done as (
            update uploads
               set state = 'Done', rows_read = @rows, bytes_read = greatest(@bytes, size_bytes), accepted = @accepted, warned = @warned, refused = @refused,
                   first_line_no = @first, taken_revision = @revision, header_row = @headerRow, header = @header, separator = @separator, encoding = @encoding, decimal_mark = @mark,
                   lease_token = null, lease_until = null, last_error = null, finished_at = app.now()
             where upload_id = @UploadId and lease_token = @Token and state = 'Processing'
            returning upload_id, declaration_id, version, kind, created_by, actor
        ), freed as (
            update declarations d
               set busy_upload_id = null, draft_revision = draft_revision + 1, updated_at = app.now(), updated_by = done.created_by
              from done
             where d.declaration_id = done.declaration_id and d.busy_upload_id = done.upload_id and d.draft_revision + 1 = @revision
            returning d.declaration_id
        ), event as (
            insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id, detail)
            select done.declaration_id, done.version, case kind when 'Copy' then 'LinesCopied' else 'FileTaken' end, created_by, (actor ->> 'on_behalf_of_id')::uuid,
                   jsonb_build_object('upload_id', upload_id, 'rows', @rows, 'accepted', @accepted, 'warned', @warned, 'refused', @refused)
              from done join freed using (declaration_id)
        )
        select audit.write(done.actor, 'upload.taken', 'upload', done.upload_id::text, jsonb_build_object('rows', @rows, 'refused', @refused))
          from done join freed using (declaration_id)
        """;

    private async Task FinishAsync(StartRow draft, Table table, LineSink sink, CancellationToken ct)
    {
        var stamp = DraftTerms.Stamp(snapshot, draft.Today);
        await transaction.ExecuteAsync(VersionSql, new { upload.DeclarationId, upload.Version, next = draft.FirstLineNo + rows, isFirst = !draft.HasRows, stamp }, ct);
        await DraftRefresh.RunAsync(transaction, upload.DeclarationId, upload.Version, ct);
        var text = table.Rows as SeparatedRows;
        var done = await transaction.QueryAsync<Guid>(
            DoneSql,
            new
            {
                upload.UploadId,
                upload.Token,
                rows,
                bytes = table.Rows.BytesRead,
                accepted = sink.Accepted,
                warned = sink.Warned,
                refused = sink.Refused,
                first = draft.FirstLineNo,
                headerRow = table.Header.Row,
                header = table.Header.Names.Select(name => name.Replace('\0', ' ')).ToArray(),
                separator = text?.Separator.ToString(),
                encoding = text?.Encoding.ToString(),
                mark = table.Marks.Mass.ToString(),
                revision = draft.Revision,
            },
            ct);
        if (done.Count == 0)
        {
            throw new LeaseLostException();
        }
    }

    private sealed record StartRow(
        Guid DeclarationId, DateOnly? PeriodFrom, DateOnly? PeriodUntil, long Revision, int FirstLineNo, DateOnly Today, bool HasRows, string? PriceStamp);
}

internal sealed class LeaseLostException() : Exception("The file was cancelled, or another node has taken it over.");
