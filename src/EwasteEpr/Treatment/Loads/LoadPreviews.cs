using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>Reads a log of loads, compares it with what is known, and stores the comparison: nothing counts before it is submitted.</summary>
public sealed class LoadPreviews(Db db)
{
    private const string SiteSql = "select site_id, app.today() as today from sites where number = @site and organisation_id = @organisation";

    private const string BookSql = """
        insert into load_books (site_id, year) values (@site, @year) on conflict do nothing
        """;

    private const string UploadSql = """
        insert into load_uploads (upload_id, site_id, organisation_id, year, file_name, sha256, revision, row_count, uploaded_by)
        select @upload, @site, @organisation, @year, @fileName, @sha256, b.revision, @rows, @person from load_books b where b.site_id = @site and b.year = @year
        """;

    /// <param name="file">Read once, to its end.</param>
    public async Task<PreviewOutcome> PreviewAsync(LoadFile request, Stream file, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<SiteRow>(SiteSql, new { site = request.Site, organisation }, ct) is not { } site || request.Year < 2016 || request.Year > site.Today.Year)
        {
            return new PreviewOutcome.NotFound();
        }

        try
        {
            await using var hashing = new HashingStream(file);
            await using var rows = await TableFile.OpenAsync(hashing, null, request.TempFolder, LoadColumns.Sense, ct);
            var columns = await LoadColumns.FindAsync(rows, ct);
            if (columns.Missing is { } missing)
            {
                return new PreviewOutcome.ColumnMissing(missing);
            }

            var previewed = await db.InTransactionAsync(
                async transaction =>
                {
                    var upload = Guid.CreateVersion7();
                    await transaction.ExecuteAsync(BookSql, new { site = site.SiteId, year = request.Year }, ct);
                    var count = await LoadRows.CopyAsync(transaction, upload, rows, columns, request.Year, site.Today, ct);
                    await transaction.ExecuteAsync(
                        UploadSql, new { upload, site = site.SiteId, organisation, year = request.Year, fileName = request.Name, sha256 = await hashing.HashAsync(ct), rows = count, person = actor.UserId }, ct);
                    await LoadRules.ApplyAsync(transaction, upload, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("loads.previewed", "load_upload", upload.ToString()).With(new { request.Site, request.Year, rows = count }), actor, ct);
                    return new PreviewOutcome.Previewed(upload);
                }, ct);
            await LoadRules.LearnAsync(db, ct);
            return previewed;
        }
        catch (UnreadableTableException unreadable)
        {
            return new PreviewOutcome.Unreadable(unreadable.Problem);
        }
    }

    private const string ForgetSql = """
        with old as (
            select upload_id from load_uploads where uploaded_at < app.now() - interval '7 days'
        )
        delete from load_upload_rows r using old o where r.upload_id = o.upload_id
        """;

    /// <summary>The sweep that forgets the rows of previews after a week; what was submitted stands in the log itself.</summary>
    public Task<int> ForgetAsync(CancellationToken ct) => db.ExecuteAsync(ForgetSql, null, ct);

    private sealed record SiteRow(Guid SiteId, DateOnly Today);

    /// <summary>Hashes what passes through it, so that the file is read once.</summary>
    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>Of the whole file: what the reader left unread is read now.</summary>
        public async Task<byte[]> HashAsync(CancellationToken ct)
        {
            var buffer = new byte[8192];
            while (await ReadAsync(buffer, ct) > 0)
            {
            }

            return hash.GetCurrentHash();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            hash.AppendData(buffer.Span[..count]);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            hash.AppendData(buffer, offset, read);
            return read;
        }

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <param name="Site">The site's number.</param>
/// <param name="Name">As the sender called it; shown, never used.</param>
public sealed record LoadFile(string Site, short Year, string Name, string? TempFolder = null);
