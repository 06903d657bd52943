using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Demo;

/// <summary>What is rewarded in the invented country, and what was handed in.</summary>
internal static class DemoCampaigns
{
    private const long Tenge = 100;

    private static readonly RewardRule[] SmallThings =
    [
        new("0306", null, 0, null, null, 500 * Tenge), new("0306", null, 0, null, ItemCondition.Working, 2_000 * Tenge), new("0303", null, 0, null, null, 2_000 * Tenge),
        new("0302", null, 0, null, null, 1_000 * Tenge), new(null, "5", 0, 1_000, null, 100 * Tenge), new(null, "5", 1_000, null, null, 500 * Tenge), new(null, "6", 0, null, null, 200 * Tenge),
    ];

    private static readonly RewardRule[] LargeThings =
        [new("0108", null, 0, 40_000, null, 2_000 * Tenge), new("0108", null, 40_000, null, null, 3_000 * Tenge), new("0104", null, 0, null, null, 2_000 * Tenge), new(null, "2", 0, null, null, 1_000 * Tenge)];

    private static readonly RewardRule[] Lamps = [new(null, "3", 0, null, null, 100 * Tenge)];

    public static IReadOnlyList<DemoCampaign> All(DateOnly today) =>
    [
        Plan(today, new("Телефон күзі", "Телефонная осень", "Phone autumn"), CampaignFunding.Sponsor, "«Үлгі Телеком» АҚ", [], SmallThings, 3_000_000),
        Plan(today, new("Таза аула", "Чистый двор", "Clean yard"), CampaignFunding.LocalBudget, "Алматы қаласының әкімдігі", ["750000000"], [.. LargeThings, .. SmallThings], 1_200_000),
        Plan(today, new("Сынап үйде қалмасын", "Ртуть не дома", "No mercury at home"), CampaignFunding.Grant, "«Жасыл қор» қоры", ["350000000", "620000000"], [.. Lamps, .. SmallThings], 400_000),
        Plan(today, new("Мектептен тапсыр", "Сдай из школы", "Hand in from school"), CampaignFunding.LocalBudget, "Шымкент қаласының әкімдігі", ["790000000"], SmallThings, 150_000) with { IsPaused = true },
        Plan(today, new("Кәдеге жарату қоры", "Фонд утилизации", "Fee fund"), CampaignFunding.FeeFund, "«Жасыл даму» АҚ", [], LargeThings, 0),
    ];

    private static DemoCampaign Plan(DateOnly today, CampaignName name, CampaignFunding funding, string funder, string[] regions, RewardRule[] rules, decimal tenge) => new(
        new CampaignDraft(
            name, funding, funder, new DateRange(today.AddDays(-30), today.AddDays(61)), regions, 60,
            new CampaignCaps(Money.FromTenge(5_000), Money.FromTenge(20_000), Money.FromTenge(300_000), Money.FromTenge(5_000), 5), rules),
        tenge, IsPaused: false);

    /// <summary>Six intakes in each region; here and there one that a rule stops.</summary>
    public static IEnumerable<IssueVoucher> Intakes(IReadOnlyList<string> regions, Random random)
    {
        (string Key, string Category, int Grams)[] things = [("0306", "6", 150), ("0303", "6", 2_400), ("0302", "6", 9_000), ("0205", "5", 1_600), ("0306", "6", 180), ("0303", "6", 2_100)];
        foreach (var (kato, place) in regions.Select((kato, place) => (kato, place)))
        {
            var (point, staff) = (Id(random), new PersonId(Id(random)));
            foreach (var (thing, index) in things.Select((thing, index) => (thing, index)))
            {
                HoldReason[] suspicions = (place, index) switch { (2, 1) => [HoldReason.DuplicateSerial], (7, 2) => [HoldReason.OutOfHours], (11, 0) => [HoldReason.AwaitsWeighing], (15, 3) => [HoldReason.StaffIsGiver], _ => [] };
                var condition = (ItemCondition)random.Next(3);
                yield return new IssueVoucher(
                    Id(random), null, point, kato, staff, [new RewardItem(thing.Key, thing.Category, Weight.FromGrams(thing.Grams + random.Next(thing.Grams / 10)), condition)], null, null, suspicions);
            }
        }
    }

    private static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}

internal sealed record DemoCampaign(CampaignDraft Draft, decimal Tenge, bool IsPaused);
