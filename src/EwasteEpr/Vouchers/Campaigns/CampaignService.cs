using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Vouchers.Rewards;
using Npgsql;

namespace EwasteEpr.Vouchers.Campaigns;

/// <summary>Campaigns: one person of the operator proposes, another opens; money comes in by document, in two people's names too.</summary>
public sealed class CampaignService(Db db)
{
    private const string ProposeSql = """
        insert into campaigns (campaign_id, name_kk, name_ru, name_en, funding, funder, valid, regions, voucher_days,
                               item_cap_tiyn, person_cap_tiyn, point_day_cap_tiyn, walk_in_cap_tiyn, staff_pair_cap,
                               cash_account_id, budget_account_id, reserved_account_id, liability_account_id, proposed_by)
        select @id, @kk, @ru, @en, @funding, @Funder, daterange(@from, @to), @regions, @VoucherDays, @item, @person, @pointDay, @walkIn, @staffPair,
               ledger.open_account('campaign_cash', @id, 'KZT'), ledger.open_account('campaign_budget', @id, 'KZT'),
               ledger.open_account('campaign_reserved', @id, 'KZT'), ledger.open_account('voucher_liability', @id, 'KZT'), @proposedBy
        returning campaign_no
        """;

    private const string RulesSql = """
        insert into campaign_rules (campaign_id, unu_key, category, from_grams, below_grams, condition, amount_tiyn)
        select @id, r.unu_key, r.category, r.from_grams, r.below_grams, r.condition, r.amount_tiyn
          from jsonb_to_recordset(@rules::jsonb) as r(unu_key text, category text, from_grams bigint, below_grams bigint, condition text, amount_tiyn bigint)
        """;

    private const string UnknownSql = """
        select exists (select from unnest(@keys) k where k not in (select unu_key from unu_keys)) as is_key,
               exists (select from unnest(@regions) r where r not in (select kato from regions)) as is_region
        """;

    public async Task<ProposeCampaignOutcome> ProposeAsync(CampaignDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        if (Problem(draft) is { } problem)
        {
            return new ProposeCampaignOutcome.Refused(problem);
        }

        var unknown = await db.QuerySingleAsync<UnknownRow>(UnknownSql, new { keys = draft.Rules.Select(rule => rule.UnuKey).OfType<string>().ToArray(), regions = draft.Regions.ToArray() }, ct);
        if (unknown.IsKey || unknown.IsRegion)
        {
            return new ProposeCampaignOutcome.Refused(unknown.IsKey ? CampaignProblem.UnknownKey : CampaignProblem.UnknownRegion);
        }

        var id = Guid.CreateVersion7();
        return await db.InTransactionAsync<ProposeCampaignOutcome>(async transaction =>
        {
            var no = await transaction.QuerySingleAsync<long>(ProposeSql, Parameters(id, draft, actor), ct);
            await transaction.ExecuteAsync(RulesSql, new { id, rules = RulesJson(draft.Rules) }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("campaign.proposed", "campaign", id.ToString("D")).With(new { no, draft.Funding, rules = draft.Rules.Count }), actor, ct);
            return new ProposeCampaignOutcome.Proposed(id, no);
        }, ct);
    }

    private static CampaignProblem? Problem(CampaignDraft draft)
    {
        const long hundredTenge = 10_000;
        if (draft.Rules.Count == 0)
        {
            return CampaignProblem.NoRules;
        }

        if (draft.Rules.Any(rule => rule.AmountTiyn <= 0 || rule.AmountTiyn % hundredTenge != 0))
        {
            return CampaignProblem.RuleNotInHundreds;
        }

        if (draft.Rules.Any(rule => rule.AmountTiyn > draft.Caps.Item.Tiyn))
        {
            return CampaignProblem.RuleAboveItemCap;
        }

        return draft.Rules.GroupBy(rule => (rule.UnuKey, rule.Category, rule.FromGrams, rule.Condition)).Any(group => group.Count() > 1) ? CampaignProblem.RuleTwice : null;
    }

    private static object Parameters(Guid id, CampaignDraft draft, Actor actor) => new
    {
        id, kk = draft.Name.Kk, ru = draft.Name.Ru, en = draft.Name.En, funding = draft.Funding.ToString(), draft.Funder, from = draft.Valid.From, to = draft.Valid.Until,
        regions = draft.Regions.ToArray(), draft.VoucherDays, item = draft.Caps.Item.Tiyn, person = draft.Caps.Person.Tiyn, pointDay = draft.Caps.PointDay.Tiyn,
        walkIn = draft.Caps.WalkIn.Tiyn, staffPair = draft.Caps.StaffPair, proposedBy = actor.UserId,
    };

    private static string RulesJson(IEnumerable<RewardRule> rules) => JsonSerializer.Serialize(rules.Select(rule => new
    {
        unu_key = rule.UnuKey, category = rule.Category, from_grams = rule.FromGrams, below_grams = rule.BelowGrams,
        condition = rule.Condition?.ToString() ?? "Any", amount_tiyn = rule.AmountTiyn,
    }));

    private const string MoveSql = """
        update campaigns
           set state = @to,
               decided_by = case when state = 'Proposed' then @person else decided_by end,
               decided_at = case when state = 'Proposed' then app.now() else decided_at end
         where campaign_id = @campaignId and state = any (@from) and (state <> 'Proposed' or @to = 'Withdrawn' or proposed_by <> @person)
        returning campaign_id
        """;

    private const string WhySql = "select state from campaigns where campaign_id = @campaignId";

    /// <summary>The second person opens what the first proposed; any operator pauses, resumes, closes.</summary>
    public async Task<CampaignDecision> MoveAsync(Guid campaignId, CampaignState to, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        string[] from = to switch
        {
            CampaignState.Open => ["Proposed", "Paused"],
            CampaignState.Paused => ["Open"],
            CampaignState.Closed => ["Open", "Paused"],
            CampaignState.Withdrawn => ["Proposed"],
            _ => [],
        };
        try
        {
            var moved = await db.InTransactionAsync(
                async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(MoveSql, new { campaignId, to = to.ToString(), from, person = actor.UserId }, ct) is not null
                    && await AuditTrail.WriteAsync(transaction, new AuditEntry("campaign." + to.ToString().ToLowerInvariant(), "campaign", campaignId.ToString("D")), actor, ct) != Guid.Empty,
                ct);
            return moved ? CampaignDecision.Done : await WhyAsync(campaignId, from, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "campaign_fee_fund_locked")
        {
            return CampaignDecision.FeeFundLocked;
        }
    }

    private async Task<CampaignDecision> WhyAsync(Guid campaignId, string[] from, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<string>(WhySql, new { campaignId }, ct) switch
        {
            null => CampaignDecision.NotFound,
            var state when from.Contains(state, StringComparer.Ordinal) => CampaignDecision.SamePerson,
            _ => CampaignDecision.WrongState,
        };

    private const string EnterBasisSql = """
        update campaigns set legal_basis = @text, legal_basis_by = @person, legal_basis_approved_by = null
         where campaign_id = @campaignId and funding = 'FeeFund' and state in ('Proposed', 'Closed') and legal_basis_approved_by is null
        returning campaign_id
        """;

    private const string ApproveBasisSql = """
        update campaigns set legal_basis_approved_by = @person
         where campaign_id = @campaignId and legal_basis is not null and legal_basis_approved_by is null and legal_basis_by <> @person
        returning campaign_id
        """;

    /// <summary>The act that lets fee money be spent on vouchers: entered by one person, approved (<paramref name="text"/> none) by another.</summary>
    public async Task<CampaignDecision> LegalBasisAsync(Guid campaignId, string? text, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var (sql, action) = text is null ? (ApproveBasisSql, "campaign.legal_basis_approved") : (EnterBasisSql, "campaign.legal_basis_entered");
        var done = await db.InTransactionAsync(
            async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(sql, new { campaignId, text, person = actor.UserId }, ct) is not null
                && await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "campaign", campaignId.ToString("D")).With(new { text }), actor, ct) != Guid.Empty,
            ct);
        return done ? CampaignDecision.Done : text is null ? CampaignDecision.SamePerson : CampaignDecision.WrongState;
    }

    private const string FundSql = """
        insert into campaign_fundings (campaign_funding_id, campaign_id, amount_tiyn, document, received_on, proposed_by)
        select @id, campaign_id, @amount, @document, @receivedOn, @person from campaigns where campaign_id = @campaignId and state not in ('Withdrawn', 'Closed')
        returning campaign_funding_id
        """;

    /// <summary>Money that the funder has paid in, by its document: the first person.</summary>
    public async Task<CampaignDecision> FundAsync(Guid campaignId, FundingDraft funding, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(funding);
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { id = Guid.CreateVersion7(), campaignId, amount = funding.Amount.Tiyn, funding.Document, funding.ReceivedOn, person = actor.UserId };
        try
        {
            return await db.InTransactionAsync(
                async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(FundSql, parameters, ct) is { } id
                    && await AuditTrail.WriteAsync(transaction, new AuditEntry("campaign.funding_entered", "campaign_funding", id.ToString("D")).With(new { tiyn = funding.Amount.Tiyn, funding.Document }), actor, ct) != Guid.Empty,
                ct) ? CampaignDecision.Done : CampaignDecision.NotFound;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "campaign_funding_document_once")
        {
            return CampaignDecision.DocumentTwice;
        }
    }

    // Claim, post and remember in one statement: from here on the money can be promised. Fee money leaves what the fund has received in the same moment.
    private const string PostFundingSql = """
        with claimed as (
            update campaign_fundings f set state = 'Posted', from_fund = c.funding = 'FeeFund', decided_by = @person, decided_at = app.now()
              from campaigns c
             where f.campaign_funding_id = @fundingId and f.campaign_id = @campaignId and f.state = 'Proposed' and f.proposed_by <> @person and c.campaign_id = f.campaign_id
               and (c.funding <> 'FeeFund' or c.legal_basis_by <> c.legal_basis_approved_by)
            returning f.campaign_funding_id, f.from_fund, f.amount_tiyn, c.campaign_id, c.cash_account_id, c.budget_account_id
        )
        select c.campaign_funding_id,
               ledger.post('campaign_funded', 'campaign_funding', c.campaign_funding_id, 1, 'KZT', c.cash_account_id, c.budget_account_id, c.amount_tiyn),
               case when c.from_fund then ledger.take_from_fund('fund_given_to_campaign', 'campaign_funding', c.campaign_funding_id, 1, ledger.open_account('fund_to_campaigns', c.campaign_id, 'KZT'), c.amount_tiyn) end as taken,
               audit.write(@actor::jsonb, 'campaign.funded', 'campaign_funding', c.campaign_funding_id::text, jsonb_build_object('tiyn', c.amount_tiyn, 'from_fund', c.from_fund))
          from claimed c
        """;

    private const string WhyFundingSql = """
        select f.state, c.funding = 'FeeFund' and coalesce(c.legal_basis_by = c.legal_basis_approved_by, true) as is_locked
          from campaign_fundings f join campaigns c using (campaign_id)
         where f.campaign_funding_id = @fundingId and f.campaign_id = @campaignId
        """;

    /// <summary>The second person has seen the document. Fee money is given only as far as the fund has received it, and only with its legal basis.</summary>
    public async Task<CampaignDecision> PostFundingAsync(Guid campaignId, Guid fundingId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            if (await db.QuerySingleOrDefaultAsync<PostedRow>(PostFundingSql, new { campaignId, fundingId, person = actor.UserId, actor = actor.ToJson() }, ct) is not null)
            {
                return CampaignDecision.Done;
            }
        }
        catch (PostgresException problem) when (problem.ConstraintName == "fund_has_received_enough")
        {
            return CampaignDecision.FundTooLittle;
        }

        return await db.QuerySingleOrDefaultAsync<WhyFundingRow>(WhyFundingSql, new { campaignId, fundingId }, ct) switch
        {
            null => CampaignDecision.NotFound,
            { State: not "Proposed" } => CampaignDecision.WrongState,
            { IsLocked: true } => CampaignDecision.FeeFundLocked,
            _ => CampaignDecision.SamePerson,
        };
    }

    private sealed record UnknownRow(bool IsKey, bool IsRegion);

    private sealed record PostedRow(Guid CampaignFundingId, Guid Post, Guid? Taken, Guid Write);

    private sealed record WhyFundingRow(string State, bool IsLocked);
}

public sealed record FundingDraft(Money Amount, string Document, DateOnly ReceivedOn);
