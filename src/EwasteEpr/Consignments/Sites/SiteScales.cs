using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Sites;

/// <summary>The scales of a site. A mass is verified only on a scale with a number whose verification has not ended that day.</summary>
public sealed class SiteScales(Db db)
{
    private const string SaveSql = """
        with saved as (
            insert into site_scales (site_id, organisation_id, scale_no, verified_until, certificate_no, changed_by)
            select site_id, organisation_id, @scaleNo, @until, @certificate, @person from sites where site_id = @site and organisation_id = @organisation
            on conflict (site_id, scale_no) do update set verified_until = excluded.verified_until, certificate_no = excluded.certificate_no, changed_by = excluded.changed_by, changed_at = app.now()
            returning scale_no
        )
        select audit.write(@actor::jsonb, 'scale.saved', 'site_scale', scale_no, jsonb_build_object('site', @site::uuid, 'verified_until', @until::date)) from saved
        """;

    /// <returns>False for another organisation's site.</returns>
    public async Task<bool> SaveAsync(NewScale scale, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<Guid?>(
            SaveSql, new { site = scale.Site, organisation, scaleNo = scale.ScaleNo.Trim(), until = scale.VerifiedUntil, certificate = string.IsNullOrWhiteSpace(scale.CertificateNo) ? null : scale.CertificateNo.Trim(), person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string ListSql = """
        select k.site_id, k.scale_no, k.verified_until, k.certificate_no, coalesce(k.verified_until >= app.today(), false) as is_verified
          from site_scales k
         where k.organisation_id = @organisation
         order by k.site_id, k.scale_no
         limit 200
        """;

    public Task<IReadOnlyList<ScaleRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<ScaleRow>(ListSql, new { organisation }, ct);
}

/// <param name="VerifiedUntil">The last day on which its verification holds; none: not known, so it verifies nothing.</param>
public sealed record NewScale(Guid Site, string ScaleNo, DateOnly? VerifiedUntil, string? CertificateNo);

public sealed record ScaleRow(Guid SiteId, string ScaleNo, DateOnly? VerifiedUntil, string? CertificateNo, bool IsVerified);
