using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.TakeBack.Passport;

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

    public async Task<Passport?> FindAsync(string token, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<PassportRow>(FindSql, new { hash = secrets.Hash(DropOffService.PassportPurpose, token) }, ct) is { } row
            ? new Passport(row, await db.QueryAsync<PassportItem>(ItemsSql, new { id = row.DropOffId }, ct))
            : null;
}

public sealed record Passport(PassportRow DropOff, IReadOnlyList<PassportItem> Items)
{
    /// <summary>How far it has come: the heading says it.</summary>
    public string Stage =>
        Items.Any(item => item.SealedAt is not null) ? "Sealed"
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
