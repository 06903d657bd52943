using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Issuing;

/// <summary>Vouchers that somebody of the operator has to look at. Codes are never shown here: a voucher has a number.</summary>
public sealed class VoucherQueue(Db db)
{
    private const string QueueSql = """
        select v.voucher_no, v.state, v.amount_tiyn, v.made_at, v.expires_on, c.campaign_no, c.name_kk, c.name_ru, c.name_en, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
               array(select h.reason from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null order by h.reason) as reasons,
               (select min(h.decide_by) from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null) as decide_by,
               (select min(h.appeal) from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null) as appeal,
               x.reason as cancel_reason, x.proposed_by as cancel_by, p.name as cancel_name
          from vouchers v
          join campaigns c on c.campaign_id = v.campaign_id
          left join regions r on r.kato = v.region_kato
          left join voucher_cancellations x on x.voucher_id = v.voucher_id and x.state = 'Proposed'
          left join people p on p.person_id = x.proposed_by
         where case when @no::bigint is not null then v.voucher_no = @no else v.state = 'Held' or x.voucher_id is not null end
         order by decide_by nulls last, v.voucher_no
         limit 200
        """;

    /// <summary>Held, or proposed for cancelling; the earliest deadline first.</summary>
    public Task<IReadOnlyList<QueuedVoucher>> ListAsync(CancellationToken ct) => db.QueryAsync<QueuedVoucher>(QueueSql, new { no = (long?)null }, ct);

    public async Task<QueuedVoucher?> FindAsync(long voucherNo, CancellationToken ct) => await db.QueryAsync<QueuedVoucher>(QueueSql, new { no = (long?)voucherNo }, ct) is [var row] ? row : null;

    private const string HistorySql = """
        select h.place, h.from_state, h.to_state, h.at from voucher_history h join vouchers v on v.voucher_id = h.voucher_id where v.voucher_no = @voucherNo order by h.place limit 100
        """;

    public Task<IReadOnlyList<VoucherStep>> HistoryAsync(long voucherNo, CancellationToken ct) => db.QueryAsync<VoucherStep>(HistorySql, new { voucherNo }, ct);
}

public sealed record QueuedVoucher(
    long VoucherNo, string State, long AmountTiyn, DateTimeOffset MadeAt, DateOnly ExpiresOn, long CampaignNo, string NameKk, string NameRu, string NameEn, string? RegionKk, string? RegionRu, string? RegionEn,
    string[] Reasons, DateOnly? DecideBy, string? Appeal, string? CancelReason, Guid? CancelBy, string? CancelName)
{
    public string Campaign(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    public string? Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}

public sealed record VoucherStep(int Place, string? FromState, string ToState, DateTimeOffset At);
