using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Rewards;

/// <summary>What things would bring, in this region on that day: the estimate that is shown before travel.</summary>
public sealed class RewardQuotes(Db db)
{
    // A campaign of the region itself goes before one of the whole country: its money is for here.
    internal const string OpenCampaignsSql = """
        select c.campaign_id, c.campaign_no, c.name_kk, c.name_ru, c.name_en, c.item_cap_tiyn, c.person_cap_tiyn, c.point_day_cap_tiyn,
               c.walk_in_cap_tiyn, c.staff_pair_cap, c.reserve_percent, c.voucher_days,
               c.budget_account_id, c.reserved_account_id, c.liability_account_id, b.balance as budget_tiyn, r.balance as reserved_tiyn
          from campaigns c
          join ledger.accounts b on b.account_id = c.budget_account_id
          join ledger.accounts r on r.account_id = c.reserved_account_id
         where c.state = 'Open' and c.valid @> @day and (c.regions = '{}' or c.regions @> array[@region])
         order by c.regions = '{}', c.campaign_no
         limit 50
        """;

    internal const string RulesSql = """
        select campaign_id, unu_key, category, from_grams, below_grams, condition, amount_tiyn
          from campaign_rules
         where campaign_id = any (@campaigns)
         order by campaign_id, campaign_rule_id
         limit 20000
        """;

    /// <param name="items">What somebody wants to hand in.</param>
    /// <param name="region">KATO code of the point's region.</param>
    /// <param name="day">The day of the visit; a campaign counts on the days it is open.</param>
    /// <param name="ct">Cancels the look.</param>
    public async Task<RewardQuote> QuoteAsync(IReadOnlyList<RewardItem> items, string region, DateOnly day, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(items);
        var campaigns = await db.QueryAsync<OpenCampaign>(OpenCampaignsSql, new { region, day }, ct);
        var rules = await db.QueryAsync<RuleRow>(RulesSql, new { campaigns = campaigns.Select(campaign => campaign.CampaignId).ToArray() }, ct);
        return Choose(campaigns, rules, items) switch
        {
            { Campaign: { } campaign, Range: { } range } => new RewardQuote.Offered(campaign.CampaignId, campaign.CampaignNo, campaign.Name, range.Low, range.High),
            var choice => new RewardQuote.None(choice.Reason),
        };
    }

    /// <summary>The first campaign that rewards these things and still may promise the top of the range.</summary>
    internal static Choice Choose(IReadOnlyList<OpenCampaign> campaigns, IReadOnlyList<RuleRow> rules, IReadOnlyList<RewardItem> items)
    {
        var reason = campaigns.Count == 0 ? NoReward.NoCampaign : NoReward.NotCovered;
        foreach (var campaign in campaigns)
        {
            if (Table(campaign, rules).Range(items) is not { } range)
            {
                continue;
            }

            if (range.High.Tiyn > campaign.BudgetTiyn)
            {
                reason = NoReward.BudgetSpent;
            }
            else if (!campaign.MayReserve(range.High.Tiyn))
            {
                reason = NoReward.ReservationsFull;
            }
            else
            {
                return new Choice(campaign, range, default);
            }
        }

        return new Choice(null, null, reason);
    }

    internal static RewardTable Table(OpenCampaign campaign, IEnumerable<RuleRow> rules) =>
        new([.. rules.Where(rule => rule.CampaignId == campaign.CampaignId).Select(rule => rule.Rule)], campaign.ItemCapTiyn);

    internal sealed record Choice(OpenCampaign? Campaign, RewardRange? Range, NoReward Reason);
}

internal sealed record OpenCampaign(
    Guid CampaignId, long CampaignNo, string NameKk, string NameRu, string NameEn, long ItemCapTiyn, long PersonCapTiyn, long PointDayCapTiyn,
    long WalkInCapTiyn, int StaffPairCap, int ReservePercent, int VoucherDays,
    Guid BudgetAccountId, Guid ReservedAccountId, Guid LiabilityAccountId, long BudgetTiyn, long ReservedTiyn)
{
    public CampaignName Name => new(NameKk, NameRu, NameEn);

    /// <summary>All reservations together stay within their share of what is left: a promise must not use up what walk-ins see as open.</summary>
    public bool MayReserve(long tiyn) => (ReservedTiyn + tiyn) * 100 <= (BudgetTiyn + ReservedTiyn) * ReservePercent;
}

internal sealed record RuleRow(Guid CampaignId, string? UnuKey, string? Category, long FromGrams, long? BelowGrams, string Condition, long AmountTiyn)
{
    public RewardRule Rule => new(UnuKey, Category, FromGrams, BelowGrams, Condition == "Any" ? null : Enum.Parse<ItemCondition>(Condition), AmountTiyn);
}
