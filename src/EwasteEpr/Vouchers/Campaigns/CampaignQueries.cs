using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Campaigns;

/// <summary>Campaigns to look at: the operator's list and the public meter, from the same figures.</summary>
public sealed class CampaignQueries(Db db)
{
    private const string ListSql = """
        select c.campaign_id, c.campaign_no, c.name_kk, c.name_ru, c.name_en, c.funding, c.funder,
               lower(c.valid) as opens_on, upper(c.valid) as closes_on, c.regions, c.state,
               coalesce((select sum(f.amount_tiyn) from campaign_fundings f where f.campaign_id = c.campaign_id and f.state = 'Posted'), 0)::bigint as funded_tiyn,
               b.balance as budget_tiyn, r.balance as reserved_tiyn, ledger.balance(c.liability_account_id) as liability_tiyn
          from campaigns c
          join ledger.accounts b on b.account_id = c.budget_account_id
          join ledger.accounts r on r.account_id = c.reserved_account_id
         where (@no::bigint is null or c.campaign_no = @no)
           and (not @public or c.state in ('Open', 'Paused', 'Closed'))
           and (@region::text is null or c.regions = '{}' or c.regions @> array[@region])
         order by array_position(array['Proposed', 'Open', 'Paused', 'Closed', 'Withdrawn'], c.state), c.campaign_no desc
         limit 200
        """;

    /// <summary>All campaigns, those that need a decision first.</summary>
    public Task<IReadOnlyList<CampaignRow>> ListAsync(CancellationToken ct) => db.QueryAsync<CampaignRow>(ListSql, new { no = (long?)null, @public = false, region = (string?)null }, ct);

    /// <summary>What everybody may see: opened campaigns, of one region or all.</summary>
    public Task<IReadOnlyList<CampaignRow>> PublicAsync(string? region, CancellationToken ct) => db.QueryAsync<CampaignRow>(ListSql, new { no = (long?)null, @public = true, region }, ct);

    private const string FundSql = "select ledger.fund_received()";

    /// <summary>Fee money that was received and given to nobody yet: what a campaign of the fund may be given.</summary>
    public async Task<Money> FundReceivedAsync(CancellationToken ct) => Money.FromTiyn(await db.QuerySingleAsync<long>(FundSql, null, ct));

    private const string TermsSql = """
        select c.voucher_days, c.item_cap_tiyn, c.person_cap_tiyn, c.point_day_cap_tiyn, c.walk_in_cap_tiyn, c.staff_pair_cap, c.reserve_percent,
               c.legal_basis, c.legal_basis_by, c.legal_basis_approved_by, c.proposed_by, p.name as proposer, c.proposed_at, c.decided_by, d.name as decider, c.decided_at
          from campaigns c
          left join people p on p.person_id = c.proposed_by
          left join people d on d.person_id = c.decided_by
         where c.campaign_id = @campaignId
        """;

    private const string FundingsSql = """
        select f.campaign_funding_id, f.amount_tiyn, f.document, f.received_on, f.state, f.proposed_by, p.name as proposer, f.proposed_at, d.name as decider
          from campaign_fundings f
          left join people p on p.person_id = f.proposed_by
          left join people d on d.person_id = f.decided_by
         where f.campaign_id = @campaignId
         order by f.received_on desc, f.campaign_funding_id
         limit 200
        """;

    /// <summary>One campaign with its rules and the money behind it; null when there is none, or when <paramref name="isPublic"/> and it was never opened.</summary>
    public async Task<CampaignDetails?> FindAsync(long campaignNo, bool isPublic, CancellationToken ct)
    {
        var rows = await db.QueryAsync<CampaignRow>(ListSql, new { no = (long?)campaignNo, @public = isPublic, region = (string?)null }, ct);
        if (rows is not [var campaign])
        {
            return null;
        }

        var rules = await db.QueryAsync<RuleRow>(RewardQuotes.RulesSql, new { campaigns = new[] { campaign.CampaignId } }, ct);
        return new CampaignDetails(
            campaign,
            await db.QuerySingleAsync<CampaignTerms>(TermsSql, campaign, ct),
            [.. rules.Select(rule => rule.Rule)],
            await db.QueryAsync<CampaignFundingRow>(FundingsSql, campaign, ct));
    }
}
