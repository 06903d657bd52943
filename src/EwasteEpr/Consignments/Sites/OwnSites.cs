using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Sites;

/// <summary>The sites of an organisation, for lists of choices. What stands in them, Treatment shows.</summary>
public sealed class OwnSites(Db db)
{
    private const string SitesSql = "select site_id, number, name_kk, name_ru from sites where organisation_id = @organisation and closed_on is null order by number limit 100";

    public Task<IReadOnlyList<OwnSite>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<OwnSite>(SitesSql, new { organisation }, ct);
}

public sealed record OwnSite(Guid SiteId, string Number, string NameKk, string NameRu)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}
