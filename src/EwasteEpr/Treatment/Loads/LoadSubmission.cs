using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>What was previewed is what is submitted: a preview of an older log is refused and shown again.</summary>
public sealed class LoadSubmission(Db db)
{
    // The book is the lock: submissions and withdrawals of one site's year come one after the other.
    private const string LockSql = """
        select u.upload_id, u.site_id, u.year, u.revision, u.submitted_at, b.revision as book_revision
          from load_uploads u join load_books b using (site_id, year)
         where u.upload_id = @upload and u.organisation_id = @organisation
           for update of b
        """;

    private const string StateSql = """
        select exists (select from load_upload_rows where upload_id = @upload and problem is not null) as has_refused,
               exists (select from loads l left join load_upload_rows r on r.upload_id = @upload and r.load_no = l.load_no
                        where l.site_id = @SiteId and l.year = @Year and l.withdrawn_at is null and r.load_no is null) as has_missing,
               (select count(*) from load_upload_rows where upload_id = @upload) = (select row_count from load_uploads where upload_id = @upload) as is_whole
        """;

    private const string KeepSql = """
        insert into load_versions (load_id, version, day, category, grams, container, note, ended_by)
        select l.load_id, l.version, l.day, l.category, l.grams, l.container, l.note, @person
          from loads l join load_upload_rows r on r.upload_id = @upload and r.load_no = l.load_no
         where l.site_id = @SiteId and l.year = @Year
           and (l.withdrawn_at is not null or (l.day, l.category, l.grams, l.container, l.note) is distinct from (r.day, r.category, r.grams, r.container, r.note))
        """;

    private const string ChangeSql = """
        update loads l
           set day = r.day, category = r.category, grams = r.grams, container = r.container, note = r.note, version = l.version + 1, changed_at = app.now(), withdrawn_at = null, withdrawn_reason = null
          from load_upload_rows r
         where r.upload_id = @upload and l.site_id = @SiteId and l.year = @Year and r.load_no = l.load_no
           and (l.withdrawn_at is not null or (l.day, l.category, l.grams, l.container, l.note) is distinct from (r.day, r.category, r.grams, r.container, r.note))
        """;

    private const string AddSql = """
        insert into loads (site_id, year, load_no, day, category, grams, container, note)
        select @SiteId, @Year, r.load_no, r.day, r.category, r.grams, r.container, r.note
          from load_upload_rows r
         where r.upload_id = @upload
         order by r.row_no
        on conflict on constraint load_once_per_year do nothing
        """;

    private const string DoneSql = """
        with grown as (
            update load_books set revision = revision + 1 where site_id = @SiteId and year = @Year
        )
        update load_uploads set submitted_at = app.now(), added = @added, changed = @changed, unchanged = row_count - @added - @changed where upload_id = @upload
        """;

    /// <param name="seen">The revision that stood on the page: what was looked at is what is submitted.</param>
    public async Task<SubmitOutcome> SubmitAsync(Guid upload, OrganisationId organisation, long seen, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var outcome = await db.InTransactionAsync(async transaction =>
        {
            var row = await transaction.QuerySingleOrDefaultAsync<LockedUpload>(LockSql, new { upload, organisation }, ct);
            if (row is null || row.SubmittedAt is not null)
            {
                return row is null ? SubmitOutcome.NotFound : SubmitOutcome.Already;
            }

            if (row.Revision != row.BookRevision || seen != row.Revision)
            {
                await RefreshAsync(transaction, row, ct);
                return SubmitOutcome.Stale;
            }

            var of = new { upload, row.SiteId, row.Year, person = actor.UserId };
            var state = await transaction.QuerySingleAsync<StateRow>(StateSql, of, ct);
            if (state.HasRefused || state.HasMissing || !state.IsWhole)
            {
                return !state.IsWhole ? SubmitOutcome.NotFound : state.HasRefused ? SubmitOutcome.HasRefused : SubmitOutcome.HasMissing;
            }

            await transaction.ExecuteAsync(KeepSql, of, ct);
            var changed = await transaction.ExecuteAsync(ChangeSql, of, ct);
            var added = await transaction.ExecuteAsync(AddSql, of, ct);
            await transaction.ExecuteAsync(DoneSql, new { upload, row.SiteId, row.Year, added, changed }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("loads.submitted", "load_upload", upload.ToString()).With(new { row.Year, added, changed }), actor, ct);
            return SubmitOutcome.Submitted;
        }, ct);
        if (outcome == SubmitOutcome.Submitted)
        {
            await LoadRules.LearnAsync(db, ct);
        }

        return outcome;
    }

    private const string RefreshSql = "update load_uploads set revision = @BookRevision where upload_id = @UploadId";

    private static async Task RefreshAsync(DbTransaction transaction, LockedUpload row, CancellationToken ct)
    {
        await LoadRules.ApplyAgainAsync(transaction, row.UploadId, ct);
        await transaction.ExecuteAsync(RefreshSql, row, ct);
    }

    private const string WithdrawSql = """
        with ended as (
            update loads l set withdrawn_at = app.now(), withdrawn_reason = @reason, version = l.version + 1, changed_at = app.now()
             where l.site_id = @SiteId and l.year = @Year and l.load_no = any (@loads) and l.withdrawn_at is null
            returning l.load_id, l.version - 1 as version, l.day, l.category, l.grams, l.container, l.note
        )
        insert into load_versions (load_id, version, day, category, grams, container, note, ended_by)
        select load_id, version, day, category, grams, container, note, @person from ended
        """;

    private const string GrownSql = """
        with grown as (
            update load_books set revision = revision + 1 where site_id = @SiteId and year = @Year returning revision
        )
        update load_uploads set revision = (select revision from grown) where upload_id = @UploadId
        """;

    /// <summary>Rows that were once submitted and are not in the file: taken out by name, with a reason that stays.</summary>
    public Task<WithdrawOutcome> WithdrawAsync(Guid upload, OrganisationId organisation, WithdrawLoads withdraw, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(withdraw);
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(withdraw.Reason) || withdraw.Loads.Count == 0)
        {
            return Task.FromResult(WithdrawOutcome.NoReason);
        }

        return db.InTransactionAsync(async transaction =>
        {
            var row = await transaction.QuerySingleOrDefaultAsync<LockedUpload>(LockSql, new { upload, organisation }, ct);
            if (row is null || row.SubmittedAt is not null)
            {
                return WithdrawOutcome.NotFound;
            }

            if (row.Revision != row.BookRevision || withdraw.Seen != row.Revision)
            {
                await RefreshAsync(transaction, row, ct);
                return WithdrawOutcome.Stale;
            }

            var count = await transaction.ExecuteAsync(WithdrawSql, new { row.SiteId, row.Year, loads = withdraw.Loads.ToArray(), reason = withdraw.Reason.Trim(), person = actor.UserId }, ct);
            await transaction.ExecuteAsync(GrownSql, row, ct);
            await LoadRules.ApplyAgainAsync(transaction, upload, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("loads.withdrawn", "load_upload", upload.ToString()).With(new { row.Year, count, reason = withdraw.Reason.Trim() }), actor, ct);
            return WithdrawOutcome.Withdrawn;
        }, ct);
    }

    private sealed record LockedUpload(Guid UploadId, Guid SiteId, short Year, long Revision, DateTimeOffset? SubmittedAt, long BookRevision);

    private sealed record StateRow(bool HasRefused, bool HasMissing, bool IsWhole);
}

/// <param name="Seen">The revision that stood on the page.</param>
public sealed record WithdrawLoads(IReadOnlyList<string> Loads, string Reason, long Seen);
