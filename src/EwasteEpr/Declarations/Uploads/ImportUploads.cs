using EwasteEpr.Declarations.Reading;
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
