using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>The log of loads and its previews, to look at.</summary>
public sealed class LoadQueries(Db db)
{
    /// <summary>A page shows so many rows of each group; the file has them all.</summary>
    public const int Shown = 100;

    private const string UploadSql = """
        select u.upload_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, u.year, u.file_name, u.sha256, u.revision, b.revision as book_revision, u.row_count, u.uploaded_at, u.submitted_at, u.added, u.changed, u.unchanged
          from load_uploads u join load_books b using (site_id, year) join sites s on s.site_id = u.site_id
         where u.upload_id = @upload and u.organisation_id = @organisation
        """;

    private const string CountsSql = """
        with book as (
            select site_id, year from load_uploads where upload_id = @upload
        ), compared as (
            select r.problem, l.load_id, l.withdrawn_at, (l.day, l.category, l.grams, l.container, l.note) is not distinct from (r.day, r.category, r.grams, r.container, r.note) as is_same
              from load_upload_rows r cross join book b left join loads l on l.site_id = b.site_id and l.year = b.year and l.load_no = r.load_no
             where r.upload_id = @upload
        )
        select (count(*) filter (where problem is null and load_id is null))::integer as added,
               (count(*) filter (where problem is null and load_id is not null and (not is_same or withdrawn_at is not null)))::integer as changed,
               (count(*) filter (where problem is null and is_same and withdrawn_at is null and load_id is not null))::integer as unchanged,
               (count(*) filter (where problem is not null))::integer as refused,
               (select count(*) from loads l cross join book b where l.site_id = b.site_id and l.year = b.year and l.withdrawn_at is null
                   and not exists (select from load_upload_rows r where r.upload_id = @upload and r.load_no = l.load_no))::integer as missing
          from compared
        """;

    private const string RefusedSql = "select row_no, load_no, problem, value from load_upload_rows where upload_id = @upload and problem is not null order by row_no limit @limit";

    private const string ChangedSql = """
        select r.row_no, r.load_no, l.day as old_day, r.day, l.category as old_category, r.category, l.grams as old_grams, r.grams, l.container as old_container, r.container, l.note as old_note, r.note
          from load_uploads u join loads l on l.site_id = u.site_id and l.year = u.year join load_upload_rows r on r.upload_id = u.upload_id and r.load_no = l.load_no
         where u.upload_id = @upload and r.problem is null and (l.withdrawn_at is not null or (l.day, l.category, l.grams, l.container, l.note) is distinct from (r.day, r.category, r.grams, r.container, r.note))
         order by r.row_no limit @limit
        """;

    private const string MissingSql = """
        select l.load_no, l.day, l.category, l.grams, l.container, l.note
          from load_uploads u join loads l on l.site_id = u.site_id and l.year = u.year
         where u.upload_id = @upload and l.withdrawn_at is null and not exists (select from load_upload_rows r where r.upload_id = @upload and r.load_no = l.load_no)
         order by l.day, l.load_no limit @limit
        """;

    private const string AddedSql = """
        select r.load_no, r.day, r.category, r.grams, r.container, r.note
          from load_uploads u join load_upload_rows r using (upload_id)
         where u.upload_id = @upload and r.problem is null and not exists (select from loads l where l.site_id = u.site_id and l.year = u.year and l.load_no = r.load_no)
         order by r.row_no limit @limit
        """;

    public async Task<LoadPreview?> FindAsync(Guid upload, OrganisationId organisation, int limit, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<LoadUploadRow>(UploadSql, new { upload, organisation }, ct) is not { } row)
        {
            return null;
        }

        if (row.SubmittedAt is not null)
        {
            return new LoadPreview(row, new LoadCounts(row.Added ?? 0, row.Changed ?? 0, row.Unchanged ?? 0, 0, 0), [], [], [], []);
        }

        var of = new { upload, limit };
        return new LoadPreview(
            row, await db.QuerySingleAsync<LoadCounts>(CountsSql, of, ct), await db.QueryAsync<RefusedLoad>(RefusedSql, of, ct), await db.QueryAsync<ChangedLoad>(ChangedSql, of, ct), await db.QueryAsync<KnownLoad>(MissingSql, of, ct),
            await db.QueryAsync<KnownLoad>(AddedSql, of, ct));
    }

    private const string SumsSql = """
        select s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, l.category, l.year, (count(*) filter (where l.withdrawn_at is null))::integer as loads, coalesce(sum(l.grams) filter (where l.withdrawn_at is null), 0)::bigint as grams,
               (count(*) filter (where l.withdrawn_at is not null))::integer as withdrawn,
               coalesce((select sum(b.input_grams) from batches b where b.site_id = s.site_id and b.category = l.category and b.state in ('Open', 'Closed') and extract(year from b.started_on) = l.year), 0)::bigint as batched_grams
          from loads l join sites s using (site_id)
         where s.organisation_id = @organisation
         group by s.site_id, s.number, s.name_kk, s.name_ru, l.category, l.year
         order by l.year desc, s.number, l.category limit 500
        """;

    public Task<IReadOnlyList<LoadSum>> SumsAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<LoadSum>(SumsSql, new { organisation }, ct);

    private const string UploadsSql = """
        select u.upload_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, u.year, u.file_name, u.sha256, u.revision, b.revision as book_revision, u.row_count, u.uploaded_at, u.submitted_at, u.added, u.changed, u.unchanged
          from load_uploads u join load_books b using (site_id, year) join sites s on s.site_id = u.site_id
         where u.organisation_id = @organisation order by u.upload_id desc limit 20
        """;

    public Task<IReadOnlyList<LoadUploadRow>> UploadsAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<LoadUploadRow>(UploadsSql, new { organisation }, ct);

    private const string AllSql = """
        select l.load_no, l.day, l.category, l.grams, l.container, l.note
          from loads l join sites s using (site_id)
         where s.organisation_id = @organisation and s.number = @site and l.year = @year and l.withdrawn_at is null
         order by l.day, l.load_no limit 500000
        """;

    /// <summary>The log as it stands, in the form in which it is brought.</summary>
    public Task<IReadOnlyList<KnownLoad>> AllAsync(OrganisationId organisation, string site, short year, CancellationToken ct) => db.QueryAsync<KnownLoad>(AllSql, new { organisation, site, year }, ct);
}
