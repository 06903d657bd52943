using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Rewards;

/// <summary>In what state a thing is, as the giver says or the counter sees.</summary>
public enum ItemCondition
{
    Working,
    Repairable,
    Broken,
}

/// <summary>One thing that somebody hands in or wants to. What is not known yet makes the estimate a range.</summary>
/// <param name="UnuKey">Four digits, for example <c>0306</c>.</param>
/// <param name="Category">The reporting category of the key: 1, 2, 3, 4a, 4b, 5 or 6.</param>
/// <param name="Mass">None before it is weighed.</param>
/// <param name="Condition">None where the giver did not say.</param>
public sealed record RewardItem(string UnuKey, string Category, Weight? Mass = null, ItemCondition? Condition = null);

/// <summary>One row of a campaign: so many tenge for such a thing.</summary>
/// <param name="UnuKey">Or none, then the category counts; neither: any thing.</param>
/// <param name="FromGrams">The first gram of the weight band.</param>
/// <param name="BelowGrams">The first gram above the band, or none.</param>
/// <param name="Condition">None: any.</param>
public sealed record RewardRule(string? UnuKey, string? Category, long FromGrams, long? BelowGrams, ItemCondition? Condition, long AmountTiyn);

/// <summary>Why there is no reward: a named reason, told before anybody travels.</summary>
public enum NoReward
{
    /// <summary>No campaign is open in this region on this day.</summary>
    NoCampaign,

    /// <summary>Campaigns are open, but none rewards these things.</summary>
    NotCovered,

    /// <summary>The budget is spent or promised.</summary>
    BudgetSpent,

    /// <summary>As much as may be promised ahead is promised; a walk-in may still be rewarded.</summary>
    ReservationsFull,

    /// <summary>This phone or browser has two reservations open.</summary>
    TooManyOpen,

    /// <summary>This drop-off had a reservation, which was used, given back or has run out.</summary>
    ReservationEnded,

    /// <summary>The point has rewarded as much as it may in a day.</summary>
    PointDayFull,
}

public abstract record RewardQuote
{
    private RewardQuote()
    {
    }

    /// <summary>What would be given, by which campaign. <paramref name="High"/> is what a reservation sets aside.</summary>
    public sealed record Offered(Guid CampaignId, long CampaignNo, CampaignName Campaign, Money Low, Money High) : RewardQuote;

    public sealed record None(NoReward Reason) : RewardQuote;
}

public sealed record CampaignName(string Kk, string Ru, string En)
{
    public string In(string language) => language switch { "kk" => Kk, "ru" => Ru, _ => En };
}
