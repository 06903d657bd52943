using System.Diagnostics;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>The job that takes files in: one transaction a file, so that nothing half is ever seen.</summary>
/// <remarks>
/// Killed at any point, the lease runs out and the next sweep, on any node, begins the file again from what is stored.
/// A file that fails three times for a reason that is not its own is given up and says so.
/// </remarks>
public sealed class ImportUploads(Db db, TariffService tariffs)
{
    private const int MostAttempts = 3;
    private const int RowsBetweenLooks = 2048;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    // A lease that has run out belongs to nobody: whoever held it is dead, or finds out when it wants to commit.
    private const string ClaimSql = """
        with next as (
            select upload_id
              from uploads
             where (state = 'Queued' or (state = 'Processing' and lease_until < app.now()))
               and (@only::uuid is null or upload_id = @only)
             order by upload_id
             limit 1
               for update skip locked
        )
        update uploads u
           set state = 'Processing', attempts = attempts + 1, lease_token = @token, lease_until = app.now() + interval '60 seconds',
               started_at = app.now(), rows_read = 0, bytes_read = 0, accepted = 0, warned = 0, refused = 0
          from next
         where u.upload_id = next.upload_id
        returning u.upload_id, u.declaration_id, u.version, u.organisation_id, u.upload_no, u.kind, u.mode, u.told_encoding, u.obligation_date,
                  u.copied_declaration_id, u.copied_version, u.attempts, u.lease_token as token
        """;

    /// <summary>Takes in what waits until nothing does. Two sweeps at once share the work.</summary>
    /// <returns>How many files were brought to an end.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var done = 0;
        while (await RunAsync(null, ct))
        {
            done++;
        }

        return done;
    }

    /// <summary>Takes in one file now, if nobody else has begun: for small ones, so that the next page already shows the result.</summary>
    /// <returns>Whether it was this call that did it.</returns>
    public Task<bool> RunOneAsync(Guid uploadId, CancellationToken ct) => RunAsync(uploadId, ct);

    private async Task<bool> RunAsync(Guid? only, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<ClaimedUpload>(ClaimSql, new { only, token = Guid.CreateVersion7() }, ct) is not { } upload)
        {
            return false;
        }

        if (upload.Attempts > MostAttempts)
        {
            await FailAsync(upload, ImportProblem.GivenUp, null, ct);
            return true;
        }

        try
        {
            var snapshot = await tariffs.CurrentAsync(ct);
            await db.InTransactionAsync(transaction => new ImportRun(db, transaction, upload, snapshot).RunAsync(ct), ct);
            return true;
        }
        catch (UnreadableTableException unreadable)
        {
            await FailAsync(upload, unreadable.Problem.PublicCode, unreadable.Problem, ct);
            return true;
        }
        catch (LeaseLostException)
        {
            return true; // cancelled, or another node holds it: nothing of ours was kept
        }
        catch (Exception problem)
        {
            await PutBackAsync(upload, problem);
            throw;
        }
    }

    private const string FailSql = """
        with failed as (
            update uploads
               set state = 'Failed', lease_token = null, lease_until = null, finished_at = app.now(),
                   problem_code = @code, problem_row = @row, problem_value = @value, problem_expected = @expected
             where upload_id = @uploadId and lease_token = @token
            returning upload_id, declaration_id
        )
        update declarations d set busy_upload_id = null from failed f where d.declaration_id = f.declaration_id and d.busy_upload_id = f.upload_id
        """;

    private Task<int> FailAsync(ClaimedUpload upload, string code, TableProblem? problem, CancellationToken ct) => db.ExecuteAsync(
        FailSql,
        new { uploadId = upload.UploadId, token = upload.Token, code, row = problem?.Row, value = problem?.Value, expected = problem?.Expected },
        ct);

    // Tried again after a while: the database may be restarting. If even this cannot be written, the lease runs out by itself.
    private const string PutBackSql = """
        update uploads
           set lease_until = app.now() + interval '5 seconds', last_error = left(@error, 2000)
         where upload_id = @uploadId and lease_token = @token
        """;

    private async Task PutBackAsync(ClaimedUpload upload, Exception problem)
    {
        try
        {
            await db.ExecuteAsync(PutBackSql, new { uploadId = upload.UploadId, token = upload.Token, error = problem.ToString() }, CancellationToken.None);
        }
        catch (Npgsql.NpgsqlException)
        {
            // The caller throws what happened first, which says more.
        }
    }

    /// <summary>One file, one transaction.</summary>
    private sealed class ImportRun(Db db, DbTransaction transaction, ClaimedUpload upload, TariffSnapshot snapshot)
    {
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
                       first_line_no = @first, header_row = @headerRow, header = @header, separator = @separator, encoding = @encoding, decimal_mark = @mark,
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
    }

    private sealed record StartRow(
        Guid DeclarationId, DateOnly? PeriodFrom, DateOnly? PeriodUntil, long Revision, int FirstLineNo, DateOnly Today, bool HasRows, string? PriceStamp);

    private sealed class LeaseLostException() : Exception("The file was cancelled, or another node has taken it over.");
}

/// <summary>What can happen to a file that is not the file's own doing.</summary>
public static class ImportProblem
{
    /// <summary>Begun three times and never brought to an end: the person should send it again or ask for help.</summary>
    public const string GivenUp = "FILE-99";
}

internal sealed record ClaimedUpload(
    Guid UploadId, Guid DeclarationId, int Version, Guid OrganisationId, short UploadNo, UploadKind Kind, UploadMode Mode, string? ToldEncoding, DateOnly? ObligationDate,
    Guid? CopiedDeclarationId, int? CopiedVersion, int Attempts, Guid Token)
{
    public async Task<TableHints> HintsAsync(Db db, CancellationToken ct) => new(
        ToldEncoding is null ? null : Enum.Parse<TextEncoding>(ToldEncoding),
        await ColumnMappings.ReadAsync(db, new OrganisationId(OrganisationId), ct));
}
