using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>What the counter sees on its first screen: the last decisions with their ten minutes, and today's three figures.</summary>
public sealed class CounterDesk(Db db)
{
    private const string RecentSql = """
        select a.intake_id, a.accepted_at, a.undo_until, a.undone_at is null and a.undo_until > app.now() as may_undo, a.undone_at, a.is_walk_in, a.event_id is not null as is_offline,
               i.names_kk, i.names_ru, i.names_en, i.grams, i.bags, v.state as voucher_state, v.amount_tiyn as voucher_tiyn, a.no_reward
          from intakes a
          join lateral (
               select array_agg(n.name_kk order by x.intake_item_id) as names_kk, array_agg(n.name_ru order by x.intake_item_id) as names_ru, array_agg(n.name_en order by x.intake_item_id) as names_en,
                      coalesce(sum(x.grams), 0)::bigint as grams, array_remove(array_agg(x.bag_no order by x.intake_item_id), null) as bags
                 from intake_items x join thing_names n on n.unu_key = x.unu_key
                where x.intake_id = a.intake_id) i on true
          left join vouchers v on v.voucher_id = a.voucher_id
         where a.point_id = @point and a.organisation_id = @organisation and a.accepted_at >= app.today()::timestamp at time zone 'Asia/Almaty'
         order by a.accepted_at desc, a.intake_id desc
         limit 20
        """;

    public Task<IReadOnlyList<RecentIntake>> RecentAsync(OrganisationId organisation, PointId point, CancellationToken ct) =>
        db.QueryAsync<RecentIntake>(RecentSql, new { organisation, point }, ct);

    private const string TodaySql = """
        select count(i.intake_item_id) as items, coalesce(sum(i.grams), 0)::bigint as grams,
               (select count(*) from containers c where c.point_id = @point and c.organisation_id = @organisation and c.state = 'Open') as open_containers
          from intakes a
          join intake_items i on i.intake_id = a.intake_id
         where a.point_id = @point and a.organisation_id = @organisation and a.undone_at is null and a.accepted_at >= app.today()::timestamp at time zone 'Asia/Almaty'
        """;

    public Task<CounterToday> TodayAsync(OrganisationId organisation, PointId point, CancellationToken ct) =>
        db.QuerySingleAsync<CounterToday>(TodaySql, new { organisation, point }, ct);

    private const string ReceiptSql = """
        select a.intake_id, a.drop_off_id, a.accepted_at, a.undo_until, a.undone_at is null and a.undo_until > app.now() as may_undo, a.undone_at, a.is_walk_in, a.no_reward,
               d.passport_sealed, v.voucher_id, v.code_sealed, v.pin_sealed, v.amount_tiyn as voucher_tiyn, v.state as voucher_state, v.expires_on, v.releases_at,
               array(select h.reason from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null order by h.reason) as held_by,
               exists (select from intake_photos p where p.intake_id = a.intake_id) as has_photo
          from intakes a
          join drop_offs d on d.drop_off_id = a.drop_off_id
          left join vouchers v on v.voucher_id = a.voucher_id
         where a.intake_id = @intake and a.organisation_id = @organisation and a.point_id = @point
        """;

    private const string ReceiptItemsSql = """
        select n.name_kk, n.name_ru, n.name_en, i.category, i.grams, i.basis, i.scale_no, i.serial_tail, i.serial_flag, i.tamper_label, i.bag_no, i.data_choice, i.hazards, c.number as container
          from intake_items i
          join thing_names n on n.unu_key = i.unu_key
          join stock_lots l on l.lot_id = i.lot_id
          join containers c on c.container_id = l.container_id
         where i.intake_id = @intake
         order by i.intake_item_id
         limit 20
        """;

    /// <summary>What was just decided, with what the giver takes home.</summary>
    public async Task<IntakeReceipt?> ReceiptAsync(Guid intake, Workplace place, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        return await db.QuerySingleOrDefaultAsync<ReceiptRow>(ReceiptSql, new { intake, organisation = place.Organisation, point = place.Point }, ct) is { } row
            ? new IntakeReceipt(row, await db.QueryAsync<ReceiptItem>(ReceiptItemsSql, new { intake }, ct))
            : null;
    }
}

public sealed record RecentIntake(
    Guid IntakeId, DateTimeOffset AcceptedAt, DateTimeOffset UndoUntil, bool MayUndo, DateTimeOffset? UndoneAt, bool IsWalkIn, bool IsOffline,
    string[] NamesKk, string[] NamesRu, string[] NamesEn, long Grams, string[] Bags, string? VoucherState, long? VoucherTiyn, string? NoReward)
{
    public IReadOnlyList<string> Names(string language) => language switch { "kk" => NamesKk, "ru" => NamesRu, _ => NamesEn };
}

public sealed record CounterToday(long Items, long Grams, long OpenContainers);

public sealed record IntakeReceipt(ReceiptRow Row, IReadOnlyList<ReceiptItem> Items);

public sealed record ReceiptRow(
    Guid IntakeId, Guid DropOffId, DateTimeOffset AcceptedAt, DateTimeOffset UndoUntil, bool MayUndo, DateTimeOffset? UndoneAt, bool IsWalkIn, string? NoReward,
    byte[] PassportSealed, Guid? VoucherId, byte[]? CodeSealed, byte[]? PinSealed, long? VoucherTiyn, string? VoucherState, DateOnly? ExpiresOn, DateTimeOffset? ReleasesAt, string[] HeldBy, bool HasPhoto);

public sealed record ReceiptItem(
    string NameKk, string NameRu, string NameEn, string Category, long Grams, string Basis, string? ScaleNo, string? SerialTail, string? SerialFlag, string? TamperLabel, string? BagNo, string DataChoice, string[] Hazards, string Container)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
