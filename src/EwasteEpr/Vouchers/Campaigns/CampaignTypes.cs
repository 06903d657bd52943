using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Campaigns;

/// <summary>Whose money it is. Never cash for citizens, whoever pays.</summary>
public enum CampaignFunding
{
    Sponsor,
    LocalBudget,
    Grant,

    /// <summary>Money of the utilisation fee: locked until two people have entered what lets it be spent on vouchers.</summary>
    FeeFund,
}

public enum CampaignState
{
    Proposed,
    Open,
    Paused,
    Closed,
    Withdrawn,
}

/// <summary>The most that a thing, a person in 30 days, a point in a day, and a walk-in may bring; and how many vouchers one staff member may give one person in 30 days.</summary>
public sealed record CampaignCaps(Money Item, Money Person, Money PointDay, Money WalkIn, int StaffPair);

/// <param name="Regions">KATO codes; empty is the whole country.</param>
/// <param name="VoucherDays">How many days a voucher is good for after the day it is made.</param>
public sealed record CampaignDraft(
    CampaignName Name, CampaignFunding Funding, string Funder, DateRange Valid, IReadOnlyList<string> Regions, int VoucherDays, CampaignCaps Caps, IReadOnlyList<RewardRule> Rules);

/// <summary>What a draft may not be, before anybody is asked to store it.</summary>
public enum CampaignProblem
{
    NoRules,
    RuleNotInHundreds,
    RuleAboveItemCap,
    RuleTwice,
    UnknownKey,
    UnknownRegion,
}

public abstract record ProposeCampaignOutcome
{
    private ProposeCampaignOutcome()
    {
    }

    public sealed record Proposed(Guid CampaignId, long CampaignNo) : ProposeCampaignOutcome;

    public sealed record Refused(CampaignProblem Problem) : ProposeCampaignOutcome;
}

/// <summary>What came of a second person's decision.</summary>
public enum CampaignDecision
{
    Done,
    NotFound,

    /// <summary>Another person has to decide.</summary>
    SamePerson,

    /// <summary>Not in a state in which this can be done.</summary>
    WrongState,

    /// <summary>Fee fund money without a legal basis in two people's names.</summary>
    FeeFundLocked,

    /// <summary>The fund has received less than was asked for.</summary>
    FundTooLittle,

    /// <summary>The same document was entered before.</summary>
    DocumentTwice,
}

/// <param name="BudgetTiyn">Still free to promise.</param>
/// <param name="ReservedTiyn">Promised to drop-offs on their way.</param>
/// <param name="LiabilityTiyn">In vouchers that can still be spent.</param>
/// <param name="FundedTiyn">Everything that was ever paid in.</param>
public sealed record CampaignMeter(long FundedTiyn, long BudgetTiyn, long ReservedTiyn, long LiabilityTiyn)
{
    public Money Funded => Money.FromTiyn(FundedTiyn);

    public Money Left => Money.FromTiyn(BudgetTiyn);

    public Money Reserved => Money.FromTiyn(ReservedTiyn);

    public Money InVouchers => Money.FromTiyn(LiabilityTiyn);

    /// <summary>Spent at merchants: what was paid in and is nowhere else.</summary>
    public Money Spent => Money.FromTiyn(FundedTiyn - BudgetTiyn - ReservedTiyn - LiabilityTiyn);
}

public sealed record CampaignRow(
    Guid CampaignId, long CampaignNo, string NameKk, string NameRu, string NameEn, string Funding, string Funder, DateOnly OpensOn, DateOnly ClosesOn,
    string[] Regions, string State, long FundedTiyn, long BudgetTiyn, long ReservedTiyn, long LiabilityTiyn)
{
    public CampaignName Name => new(NameKk, NameRu, NameEn);

    public CampaignMeter Meter => new(FundedTiyn, BudgetTiyn, ReservedTiyn, LiabilityTiyn);
}

public sealed record CampaignDetails(
    CampaignRow Campaign, CampaignTerms Terms, IReadOnlyList<RewardRule> Rules, IReadOnlyList<CampaignFundingRow> Fundings);

public sealed record CampaignTerms(
    int VoucherDays, long ItemCapTiyn, long PersonCapTiyn, long PointDayCapTiyn, long WalkInCapTiyn, int StaffPairCap, int ReservePercent,
    string? LegalBasis, Guid? LegalBasisBy, Guid? LegalBasisApprovedBy, Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt, Guid? DecidedBy, string? Decider, DateTimeOffset? DecidedAt);

public sealed record CampaignFundingRow(
    Guid CampaignFundingId, long AmountTiyn, string Document, DateOnly ReceivedOn, string State, Guid ProposedBy, string? Proposer, DateTimeOffset ProposedAt, string? Decider);
