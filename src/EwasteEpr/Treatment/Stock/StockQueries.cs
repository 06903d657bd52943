using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Stock;

/// <summary>What stands in a site's stock, lot by lot: each with where it came from, who pays for it and on what basis it was weighed.</summary>
public sealed class StockQueries(Db db)
{
    private const string SitesSql = """
        select s.site_id, s.number, s.name_kk, s.name_ru, array(select distinct n.category from certified_now n where n.site_id = s.site_id order by n.category) as categories
          from sites s where s.organisation_id = @organisation and s.closed_on is null
         order by s.number limit 200
        """;

    /// <summary>The organisation's sites, each with the categories it is certified for at this moment.</summary>
    public Task<IReadOnlyList<SiteRow>> SitesAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<SiteRow>(SitesSql, new { organisation }, ct);

    private const string LotsSql = """
        select l.site_lot_id, s.number as site, l.category, l.stream, l.channel, l.payer, l.basis, l.weighed_in_on, l.received_grams, a.balance as held_grams, c.number as container, t.number as consignment, l.is_hazardous
          from site_lots l
          join sites s on s.site_id = l.site_id
          join ledger.accounts a on a.account_id = l.account_id
          left join containers c on c.container_id = l.container_id
          left join consignments t on t.consignment_id = l.consignment_id
         where l.organisation_id = @organisation and a.balance > 0 and (@site::text is null or s.number = @site) and (@category::text is null or l.category = @category)
         order by l.weighed_in_on, l.site_lot_id
         limit @limit
        """;

    /// <summary>Lots that still hold something, the oldest first: the order in which batches take them.</summary>
    public Task<IReadOnlyList<StockLot>> LotsAsync(OrganisationId organisation, string? site, string? category, int limit, CancellationToken ct) =>
        db.QueryAsync<StockLot>(LotsSql, new { organisation, site, category, limit }, ct);

    private const string LeftSql = "select coalesce(greatest(capacity_left(@site, @category, app.today()), 0), 0)";

    /// <summary>How much of the certified capacity is left today.</summary>
    public async Task<Weight> CapacityLeftAsync(Guid site, string category, CancellationToken ct) => Weight.FromGrams(await db.QuerySingleAsync<long>(LeftSql, new { site, category }, ct));
}

public sealed record SiteRow(Guid SiteId, string Number, string NameKk, string NameRu, string[] Categories)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record StockLot(
    Guid SiteLotId, string Site, string Category, string Stream, string Channel, string Payer, string Basis, DateOnly WeighedInOn, long ReceivedGrams, long HeldGrams, string? Container, string? Consignment, bool IsHazardous);
