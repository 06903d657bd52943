using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Consignments.Custody;

/// <summary>Consignments to look at: each side sees its own, everybody else finds nothing.</summary>
public sealed class ConsignmentQueries(Db db)
{
    private const string Columns = """
        select c.consignment_id, c.number, c.state, c.payer, c.for_reuse, c.vehicle, c.driver, c.end_reason, c.prepared_at, c.despatched_at, c.received_at, c.ended_at,
               c.from_organisation_id, c.to_organisation_id, c.carrier_organisation_id, c.to_site_id, o.name_kk as sender_kk, o.name_ru as sender_ru, o.bin as sender_bin, p.name_kk as point_kk, p.name_ru as point_ru,
               coalesce(p.address_kk, '') as from_address_kk, coalesce(p.address_ru, '') as from_address_ru,
               r.name_kk as receiver_kk, r.name_ru as receiver_ru, r.bin as receiver_bin, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, s.address as to_address,
               h.name_kk as carrier_kk, h.name_ru as carrier_ru, h.bin as carrier_bin, w.name_kk as system_kk, w.name_ru as system_ru,
               (select count(*)::int from consignment_containers x where x.consignment_id = c.consignment_id) as containers,
               (select count(*)::int from consignment_containers x where x.consignment_id = c.consignment_id and x.weighed_at is null) as waiting,
               (select coalesce(sum(x.sent_grams), 0)::bigint from consignment_containers x where x.consignment_id = c.consignment_id) as sent_grams,
               (select sum(x.net_grams)::bigint from consignment_containers x where x.consignment_id = c.consignment_id) as net_grams
          from consignments c
          join organisations o on o.organisation_id = c.from_organisation_id
          join organisations r on r.organisation_id = c.to_organisation_id
          join sites s on s.site_id = c.to_site_id
          left join collection_points p on p.point_id = c.from_point_id
          left join organisations h on h.organisation_id = c.carrier_organisation_id
          left join organisations w on w.organisation_id = c.own_system_id
        """;

    private const string Page = " and (@before::text is null or c.number < @before) order by c.number desc limit @limit";

    private const string SentSql = Columns + " where c.from_organisation_id = @organisation and c.from_point_id = @point" + Page;

    public Task<IReadOnlyList<ConsignmentRow>> SentAsync(Workplace place, string? before, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        return db.QueryAsync<ConsignmentRow>(SentSql, new { organisation = place.Organisation, point = place.Point, before, limit }, ct);
    }

    private const string IncomingSql = Columns + " where c.to_organisation_id = @organisation and c.state <> 'Cancelled' and (@state::text is null or c.state = @state)" + Page;

    public Task<IReadOnlyList<ConsignmentRow>> IncomingAsync(OrganisationId organisation, string? state, string? before, int limit, CancellationToken ct) =>
        db.QueryAsync<ConsignmentRow>(IncomingSql, new { organisation, state, before, limit }, ct);

    private const string AllSql = Columns + " where (@state::text is null or c.state = @state)" + Page;

    /// <summary>Everybody's, for the operator.</summary>
    public Task<IReadOnlyList<ConsignmentRow>> AllAsync(string? state, string? before, int limit, CancellationToken ct) => db.QueryAsync<ConsignmentRow>(AllSql, new { state, before, limit }, ct);

    private const string RoomSql = """
        select case when c.to_organisation_id = o.organisation_id then 'Receiver' when c.carrier_organisation_id = o.organisation_id then 'Carrier' else 'Sender' end as side, o.slug
          from consignments c
          join organisations o on o.organisation_id in (c.to_organisation_id, c.carrier_organisation_id, c.from_organisation_id)
          join memberships m on m.organisation_id = o.organisation_id and m.person_id = @person
         where c.number = @number and c.state <> 'Cancelled'
         order by (o.organisation_id = c.carrier_organisation_id) desc, (o.organisation_id = c.to_organisation_id) desc, o.slug
         limit 1
        """;

    /// <summary>Where somebody who read the waybill's QR hands over: in the room of the side they work for.</summary>
    public Task<ConsignmentRoom?> RoomAsync(string number, PersonId person, CancellationToken ct) => db.QuerySingleOrDefaultAsync<ConsignmentRoom>(RoomSql, new { number, person }, ct);

    private const string CarriedSql = Columns + " where c.carrier_organisation_id = @organisation and c.state <> 'Cancelled'" + Page;

    public Task<IReadOnlyList<ConsignmentRow>> CarriedAsync(OrganisationId organisation, string? before, int limit, CancellationToken ct) =>
        db.QueryAsync<ConsignmentRow>(CarriedSql, new { organisation, before, limit }, ct);

    private const string OneSql = Columns + """
         where c.number = @number
           and case @side when 'Sender' then c.from_organisation_id = @organisation when 'Receiver' then c.to_organisation_id = @organisation and c.state <> 'Cancelled'
                           when 'Operator' then true else c.carrier_organisation_id = @organisation end
        """;

    private const string ContainersSql = """
        select x.container_id, b.number, b.kind, b.category, b.state, b.seal_no, b.net_grams as sealed_grams, x.sent_grams, x.waste_code, w.hazardous, w.name_kk as waste_kk, w.name_ru as waste_ru, x.expected_items, x.counted_items,
               x.gross_grams, x.tare_grams, x.packaging_grams, x.net_grams, x.basis, x.scale_no, x.scale_verified_until, x.weighed_at, x.is_missing, x.ticket_no,
               exists (select from weigh_in_photos f where f.consignment_id = x.consignment_id and f.container_id = x.container_id) as has_photo,
               b.tare_grams as own_tare_grams
          from consignment_containers x
          join containers b on b.container_id = x.container_id
          left join waste_codes w on w.code = x.waste_code
         where x.consignment_id = @id
         order by b.number
         limit 500
        """;

    public async Task<ConsignmentDetails?> FindAsync(string number, ConsignmentSide side, OrganisationId organisation, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<ConsignmentRow>(OneSql, new { number, side = side.ToString(), organisation }, ct) is { } row
            ? new ConsignmentDetails(row, await db.QueryAsync<TravellingContainer>(ContainersSql, new { id = row.ConsignmentId }, ct)) : null;

    private const string SealedSql = """
        select c.container_id, c.number, c.kind, c.category, c.for_reuse, c.net_grams, c.sealed_at
          from containers c
         where c.point_id = @point and c.organisation_id = @organisation and c.state = 'Sealed'
           and not exists (select from consignment_containers x where x.container_id = c.container_id and x.released_at is null)
         order by c.sealed_at, c.container_id
         limit 200
        """;

    /// <summary>What may be sent now.</summary>
    public Task<IReadOnlyList<SealedContainer>> SealedAsync(Workplace place, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        return db.QueryAsync<SealedContainer>(SealedSql, new { organisation = place.Organisation, point = place.Point }, ct);
    }

    private const string SitesSql = """
        select s.site_id, s.number, s.kind, s.name_kk, s.name_ru, o.name_kk as organisation_kk, o.name_ru as organisation_ru, string_agg(distinct n.category, ' ' order by n.category) as categories
          from certified_now n join sites s using (site_id) join organisations o on o.organisation_id = s.organisation_id
         group by s.site_id, s.number, s.kind, s.name_kk, s.name_ru, o.name_kk, o.name_ru
         order by s.number
         limit 500
        """;

    /// <summary>Sites that are certified for something now, and for what.</summary>
    public Task<IReadOnlyList<SiteChoice>> SitesAsync(CancellationToken ct) => db.QueryAsync<SiteChoice>(SitesSql, null, ct);

    private const string CarriersSql = "select organisation_id, name_kk, name_ru from organisations where 'carrier' = any (activities) order by name_kk, organisation_id limit 500";

    public Task<IReadOnlyList<CarrierChoice>> CarriersAsync(CancellationToken ct) => db.QueryAsync<CarrierChoice>(CarriersSql, null, ct);
}

public enum ConsignmentSide
{
    Sender,
    Carrier,
    Receiver,

    /// <summary>Reads everybody's and changes none.</summary>
    Operator,
}

public sealed record ConsignmentRoom(string Side, string Slug);

public sealed record ConsignmentRow(
    Guid ConsignmentId, string Number, string State, string Payer, bool ForReuse, string? Vehicle, string? Driver, string? EndReason, DateTimeOffset PreparedAt, DateTimeOffset? DespatchedAt, DateTimeOffset? ReceivedAt, DateTimeOffset? EndedAt,
    Guid FromOrganisationId, Guid ToOrganisationId, Guid? CarrierOrganisationId, Guid ToSiteId, string SenderKk, string SenderRu, string? SenderBin, string? PointKk, string? PointRu, string FromAddressKk, string FromAddressRu,
    string ReceiverKk, string ReceiverRu, string? ReceiverBin, string Site, string SiteKk, string SiteRu, string ToAddress, string? CarrierKk, string? CarrierRu, string? CarrierBin, string? SystemKk, string? SystemRu,
    int Containers, int Waiting, long SentGrams, long? NetGrams)
{
    public string Sender(string language) => language == "kk" ? SenderKk : SenderRu;

    public string? Point(string language) => language == "kk" ? PointKk : PointRu;

    public string FromAddress(string language) => language == "kk" ? FromAddressKk : FromAddressRu;

    public string Receiver(string language) => language == "kk" ? ReceiverKk : ReceiverRu;

    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;

    public string? Carrier(string language) => language == "kk" ? CarrierKk : CarrierRu;

    public string? OwnSystem(string language) => language == "kk" ? SystemKk : SystemRu;
}

public sealed record TravellingContainer(
    Guid ContainerId, string Number, string Kind, string Category, string State, string? SealNo, long? SealedGrams, long SentGrams, string? WasteCode, bool? Hazardous, string? WasteKk, string? WasteRu, int ExpectedItems, int? CountedItems,
    long? GrossGrams, long? TareGrams, long? PackagingGrams, long? NetGrams, string? Basis, string? ScaleNo, DateOnly? ScaleVerifiedUntil, DateTimeOffset? WeighedAt, bool IsMissing, string? TicketNo, bool HasPhoto, long OwnTareGrams)
{
    public bool IsWeighed => WeighedAt is not null;

    public string? Waste(string language) => language == "kk" ? WasteKk : WasteRu;
}

public sealed record ConsignmentDetails(ConsignmentRow Consignment, IReadOnlyList<TravellingContainer> Containers);

public sealed record SealedContainer(Guid ContainerId, string Number, string Kind, string Category, bool ForReuse, long NetGrams, DateTimeOffset SealedAt);

public sealed record SiteChoice(Guid SiteId, string Number, string Kind, string NameKk, string NameRu, string OrganisationKk, string OrganisationRu, string Categories)
{
    public string Name(string language) => language == "kk" ? $"{NameKk}, {OrganisationKk}" : $"{NameRu}, {OrganisationRu}";
}

public sealed record CarrierChoice(Guid OrganisationId, string NameKk, string NameRu)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}
