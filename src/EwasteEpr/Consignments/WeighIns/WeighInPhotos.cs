using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>A picture of a container on the scale: seen by its site, its sender and the operator, and in no list.</summary>
public sealed class WeighInPhotos(Db db)
{
    public const int MostBytes = 2_000_000;

    private const string AddSql = """
        insert into weigh_in_photos (consignment_id, container_id, media_type, content, sha256)
        select x.consignment_id, x.container_id, @type, @content, @sha256
          from consignment_containers x join consignments c using (consignment_id)
         where c.number = @number and x.container_id = @container and c.to_organisation_id = @organisation and x.weighed_at is not null
        on conflict on constraint weigh_in_photo_once do nothing
        returning photo_id
        """;

    /// <returns>False where the bytes are no picture, the picture is there already, or nothing was weighed.</returns>
    public Task<bool> AddAsync(string number, Guid container, OrganisationId site, byte[] content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > MostBytes || IntakePhotos.TypeOf(content) is not { } type)
        {
            return Task.FromResult(false);
        }

        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(AddSql, new { number, container, organisation = site, type, content, sha256 = SHA256.HashData(content) }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("weigh_in.photographed", "consignment", number).With(new { container }), actor, ct);
            return true;
        }, ct);
    }

    private const string FindSql = """
        select p.media_type, p.content
          from weigh_in_photos p join consignments c using (consignment_id)
         where c.number = @number and p.container_id = @container and (@organisation::uuid is null or @organisation in (c.to_organisation_id, c.from_organisation_id))
         order by p.taken_at, p.photo_id limit 1
        """;

    /// <param name="organisation">The site's or the sender's; none for the operator.</param>
    public Task<WeighInPhoto?> FindAsync(string number, Guid container, OrganisationId? organisation, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<WeighInPhoto>(FindSql, new { number, container, organisation }, ct);
}

public sealed record WeighInPhoto(string MediaType, byte[] Content);
