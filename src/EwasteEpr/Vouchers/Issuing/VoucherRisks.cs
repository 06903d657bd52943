using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Issuing;

/// <summary>The rules that hold a voucher. Nobody chooses whom: the same facts always give the same answer.</summary>
internal static class VoucherRisks
{
    // Read after the campaign is locked, so two counters at once cannot both be the last within a cap.
    private const string FactsSql = """
        select coalesce((select sum(v.amount_tiyn) from vouchers v
                          where v.campaign_id = @campaignId and v.point_id = @pointId and v.made_at >= app.today()::timestamp at time zone 'Asia/Almaty' and v.state <> 'Cancelled'), 0)::bigint as point_today_tiyn,
               greatest(
                   coalesce((select sum(v.amount_tiyn) from vouchers v where v.campaign_id = @campaignId and v.phone_hash = @phoneHash and v.made_at > app.now() - interval '30 days' and v.state <> 'Cancelled'), 0),
                   coalesce((select sum(v.amount_tiyn) from vouchers v where v.campaign_id = @campaignId and v.device_hash = @deviceHash and v.made_at > app.now() - interval '30 days' and v.state <> 'Cancelled'), 0))::bigint as person_tiyn,
               greatest(
                   (select count(*) from vouchers v where v.staff_id = @staffId and v.phone_hash = @phoneHash and v.made_at > app.now() - interval '30 days' and v.state <> 'Cancelled'),
                   (select count(*) from vouchers v where v.staff_id = @staffId and v.device_hash = @deviceHash and v.made_at > app.now() - interval '30 days' and v.state <> 'Cancelled')) as pair_count,
               exists (select from unnest(@keys, @grams) as i(unu_key, grams) join unu_keys k on k.unu_key = i.unu_key
                        where i.grams > k.mean_weight_kg * 1000 * @times or i.grams < k.mean_weight_kg * 1000 / (@times * 4)) as is_implausible
        """;

    private const int ImplausibleTimes = 5; // a giant of five times the mean, or a twentieth of it

    public static Task<RiskFactsRow> FactsAsync(DbTransaction transaction, OpenCampaign campaign, IssueVoucher request, CancellationToken ct)
    {
        var weighed = request.Accepted.Where(item => item.Mass is not null).ToList();
        return transaction.QuerySingleAsync<RiskFactsRow>(
            FactsSql,
            new
            {
                campaign.CampaignId, request.PointId, request.PhoneHash, request.DeviceHash, staffId = request.StaffId?.Value,
                keys = weighed.Select(item => item.UnuKey).ToArray(), grams = weighed.Select(item => item.Mass!.Value.Grams).ToArray(), times = ImplausibleTimes,
            },
            ct);
    }

    public static IReadOnlyList<HoldReason> Judge(OpenCampaign campaign, RiskFactsRow facts, long tiyn, IReadOnlyCollection<HoldReason> suspicions)
    {
        IEnumerable<HoldReason> found =
        [
            .. suspicions,
            .. facts.PersonTiyn + tiyn > campaign.PersonCapTiyn ? [HoldReason.PersonOverLimit] : Array.Empty<HoldReason>(),
            .. facts.PairCount >= campaign.StaffPairCap ? [HoldReason.StaffPairTooOften] : Array.Empty<HoldReason>(),
            .. facts.IsImplausible ? [HoldReason.ImplausibleWeight] : Array.Empty<HoldReason>(),
        ];
        return [.. found.Distinct().Order()];
    }
}

internal sealed record RiskFactsRow(long PointTodayTiyn, long PersonTiyn, long PairCount, bool IsImplausible);
