using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>Every way in for many lines at once: a file, pasted text, lines of a request, a copy of the last declaration.</summary>
/// <remarks>
/// What arrives is stored first and then waits: <see cref="ImportUploads"/> takes it in. Between the two, and until it is over,
/// nothing else changes the draft.
/// </remarks>
public sealed class UploadService(Db db)
{
    /// <summary>A million lines are some 100 MB.</summary>
    public const long MostBytes = 512L * 1024 * 1024;

    private const int MostTries = 20;

    private const string DraftSql = """
        select declaration_id, kind, state, draft_version, busy_upload_id, period_from
          from declarations
         where organisation_id = @organisation and number = @number
        """;

    private const string BeginSql = """
        with draft as (
            select declaration_id, organisation_id, draft_version
              from declarations
             where declaration_id = @declaration and organisation_id = @organisation and draft_version is not null
               for no key update
        )
        insert into uploads (upload_id, declaration_id, version, organisation_id, upload_no, kind, mode, file_name, obligation_date, told_encoding,
                             copied_declaration_id, copied_version, created_by, actor)
        select @uploadId, declaration_id, draft_version, organisation_id,
               (select coalesce(max(upload_no), 0) + 1 from uploads u where u.declaration_id = draft.declaration_id),
               @kind, @mode, @fileName, @obligationDate, @encoding, @copiedDeclaration, @copiedVersion, @person, @actor::jsonb
          from draft
        """;

    private const string ReceivedSql = """
        update uploads
           set size_bytes = @size, sha256 = @sha256
         where upload_id = @uploadId and state = 'Receiving'
        """;

    /// <summary>Stores a file and looks at its header.</summary>
    public async Task<UploadOutcome> ReceiveAsync(DeclarationKey key, NewUpload upload, Stream content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        var (draft, refusal) = await FindDraftAsync(key, ct);
        if (draft is null)
        {
            return refusal!;
        }

        var uploadId = Guid.CreateVersion7();
        if (!await BeginAsync(key, draft, uploadId, upload, null, actor, ct))
        {
            return new UploadOutcome.NoDraft(draft.State);
        }

        if (await ChunkStore.WriteAsync(db, uploadId, content, MostBytes, ct) is not var (size, sha256))
        {
            await EndAsync(uploadId, UploadState.Failed, new TableProblem(TableProblemCode.TooLarge, Expected: $"{MostBytes / (1024 * 1024)}"), ct);
            return new UploadOutcome.TooLarge(MostBytes);
        }

        await db.ExecuteAsync(ReceivedSql, new { uploadId, size, sha256 }, ct);
        return await TryHeaderAsync(key.Organisation, uploadId, upload.Encoding, ct);
    }

    /// <summary>Rows from a spreadsheet's clipboard, with their header.</summary>
    public async Task<UploadOutcome> PasteAsync(DeclarationKey key, string text, UploadMode mode, DateOnly? obligationDate, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(text);
        await using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text), writable: false);
        return await ReceiveAsync(key, new NewUpload("", UploadKind.Paste, mode, obligationDate, TextEncoding.Utf8), stream, actor, ct);
    }

    /// <summary>Lines of a request.</summary>
    public async Task<UploadOutcome> ReceiveLinesAsync(DeclarationKey key, IReadOnlyList<LineFields> lines, UploadMode mode, Actor actor, CancellationToken ct)
    {
        await using var stream = new MemoryStream(LinesCsv.Of(lines), writable: false);
        return await ReceiveAsync(key, new NewUpload("", UploadKind.Api, mode, null, TextEncoding.Utf8), stream, actor, ct);
    }

    private const string LastSql = """
        select l.declaration_id, l.current_version as version
          from declarations d
          join declarations l on l.organisation_id = d.organisation_id and l.kind = d.kind and l.current_version is not null and l.declaration_id <> d.declaration_id
         where d.declaration_id = @declaration and (d.period_from is null or l.period_until <= d.period_from)
         order by l.period_until desc nulls last, l.declaration_id desc
         limit 1
        """;

    /// <summary>The lines of the last declaration that was submitted, under a new date and today's tariff.</summary>
    /// <param name="obligationDate">Of all copied lines: the old dates belong to the old period, and we invent none.</param>
    public async Task<UploadOutcome> CopyLastAsync(DeclarationKey key, DateOnly obligationDate, UploadMode mode, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var (draft, refusal) = await FindDraftAsync(key, ct);
        if (draft is null)
        {
            return refusal!;
        }

        if (await db.QuerySingleOrDefaultAsync<LastRow>(LastSql, new { declaration = draft.DeclarationId }, ct) is not { } last)
        {
            return new UploadOutcome.NothingToCopy();
        }

        var uploadId = Guid.CreateVersion7();
        return await BeginAsync(key, draft, uploadId, new NewUpload("", UploadKind.Copy, mode, obligationDate), last, actor, ct)
            ? await QueueAsync(key.Organisation, uploadId, ct)
            : new UploadOutcome.NoDraft(draft.State);
    }

    private const string NameSql = """
        select told_encoding
          from uploads
         where upload_id = @uploadId and organisation_id = @organisation and state = 'NeedsMapping'
           for update
        """;

    /// <summary>A person has said what the columns mean. It is remembered for the organisation's next file.</summary>
    public async Task<UploadOutcome> NameColumnsAsync(OrganisationId organisation, Guid uploadId, IReadOnlyList<NamedColumn> columns, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var encoding = await db.InTransactionAsync(
            async transaction =>
            {
                var told = await transaction.QueryAsync<string>(NameSql, new { uploadId, organisation }, ct);
                if (told.Count > 0)
                {
                    await ColumnMappings.RememberAsync(transaction, organisation, columns, ct);
                }

                return told.Count > 0 ? told[0] ?? "" : null;
            },
            ct);
        return encoding is null
            ? new UploadOutcome.NotFound()
            : await TryHeaderAsync(organisation, uploadId, encoding.Length == 0 ? null : Enum.Parse<TextEncoding>(encoding), ct);
    }

    // The draft is ours from here until the file is over; a second file finds it busy.
    private const string QueueSql = """
        with waiting as (
            select upload_id, declaration_id, version
              from uploads
             where upload_id = @uploadId and organisation_id = @organisation and state in ('Receiving', 'NeedsMapping')
               for update
        ), queued as (
            update declarations d
               set busy_upload_id = w.upload_id
              from waiting w
             where d.declaration_id = w.declaration_id and d.draft_version = w.version and d.busy_upload_id is null
            returning w.upload_id
        )
        update uploads u set state = 'Queued', problem_code = null, problem_row = null, problem_value = null, problem_expected = null
          from queued where u.upload_id = queued.upload_id
        """;

    private const string WhyNotSql = """
        select d.state, d.busy_upload_id
          from uploads u
          join declarations d using (declaration_id)
         where u.upload_id = @uploadId and u.organisation_id = @organisation
        """;

    private async Task<UploadOutcome> QueueAsync(OrganisationId organisation, Guid uploadId, CancellationToken ct)
    {
        if (await db.ExecuteAsync(QueueSql, new { uploadId, organisation }, ct) == 1)
        {
            return new UploadOutcome.Queued(uploadId);
        }

        var why = await db.QuerySingleOrDefaultAsync<WhyNotRow>(WhyNotSql, new { uploadId, organisation }, ct);
        if (why is null)
        {
            return new UploadOutcome.NotFound();
        }

        await EndAsync(uploadId, UploadState.Cancelled, null, ct);
        return why.BusyUploadId is { } other ? new UploadOutcome.Busy(other) : new UploadOutcome.NoDraft(why.State);
    }

    private async Task<UploadOutcome> TryHeaderAsync(OrganisationId organisation, Guid uploadId, TextEncoding? encoding, CancellationToken ct)
    {
        var hints = new TableHints(encoding, await ColumnMappings.ReadAsync(db, organisation, ct));
        try
        {
            await using var table = await Table.OpenAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, ct);
            return await QueueAsync(organisation, uploadId, ct);
        }
        catch (UnreadableTableException unreadable)
        {
            if (!HeaderReader.CanBeNamed(unreadable.Problem.Code))
            {
                await EndAsync(uploadId, UploadState.Failed, unreadable.Problem, ct);
                return new UploadOutcome.Unreadable(uploadId, unreadable.Problem);
            }

            await EndAsync(uploadId, UploadState.NeedsMapping, unreadable.Problem, ct);
            return new UploadOutcome.NeedsMapping(uploadId, await HeaderReader.ReadAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, unreadable.Problem, ct));
        }
    }

    private const string EndSql = """
        update uploads
           set state = @state, problem_code = @code, problem_row = @row, problem_value = @value, problem_expected = @expected,
               finished_at = case when @state = 'NeedsMapping' then null else app.now() end
         where upload_id = @uploadId and state in ('Receiving', 'NeedsMapping')
        """;

    private Task<int> EndAsync(Guid uploadId, UploadState state, TableProblem? problem, CancellationToken ct) => db.ExecuteAsync(
        EndSql,
        new { uploadId, state = state.ToString(), code = problem?.PublicCode, row = problem?.Row, value = problem?.Value, expected = problem?.Expected },
        ct);

    private async Task<(DraftRow? Draft, UploadOutcome? Refusal)> FindDraftAsync(DeclarationKey key, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<DraftRow>(DraftSql, new { organisation = key.Organisation, number = key.Number }, ct) switch
        {
            null => (null, new UploadOutcome.NotFound()),
            { DraftVersion: null } row => (null, new UploadOutcome.NoDraft(row.State)),
            { Kind: DeclarationKind.Nil or DeclarationKind.ExportAdjustment } row => (null, new UploadOutcome.KindTakesNoFile(row.Kind)),
            { BusyUploadId: { } other } => (null, new UploadOutcome.Busy(other)),
            var row => (row, null),
        };

    private async Task<bool> BeginAsync(DeclarationKey key, DraftRow draft, Guid uploadId, NewUpload upload, LastRow? copied, Actor actor, CancellationToken ct)
    {
        var parameters = new
        {
            declaration = draft.DeclarationId,
            organisation = key.Organisation,
            uploadId,
            kind = upload.Kind.ToString(),
            mode = upload.Mode.ToString(),
            fileName = ShownName(upload.FileName),
            obligationDate = upload.ObligationDate,
            encoding = upload.Encoding?.ToString(),
            copiedDeclaration = copied?.DeclarationId,
            copiedVersion = copied?.Version,
            person = actor.UserId,
            actor = actor.ToJson(),
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.ExecuteAsync(BeginSql, parameters, ct) == 1;
            }
            catch (PostgresException problem) when (problem.ConstraintName == "upload_once_per_number" && attempt < MostTries)
            {
                // Whoever waited for the draft's row still counts with the snapshot from before: the number was taken meanwhile.
            }
        }
    }

    /// <summary>Some browsers send a path; control characters are nobody's name.</summary>
    private static string ShownName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(c => !char.IsControl(c))]);
        return clean.Length > 255 ? clean[^255..] : clean;
    }

    private sealed record DraftRow(Guid DeclarationId, DeclarationKind Kind, DeclarationState State, int? DraftVersion, Guid? BusyUploadId, DateOnly? PeriodFrom);

    private sealed record LastRow(Guid DeclarationId, int Version);

    private sealed record WhyNotRow(DeclarationState State, Guid? BusyUploadId);
}
