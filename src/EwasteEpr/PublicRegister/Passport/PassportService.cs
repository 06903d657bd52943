using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.PublicRegister.Passport;

/// <summary>What became of what a person handed in, step by step. Shows no phone, no voucher and no other drop-off; whoever has the address may look.</summary>
public sealed class PassportService(Db db, Secrets secrets)
{
    private const string FindSql = """
        select d.drop_off_id, d.state, d.created_at, d.expires_at, p.slug as point_slug, p.name_kk as point_kk, p.name_ru as point_ru, p.name_en as point_en, p.address_kk, p.address_ru, p.address_en
          from drop_offs d
          join collection_points p on p.point_id = d.point_id
         where d.passport_hash = @hash
        """;

    // The place that accepted, not the one that was chosen before: people go elsewhere.
    private const string ItemsSql = """
        select i.item_id, n.name_kk, n.name_ru, n.name_en, i.unu_key, k.category, i.state, i.for_reuse, r.reason as refusal_reason,
               t.intake_item_id, a.accepted_at, t.grams, t.basis, t.scale_no, t.data_choice, t.bag_no,
               p.name_kk as place_kk, p.name_ru as place_ru, p.name_en as place_en, p.address_kk, p.address_ru, p.address_en,
               s.number as slip_number, s.kind as slip_kind, s.done_at as slip_at,
               c.number as container, c.state as container_state, c.opened_at as container_opened_at, c.sealed_at, c.seal_no, c.net_grams, l.lot_id
          from drop_off_items i
          join unu_keys k on k.unu_key = i.unu_key
          join thing_names n on n.unu_key = i.unu_key
          left join refusals r on r.item_id = i.item_id
          left join intake_items t on t.item_id = i.item_id and t.undone_at is null
          left join intakes a on a.intake_id = t.intake_id
          left join collection_points p on p.point_id = a.point_id
          left join data_slips s on s.intake_item_id = t.intake_item_id
          left join trace_links x on x.from_type = 'drop_off_item' and x.from_id = i.item_id and x.ended_at is null
          left join stock_lots l on l.lot_id = x.to_id and x.to_type = 'stock_lot'
          left join containers c on c.container_id = l.container_id
         where i.drop_off_id = @id
         order by i.item_no
         limit 20
        """;

    // Where the container went: of several journeys (a load may come back) the one that is not over, else the last. Batches and fractions join here, by the trace of the lot.
    private const string JourneySql = """
        select i.item_id, c.number as consignment, c.state, c.despatched_at, c.received_at, x.weighed_at, x.net_grams, x.basis, r.name_kk as receiver_kk, r.name_ru as receiver_ru, s.name_kk as site_kk, s.name_ru as site_ru
          from drop_off_items i
          join trace_links t on t.from_type = 'drop_off_item' and t.from_id = i.item_id and t.to_type = 'stock_lot' and t.ended_at is null
          join stock_lots l on l.lot_id = t.to_id
          join consignment_containers x on x.container_id = l.container_id and x.released_at is null
          join consignments c on c.consignment_id = x.consignment_id and c.despatched_at is not null
          join sites s on s.site_id = c.to_site_id
          join organisations r on r.organisation_id = c.to_organisation_id
         where i.drop_off_id = @id
         order by i.item_no
         limit 20
        """;

    public async Task<Passport?> FindAsync(string token, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<PassportRow>(FindSql, new { hash = secrets.Hash(DropOffService.PassportPurpose, token) }, ct) is { } row
            ? new Passport(row, await db.QueryAsync<PassportItem>(ItemsSql, new { id = row.DropOffId }, ct), await db.QueryAsync<PassportJourney>(JourneySql, new { id = row.DropOffId }, ct))
            : null;
}

public sealed record Passport(PassportRow DropOff, IReadOnlyList<PassportItem> Items, IReadOnlyList<PassportJourney> Journeys)
{
    public PassportJourney? JourneyOf(PassportItem item) => Journeys.FirstOrDefault(journey => journey.ItemId == item.ItemId);

    /// <summary>How far it has come: the heading says it.</summary>
    public string Stage =>
        Journeys.Any(journey => journey.WeighedAt is not null) ? "Recycler"
        : Journeys.Count > 0 ? "OnTheWay"
        : Items.Any(item => item.SealedAt is not null) ? "Sealed"
        : Items.Any(item => item.State == "Accepted") ? "Accepted"
        : Items.Count > 0 && Items.All(item => item.State == "Refused") ? "Refused"
        : DropOff.State is "Withdrawn" or "Expired" ? "Over"
        : "Announced";
}

public sealed record PassportRow(
    Guid DropOffId, string State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string PointSlug, string PointKk, string PointRu, string? PointEn, string AddressKk, string AddressRu, string? AddressEn)
{
    public string Point(string language) => language switch { "ru" => PointRu, "en" => PointEn ?? PointKk, _ => PointKk };

    public string Address(string language) => language switch { "ru" => AddressRu, "en" => AddressEn ?? AddressKk, _ => AddressKk };
}

public sealed record PassportItem(
    Guid ItemId, string NameKk, string NameRu, string NameEn, string UnuKey, string Category, string State, bool ForReuse, string? RefusalReason,
    Guid? IntakeItemId, DateTimeOffset? AcceptedAt, long? Grams, string? Basis, string? ScaleNo, string? DataChoice, string? BagNo,
    string? PlaceKk, string? PlaceRu, string? PlaceEn, string? AddressKk, string? AddressRu, string? AddressEn,
    string? SlipNumber, string? SlipKind, DateTimeOffset? SlipAt,
    string? Container, string? ContainerState, DateTimeOffset? ContainerOpenedAt, DateTimeOffset? SealedAt, string? SealNo, long? NetGrams, Guid? LotId)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    public string? Place(string language) => language switch { "ru" => PlaceRu, "en" => PlaceEn ?? PlaceKk, _ => PlaceKk };

    public string? Address(string language) => language switch { "ru" => AddressRu, "en" => AddressEn ?? AddressKk, _ => AddressKk };
}

/// <summary>From the point to the site, as far as it has come.</summary>
public sealed record PassportJourney(
    Guid ItemId, string Consignment, string State, DateTimeOffset? DespatchedAt, DateTimeOffset? ReceivedAt, DateTimeOffset? WeighedAt, long? NetGrams, string? Basis, string ReceiverKk, string ReceiverRu, string SiteKk, string SiteRu)
{
    public string Receiver(string language) => language == "kk" ? ReceiverKk : ReceiverRu;

    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;
}
