using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>How files are doing, and stopping one.</summary>
public sealed class UploadStatus(Db db)
{
    // While rows are read the lease of 60 seconds is renewed twice a second: ten seconds of silence mean that whoever read is gone.
    private const string ProgressColumns = """
        select u.upload_id, d.number, u.kind, u.mode, u.state, u.file_name, u.size_bytes, u.bytes_read, u.rows_read, u.accepted, u.warned, u.refused, u.attempts,
               u.problem_code, u.problem_row, u.problem_value, u.problem_expected, u.created_at, u.started_at, u.finished_at,
               coalesce(extract(epoch from coalesce(u.finished_at, app.now()) - u.started_at), 0)::float8 as seconds_running,
               u.state = 'Processing' and u.bytes_read < u.size_bytes and u.lease_until < app.now() + interval '50 seconds' as is_interrupted
          from uploads u
          join declarations d using (declaration_id)
        """;

    private const string GetSql = ProgressColumns + """

         where u.organisation_id = @organisation and u.upload_id = @uploadId
        """;

    public Task<UploadProgress?> GetAsync(OrganisationId organisation, Guid uploadId, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<UploadProgress>(GetSql, new { organisation, uploadId }, ct);

    private const string ListSql = ProgressColumns + """

         where u.organisation_id = @organisation and d.number = @number
         order by u.upload_no desc
         limit 200
        """;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<UploadProgress>> ListAsync(DeclarationKey key, CancellationToken ct) =>
        db.QueryAsync<UploadProgress>(ListSql, new { organisation = key.Organisation, number = key.Number }, ct);

    // Whoever is taking the file in finds at its next step, or at the latest when it wants to commit, that the file is not its own any more.
    private const string CancelSql = """
        with cancelled as (
            update uploads
               set state = 'Cancelled', lease_token = null, lease_until = null, finished_at = app.now()
             where organisation_id = @organisation and upload_id = @uploadId and state in ('Receiving', 'NeedsMapping', 'Queued', 'Processing')
            returning upload_id, declaration_id
        ), freed as (
            update declarations d set busy_upload_id = null from cancelled c where d.declaration_id = c.declaration_id and d.busy_upload_id = c.upload_id
        )
        select audit.write(@actor::jsonb, 'upload.cancelled', 'upload', upload_id::text) from cancelled
        """;

    /// <summary>The draft stays as it was before the file.</summary>
    public async Task<CancelOutcome> CancelAsync(OrganisationId organisation, Guid uploadId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<Guid>(CancelSql, new { organisation, uploadId, actor = actor.ToJson() }, ct)).Count > 0 ? CancelOutcome.Cancelled
            : await GetAsync(organisation, uploadId, ct) is null ? CancelOutcome.NotFound
            : CancelOutcome.AlreadyOver;
    }

    // A browser that went away in the middle, or a person who never said what the columns mean.
    private const string ForgetSql = """
        with forgotten as (
            update uploads
               set state = 'Cancelled', finished_at = app.now()
             where (state = 'Receiving' and created_at < app.now() - interval '1 day') or (state = 'NeedsMapping' and created_at < app.now() - interval '30 days')
            returning upload_id
        )
        delete from upload_chunks c using forgotten f where c.upload_id = f.upload_id
        """;

    /// <summary>The nightly sweep: what never arrived whole is deleted.</summary>
    public Task<int> ForgetAbandonedAsync(CancellationToken ct) => db.ExecuteAsync(ForgetSql, null, ct);
}
