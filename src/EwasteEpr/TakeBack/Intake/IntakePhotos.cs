using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>A photograph of what a walk-in brought: proof for the one case in a thousand, kept out of every list.</summary>
public sealed class IntakePhotos(Db db)
{
    public const int MostBytes = 2_000_000;

    private const string AddSql = """
        insert into intake_photos (intake_id, media_type, content, sha256)
        select a.intake_id, @type, @content, @sha256 from intakes a
         where (a.intake_id = @intake or a.event_id = @intake) and a.organisation_id = @organisation
        on conflict on constraint intake_photo_once do update set media_type = excluded.media_type
        returning photo_id
        """;

    /// <param name="intake">The intake, or the record of a device that became one.</param>
    /// <returns>Null when the bytes are no picture or there is no such intake here.</returns>
    public Task<Guid?> AddAsync(Guid intake, OrganisationId organisation, byte[] content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > MostBytes || TypeOf(content) is not { } type)
        {
            return Task.FromResult<Guid?>(null);
        }

        return db.InTransactionAsync(async transaction =>
        {
            var id = await transaction.QuerySingleOrDefaultAsync<Guid?>(AddSql, new { intake, organisation, type, content, sha256 = SHA256.HashData(content) }, ct);
            if (id is { } photo)
            {
                await AuditTrail.WriteAsync(transaction, new AuditEntry("intake.photographed", "intake_photo", photo.ToString("D")), actor, ct);
            }

            return id;
        }, ct);
    }

    private const string FindSql = """
        select p.media_type, p.content from intake_photos p join intakes a using (intake_id)
         where p.intake_id = @intake and a.organisation_id = @organisation
         order by p.taken_at, p.photo_id limit 1
        """;

    public Task<IntakePhoto?> FindAsync(Guid intake, OrganisationId organisation, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<IntakePhoto>(FindSql, new { intake, organisation }, ct);

    /// <summary>By the first bytes, whatever the name says.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : content.Length > 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}

public sealed record IntakePhoto(string MediaType, byte[] Content);
