using EwasteEpr.TakeBack.Guide;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Points;

namespace EwasteEpr.Web.Features.Guide;

/// <summary>The search, what it found, and every word from the first letter to the last.</summary>
public sealed record GuidePage(string Typed, IReadOnlyList<GuideHit> Hits, bool AsksForBatteries, IReadOnlyList<GuideWord> Words, IReadOnlyList<GuideItem> Items)
{
    public bool HasAsked => Typed.Length > 0;
}

/// <summary>One kind of thing.</summary>
/// <param name="Nearest">Points near the town that was chosen; none chosen, none shown.</param>
/// <param name="Reward">What campaigns of the town's region give; without a town, those of the whole country.</param>
/// <param name="Menders">How many repairers and reuse shops near that town take it.</param>
public sealed record GuideItemPage(GuideItem Item, IReadOnlyList<Town> Towns, Town? Town, int Accepting, IReadOnlyList<PointRow> Nearest, int Menders, RewardQuote Reward);

/// <summary>Steps for one system, as the text of the page holds them.</summary>
public sealed record WipingSteps(string System, IReadOnlyList<string> Steps)
{
    /// <summary>A text is systems divided by ||, and in each the name and the steps divided by |.</summary>
    public static IReadOnlyList<WipingSteps> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split("||").Select(system => system.Split('|')).Select(parts => new WipingSteps(parts[0], parts[1..]))];
    }
}
