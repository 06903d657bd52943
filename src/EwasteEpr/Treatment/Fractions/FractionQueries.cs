using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Fractions;

/// <summary>Fractions that nobody has confirmed yet, and the loads on their way.</summary>
public sealed class FractionQueries(Db db, Secrets secrets)
{
    private const string StockSql = """
        select o.output_id, b.number as batch, s.number as site, b.category, o.fraction, k.name_kk, k.name_ru, k.name_en, o.waste_code, o.hazardous, o.operation, o.result, o.grams, o.shipped_grams, o.confirmed_grams, b.closed_on,
               o.destination_name, o.destination_country
          from batch_outputs o
          join batches b using (batch_id)
          join sites s on s.site_id = b.site_id
          join fraction_kinds k on k.fraction = o.fraction
         where b.organisation_id = @organisation and b.state = 'Closed' and o.state in ('InStock', 'Shipped') and o.account_id is not null and o.confirmed_grams < o.grams
           and (@fraction::text is null or o.fraction = @fraction) and (@site::text is null or s.number = @site)
         order by b.closed_on, o.output_id
         limit @limit
        """;

    public Task<IReadOnlyList<FractionStock>> StockAsync(OrganisationId organisation, string? fraction, string? site, int limit, CancellationToken ct) =>
        db.QueryAsync<FractionStock>(StockSql, new { organisation, fraction, site, limit }, ct);

    private const string OneSql = """
        select o.output_id, b.number as batch, s.number as site, b.category, o.fraction, k.name_kk, k.name_ru, k.name_en, o.waste_code, o.hazardous, o.operation, o.result, o.grams, o.shipped_grams, o.confirmed_grams, b.closed_on,
               o.destination_name, o.destination_country
          from batch_outputs o join batches b using (batch_id) join sites s on s.site_id = b.site_id join fraction_kinds k on k.fraction = o.fraction
         where o.output_id = @output and b.organisation_id = @organisation and b.state = 'Closed' and o.state <> 'Cancelled' and o.account_id is not null
        """;

    public Task<FractionStock?> FindAsync(Guid output, OrganisationId organisation, CancellationToken ct) => db.QuerySingleOrDefaultAsync<FractionStock>(OneSql, new { output, organisation }, ct);

    private const string ShipmentColumns = """
        select s.shipment_id, s.number, s.state, s.grams, s.buyer_name, s.country, s.notification_no, s.basel_code, s.shipped_on, s.confirmed_grams, s.confirmed_on, s.confirmed_by_name, s.less_reason, s.token_sealed,
               b.number as batch, b.category, o.fraction, k.name_kk, k.name_ru, k.name_en, o.waste_code, o.operation, t.number as site, t.name_kk as site_kk, t.name_ru as site_ru, t.address,
               g.name_kk as organisation_kk, g.name_ru as organisation_ru
          from fraction_shipments s
          join batch_outputs o using (output_id)
          join batches b using (batch_id)
          join fraction_kinds k on k.fraction = o.fraction
          join sites t on t.site_id = s.site_id
          join organisations g on g.organisation_id = s.organisation_id
        """;

    private const string ShipmentsSql = ShipmentColumns + """

         where s.organisation_id = @organisation and (@state::text is null or s.state = @state) and (@output::uuid is null or s.output_id = @output) and (@after::uuid is null or s.shipment_id < @after)
         order by s.shipment_id desc
         limit @limit
        """;

    public Task<IReadOnlyList<ShipmentRow>> ShipmentsAsync(OrganisationId organisation, string? state, Guid? output, Guid? after, int limit, CancellationToken ct) =>
        db.QueryAsync<ShipmentRow>(ShipmentsSql, new { organisation, state, output, after, limit }, ct);

    private const string ShipmentSql = ShipmentColumns + " where s.number = @number and s.organisation_id = @organisation";

    public Task<ShipmentRow?> ShipmentAsync(string number, OrganisationId organisation, CancellationToken ct) => db.QuerySingleOrDefaultAsync<ShipmentRow>(ShipmentSql, new { number, organisation }, ct);

    /// <summary>For the paper that travels with the load.</summary>
    public string TokenOf(ShipmentRow shipment)
    {
        ArgumentNullException.ThrowIfNull(shipment);
        return secrets.OpenText(FractionShipping.TokenPurpose, shipment.TokenSealed);
    }
}

public sealed record FractionStock(
    Guid OutputId, string Batch, string Site, string Category, string Fraction, string NameKk, string NameRu, string NameEn, string? WasteCode, bool Hazardous, string Operation, string Result, long Grams, long ShippedGrams,
    long ConfirmedGrams, DateOnly ClosedOn, string? DestinationName, string? DestinationCountry)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    public long LeftGrams => Grams - ShippedGrams - ConfirmedGrams;
}

public sealed record ShipmentRow(
    Guid ShipmentId, string Number, string State, long Grams, string BuyerName, string Country, string? NotificationNo, string? BaselCode, DateOnly ShippedOn, long? ConfirmedGrams, DateOnly? ConfirmedOn, string? ConfirmedByName,
    string? LessReason, byte[] TokenSealed, string Batch, string Category, string Fraction, string NameKk, string NameRu, string NameEn, string? WasteCode, string Operation, string Site, string SiteKk, string SiteRu, string Address,
    string OrganisationKk, string OrganisationRu)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;

    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;
}
