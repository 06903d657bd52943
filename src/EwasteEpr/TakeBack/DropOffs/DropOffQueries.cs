using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>A drop-off for those who may see it: the browser that made it, and the counter that holds its code.</summary>
public sealed class DropOffQueries(Db db, Secrets secrets, VoucherSecrets givers)
{
    private const string ViewSql = """
        select d.drop_off_id, d.origin, d.stream, d.channel, d.code_sealed, d.passport_sealed, d.point_id, p.slug as point_slug, p.name_kk as point_kk, p.name_ru as point_ru, p.name_en as point_en,
               p.address_kk, p.address_ru, p.address_en, d.state, d.created_at, d.expires_at,
               coalesce(r.low_tiyn, 0) as low_tiyn, coalesce(r.amount_tiyn, 0) as high_tiyn, r.expires_at as held_until,
               coalesce(r.state in ('Soft', 'Confirmed') and r.expires_at > app.now(), false) as is_held,
               d.phone_sealed is not null as has_phone, d.phone_confirmed_at,
               exists (select from consents c where c.drop_off_id = d.drop_off_id and c.purpose = 'PhoneNews' and c.withdrawn_at is null) as wants_news
          from drop_offs d
          join collection_points p on p.point_id = d.point_id
          left join reservations r on r.drop_off_id = d.drop_off_id
        """;

    private const string MineSql = ViewSql + " where d.drop_off_id = @id and d.owner_hash = @ownerHash";

    /// <summary>For the browser that made it; null for everybody else, as for one that is not there.</summary>
    public async Task<DropOffView?> MineAsync(Guid id, string owner, CancellationToken ct) =>
        await OpenAsync(await db.QuerySingleOrDefaultAsync<DropOffRow>(MineSql, new { id, ownerHash = givers.Device(owner) }, ct), ct);

    private const string ByIdSql = ViewSql + " where d.drop_off_id = @id";

    /// <summary>For whoever has just made it, or asks again with the same key.</summary>
    public async Task<DropOffView?> OpenAsync(Guid id, CancellationToken ct) => await OpenAsync(await db.QuerySingleOrDefaultAsync<DropOffRow>(ByIdSql, new { id }, ct), ct);

    private const string AllMineSql = "select drop_off_id from drop_offs where owner_hash = @ownerHash order by created_at desc, drop_off_id desc limit 50";

    public async Task<IReadOnlyList<DropOffView>> AllMineAsync(string owner, CancellationToken ct)
    {
        var views = new List<DropOffView>();
        foreach (var id in await db.QueryAsync<Guid>(AllMineSql, new { ownerHash = givers.Device(owner) }, ct))
        {
            views.Add((await MineAsync(id, owner, ct))!);
        }

        return views;
    }

    private const string ByCodeSql = ViewSql + " where d.code_hash = @codeHash and d.state in ('Reserved', 'Done') and d.expires_at > app.now()";

    /// <summary>At the counter: by the code that was shown there.</summary>
    /// <returns>Null for a code that is wrong, withdrawn or over: the counter is told no more than that.</returns>
    public async Task<DropOffView?> ByCodeAsync(string code, CancellationToken ct) =>
        await OpenAsync(await db.QuerySingleOrDefaultAsync<DropOffRow>(ByCodeSql, new { codeHash = secrets.Hash(DropOffService.CodePurpose, code) }, ct), ct);

    private const string IdByCodeSql = "select drop_off_id from drop_offs where code_hash = @codeHash and state in ('Reserved', 'Done') and expires_at > app.now()";

    internal Task<Guid?> IdByCodeAsync(DbTransaction transaction, string code, CancellationToken ct) =>
        transaction.QuerySingleOrDefaultAsync<Guid?>(IdByCodeSql, new { codeHash = secrets.Hash(DropOffService.CodePurpose, code) }, ct);

    private const string ItemsSql = """
        select i.item_id, i.item_no, i.unu_key, n.name_kk, n.name_ru, n.name_en, k.category, coalesce(round(k.mean_weight_kg * 1000), 1)::bigint as mean_weight,
               i.condition, i.data_choice, i.for_reuse, i.state, a.intake_id, a.grams, a.bag_no, r.reason as refusal_reason
          from drop_off_items i
          join unu_keys k on k.unu_key = i.unu_key
          join thing_names n on n.unu_key = i.unu_key
          left join intake_items a on a.item_id = i.item_id and a.undone_at is null
          left join refusals r on r.item_id = i.item_id
         where i.drop_off_id = @id
         order by i.item_no
         limit 20
        """;

    private const string IntakesSql = """
        select a.intake_id, a.accepted_at, a.undo_until, a.no_reward, a.voucher_id, v.state as voucher_state, v.amount_tiyn as voucher_tiyn, v.releases_at, v.expires_on as voucher_expires_on, v.code_sealed as voucher_code_sealed,
               array(select h.reason from voucher_holds h where h.voucher_id = a.voucher_id and h.outcome is null order by h.reason) as held_by
          from intakes a
          left join vouchers v on v.voucher_id = a.voucher_id
         where a.drop_off_id = @id and a.undone_at is null
         order by a.accepted_at, a.intake_id
         limit 20
        """;

    /// <summary>The passport's token out of its sealed copy: for the slip that a walk-in takes home.</summary>
    public static string OpenPassport(Secrets secrets, byte[] box)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.OpenText(DropOffService.PassportPurpose, box);
    }

    private async Task<DropOffView?> OpenAsync(DropOffRow? row, CancellationToken ct) => row is null ? null : new DropOffView(
        row,
        await db.QueryAsync<DropOffItemRow>(ItemsSql, new { id = row.DropOffId }, ct),
        await db.QueryAsync<DropOffIntakeRow>(IntakesSql, new { id = row.DropOffId }, ct),
        secrets.OpenText(DropOffService.CodePurpose, row.CodeSealed),
        secrets.OpenText(DropOffService.PassportPurpose, row.PassportSealed));
}
