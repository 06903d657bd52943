using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Rewards;

/// <summary>The rules of one campaign: from things to tenge. Pure; the most specific row counts.</summary>
/// <remarks>Specific is: a UNU key before a category before any thing, then a named condition before any condition. No row is no reward, never 0 by accident.</remarks>
public sealed class RewardTable(IReadOnlyList<RewardRule> rules, long itemCapTiyn)
{
    /// <summary>What all things together may bring, lowest and highest, before anybody has weighed them; null when none of them is rewarded.</summary>
    public RewardRange? Range(IEnumerable<RewardItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var (low, high) = (0L, 0L);
        foreach (var item in items)
        {
            var (lowest, highest) = OfItem(item);
            low += lowest;
            high += highest;
        }

        return high == 0 ? null : new RewardRange(Money.FromTiyn(low), Money.FromTiyn(high));
    }

    /// <summary>What the accepted things bring. Things whose mass is not known yet bring the least they may.</summary>
    public Money Exact(IEnumerable<RewardItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Money.FromTiyn(items.Sum(item => OfItem(item).Lowest));
    }

    private (long Lowest, long Highest) OfItem(RewardItem item)
    {
        var bands = item.Mass is { } mass ? [mass.Grams] : BandStarts(item);
        var conditions = item.Condition is { } condition ? [condition] : Enum.GetValues<ItemCondition>();
        var (lowest, highest) = (long.MaxValue, 0L);
        foreach (var grams in bands)
        {
            foreach (var state in conditions)
            {
                var amount = Math.Min(Find(item, grams, state)?.AmountTiyn ?? 0, itemCapTiyn);
                lowest = Math.Min(lowest, amount);
                highest = Math.Max(highest, amount);
            }
        }

        return (lowest, highest);
    }

    /// <summary>Between two neighbouring starts no band begins or ends, so a mass from each tells all that can happen.</summary>
    private IEnumerable<long> BandStarts(RewardItem item) =>
        rules.Where(rule => Fits(rule, item)).SelectMany(rule => rule.BelowGrams is { } end ? new[] { rule.FromGrams, end } : [rule.FromGrams])
            .Where(grams => rules.Any(rule => Fits(rule, item) && Holds(rule, grams))).DefaultIfEmpty(0).Distinct();

    private RewardRule? Find(RewardItem item, long grams, ItemCondition condition) =>
        rules.Where(rule => Fits(rule, item) && Holds(rule, grams) && (rule.Condition is null || rule.Condition == condition))
            .OrderByDescending(rule => (rule.UnuKey is null ? 0 : 4) + (rule.Category is null ? 0 : 2) + (rule.Condition is null ? 0 : 1))
            .ThenByDescending(rule => rule.FromGrams)
            .FirstOrDefault();

    private static bool Fits(RewardRule rule, RewardItem item) =>
        (rule.UnuKey is null || rule.UnuKey == item.UnuKey) && (rule.Category is null || rule.Category == item.Category);

    private static bool Holds(RewardRule rule, long grams) => grams >= rule.FromGrams && (rule.BelowGrams is null || grams < rule.BelowGrams);
}

public sealed record RewardRange(Money Low, Money High);
