using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister.Waste;

/// <summary>The national register of e-waste. The operator reads the country; inspectors and akimats their regions, which stand in every statement.</summary>
public sealed class WasteRegister(Db db)
{
    public const int PageSize = 50;
    public const int MostRows = 100_000;

    private const string SummarySql = """
        select i.region_kato, i.kind, i.is_hazardous, count(*) as lots, sum(i.grams)::bigint as grams, min(i.since) as oldest
          from waste_inventory i
         where @regions::text[] is null or i.region_kato = any (@regions)
         group by i.region_kato, i.kind, i.is_hazardous
         order by i.region_kato, i.kind, i.is_hazardous
         limit 2000
        """;

    /// <summary>The inventory by region, kind of place and hazard.</summary>
    public Task<IReadOnlyList<InventorySum>> SummaryAsync(WasteFilter filter, CancellationToken ct) => db.QueryAsync<InventorySum>(SummarySql, Parameters(filter), ct);

    private const string InventorySql = """
        select i.kind, i.row_id, i.number, i.place, i.place_kk, i.place_ru, o.name_kk as organisation_kk, o.name_ru as organisation_ru, i.region_kato, i.latitude, i.longitude, i.category, i.waste_code, i.is_hazardous,
               i.grams, i.since, (app.today() - i.since)::int as days
          from waste_inventory i join organisations o using (organisation_id)
         where (@regions::text[] is null or i.region_kato = any (@regions))
           and (@Region::text is null or i.region_kato = @Region) and (@Kind::text is null or i.kind = @Kind) and (@Category::text is null or i.category = @Category)
           and (@Hazardous::boolean is null or i.is_hazardous = @Hazardous)
           and (@afterOn::date is null or (i.since, i.row_id, i.category) > (@afterOn, @afterId, @afterPart))
         order by i.since, i.row_id, i.category
         limit @limit
        """;

    /// <summary>What lies where, the oldest first.</summary>
    public Task<IReadOnlyList<InventoryRow>> InventoryAsync(WasteFilter filter, WasteCursor? after, int limit, CancellationToken ct) => db.QueryAsync<InventoryRow>(InventorySql, Parameters(filter, after, limit), ct);

    private const string PlacesSql = """
        select p.role, p.place_id, p.number, p.organisation_id, p.organisation_kk, p.organisation_ru, p.bin, p.name_kk, p.name_ru, p.region_kato, p.kato, p.address, p.latitude, p.longitude, p.since, p.until
          from waste_places p
         where (@regions::text[] is null or p.region_kato = any (@regions)) and (@Region::text is null or p.region_kato = @Region) and (@Kind::text is null or p.role = @Kind)
           and (@afterOn::date is null or (p.since, p.place_id, p.role) > (@afterOn, @afterId, @afterPart))
         order by p.since, p.place_id, p.role
         limit @limit
        """;

    /// <summary>Who holds e-waste and where.</summary>
    public Task<IReadOnlyList<PlaceRow>> PlacesAsync(WasteFilter filter, WasteCursor? after, int limit, CancellationToken ct) => db.QueryAsync<PlaceRow>(PlacesSql, Parameters(filter, after, limit), ct);

    private const string MovementsSql = """
        select l.transfer_id as row_id, l.account_id::text as part, l.posted_at as at, l.kind, l.measure, reconciliation.account_name(l.account_id) as document, l.category, l.region_kato, l.amount as grams
          from reconciliation.mass_legs l
         where l.posted_at >= app.now() - interval '1 year'
           and (@regions::text[] is null or l.region_kato = any (@regions)) and (@Region::text is null or l.region_kato = @Region) and (@Category::text is null or l.category = @Category)
           and (@afterId::uuid is null or (l.transfer_id, l.account_id::text) < (@afterId, @afterPart))
         order by l.transfer_id desc, l.account_id::text desc
         limit @limit
        """;

    /// <summary>Both ends of every movement of the last year, the newest first.</summary>
    public Task<IReadOnlyList<MovementRow>> MovementsAsync(WasteFilter filter, WasteCursor? after, int limit, CancellationToken ct) => db.QueryAsync<MovementRow>(MovementsSql, Parameters(filter, after, limit), ct);

    private const string ResiduesSql = """
        select r.output_id as row_id, r.number, r.site, r.site_kk, r.site_ru, o.name_kk as organisation_kk, o.name_ru as organisation_ru, r.region_kato, r.category, r.fraction, r.name_kk, r.name_ru, r.name_en, r.waste_code, r.is_hazardous,
               r.operation, r.result, r.grams, r.held_grams, r.given_grams, r.made_on, r.passed_to
          from waste_residues r join organisations o using (organisation_id)
         where (@regions::text[] is null or r.region_kato = any (@regions))
           and (@Region::text is null or r.region_kato = @Region) and (@Category::text is null or r.category = @Category) and (@Hazardous::boolean is null or r.is_hazardous = @Hazardous)
           and (@afterOn::date is null or (r.made_on, r.output_id) > (@afterOn, @afterId))
         order by r.made_on, r.output_id
         limit @limit
        """;

    /// <summary>Residues of treatment by site and hazard.</summary>
    public Task<IReadOnlyList<ResidueRow>> ResiduesAsync(WasteFilter filter, WasteCursor? after, int limit, CancellationToken ct) => db.QueryAsync<ResidueRow>(ResiduesSql, Parameters(filter, after, limit), ct);

    private static object Parameters(WasteFilter filter, WasteCursor? after = null, int limit = PageSize)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new { regions = filter.ReadersRegions?.ToArray(), filter.Region, filter.Kind, filter.Category, filter.Hazardous, afterOn = after?.On, afterId = after?.Id, afterPart = after?.Part, limit };
    }
}

/// <param name="ReadersRegions">What the reader may see; none: the country.</param>
/// <param name="Kind">Of a thing in the inventory, or the role of a place.</param>
public sealed record WasteFilter(IReadOnlyList<string>? ReadersRegions, string? Region = null, string? Kind = null, string? Category = null, bool? Hazardous = null);

/// <summary>Where the next page begins.</summary>
public sealed record WasteCursor(DateOnly? On, Guid Id, string Part)
{
    public static WasteCursor? Parse(string? text) =>
        text?.Split('~') is [var on, var id, { Length: <= 40 } part] && Guid.TryParse(id, out var row)
            ? new WasteCursor(DateOnly.TryParseExact(on, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) ? day : null, row, part) : null;

    public override string ToString() => $"{On?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}~{Id}~{Part}";
}

/// <param name="IsHazardous">None: no code and nobody's word.</param>
public sealed record InventorySum(string RegionKato, string Kind, bool? IsHazardous, long Lots, long Grams, DateOnly? Oldest);

/// <param name="Kind">Container, Consignment, SiteLot, Batch or Fraction.</param>
/// <param name="Place">None: on the road.</param>
public sealed record InventoryRow(
    string Kind, Guid RowId, string Number, string? Place, string? PlaceKk, string? PlaceRu, string OrganisationKk, string OrganisationRu, string RegionKato, double? Latitude, double? Longitude, string Category, string? WasteCode, bool? IsHazardous,
    long Grams, DateOnly Since, int Days)
{
    public WasteCursor Cursor => new(Since, RowId, Category);
}

/// <param name="Role">Generator, Point, Carrier, Recycler, Refurbisher or Merchant.</param>
/// <param name="Kato">Of the settlement, where it is known.</param>
public sealed record PlaceRow(
    string Role, Guid PlaceId, string? Number, Guid OrganisationId, string OrganisationKk, string OrganisationRu, string? Bin, string NameKk, string NameRu, string RegionKato, string? Kato, string Address, double? Latitude, double? Longitude,
    DateOnly Since, DateOnly? Until)
{
    public WasteCursor Cursor => new(Since, PlaceId, Role);
}

/// <param name="Grams">Above zero: came there; below: left.</param>
public sealed record MovementRow(Guid RowId, string Part, DateTimeOffset At, string Kind, string Measure, string? Document, string Category, string RegionKato, long Grams)
{
    public WasteCursor Cursor => new(null, RowId, Part);
}

/// <param name="HeldGrams">Not confirmed yet: lies at the site, or was given away and waits for the taker's word.</param>
/// <param name="GivenGrams">Of the held: passed on.</param>
/// <param name="PassedTo">Papers with their takers.</param>
public sealed record ResidueRow(
    Guid RowId, string Number, string Site, string SiteKk, string SiteRu, string OrganisationKk, string OrganisationRu, string RegionKato, string Category, string Fraction, string NameKk, string NameRu, string NameEn, string? WasteCode,
    bool IsHazardous, string Operation, string Result, long Grams, long HeldGrams, long GivenGrams, DateOnly? MadeOn, string? PassedTo)
{
    public WasteCursor Cursor => new(MadeOn, RowId, "");

    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
