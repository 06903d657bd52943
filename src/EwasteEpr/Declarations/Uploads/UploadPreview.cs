using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>A file whose columns wait to be named, shown again: the page may be left and come back to.</summary>
public sealed class UploadPreview(Db db)
{
    private const string WaitingSql = """
        select coalesce(told_encoding, '') as told_encoding
          from uploads
         where upload_id = @uploadId and organisation_id = @organisation and state = 'NeedsMapping'
        """;

    /// <returns>None when the file does not wait for names.</returns>
    public async Task<HeaderPreview?> ReadAsync(OrganisationId organisation, Guid uploadId, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<string>(WaitingSql, new { uploadId, organisation }, ct) is not { } encoding)
        {
            return null;
        }

        var hints = new TableHints(encoding.Length == 0 ? null : Enum.Parse<TextEncoding>(encoding), await ColumnMappings.ReadAsync(db, organisation, ct));
        try
        {
            await using var table = await Table.OpenAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, ct);
            return await HeaderReader.ReadAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, new TableProblem(TableProblemCode.HeaderNotFound), ct);
        }
        catch (UnreadableTableException unreadable) when (HeaderReader.CanBeNamed(unreadable.Problem.Code))
        {
            return await HeaderReader.ReadAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, unreadable.Problem, ct);
        }
    }
}
