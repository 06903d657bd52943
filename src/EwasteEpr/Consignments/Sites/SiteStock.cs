using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Sites;

/// <summary>What stands at the sites of an organisation, lot by lot, and since when.</summary>
public sealed class SiteStock(Db db)
{
    private const string ListSql = """
        select l.site_lot_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, b.number as container, c.number as consignment, l.category, l.stream, l.channel, l.payer, l.basis, l.weighed_in_on,
               (app.today() - l.weighed_in_on)::int as days, l.received_grams, a.balance as left_grams, l.is_hazardous, t.is_eligible, t.is_payment_blocked
          from site_lots l
          join ledger.accounts a on a.account_id = l.account_id
          join sites s on s.site_id = l.site_id
          join site_lot_standing t on t.site_lot_id = l.site_lot_id
          left join containers b on b.container_id = l.container_id
          left join consignments c on c.consignment_id = l.consignment_id
         where l.organisation_id = @organisation and a.balance > 0 and (@category::text is null or l.category = @category) and (@site::text is null or s.number = @site)
           and (@after::uuid is null or (l.weighed_in_on, l.site_lot_id) > (@afterDay::date, @after::uuid))
         order by l.weighed_in_on, l.site_lot_id
         limit @limit
        """;

    /// <summary>Oldest first, as a batch takes them.</summary>
    public Task<IReadOnlyList<StockRow>> ListAsync(OrganisationId organisation, StockFilter filter, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<StockRow>(ListSql, new { organisation, category = filter.Category, site = filter.Site, after = filter.After, afterDay = filter.AfterDay, limit }, ct);
    }

    private const string SumSql = """
        select l.category, count(*)::int as lots, sum(a.balance)::bigint as grams, min(l.weighed_in_on) as since
          from site_lots l join ledger.accounts a on a.account_id = l.account_id
         where l.organisation_id = @organisation and a.balance > 0
         group by l.category
         order by l.category
         limit 10
        """;

    public Task<IReadOnlyList<StockSum>> SumAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<StockSum>(SumSql, new { organisation }, ct);

    private const string SitesSql = "select site_id, number, name_kk, name_ru from sites where organisation_id = @organisation and closed_on is null order by number limit 100";

    public Task<IReadOnlyList<OwnSite>> SitesAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<OwnSite>(SitesSql, new { organisation }, ct);
}

/// <param name="After">The last lot of the page before, with its day.</param>
public sealed record StockFilter(string? Category, string? Site, Guid? After = null, DateOnly? AfterDay = null);

public sealed record StockRow(
    Guid SiteLotId, string Site, string SiteKk, string SiteRu, string? Container, string? Consignment, string Category, string Stream, string Channel, string Payer, string Basis, DateOnly WeighedInOn, int Days,
    long ReceivedGrams, long LeftGrams, bool IsHazardous, bool IsEligible, bool IsPaymentBlocked)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;
}

public sealed record StockSum(string Category, int Lots, long Grams, DateOnly Since);

public sealed record OwnSite(Guid SiteId, string Number, string NameKk, string NameRu)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}
