using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Points;

namespace EwasteEpr.Web.Features.DropOffs;

/// <param name="Hits">What was found by name; none when nobody searched.</param>
public sealed record ItemPage(DropOffQuery Query, IReadOnlyList<GuideItem> Items, IReadOnlyList<GuideHit>? Hits)
{
    public static IReadOnlyList<string> Tiles { get; } = ["0306", "0303", "0408", "0108", "0104", "0502", "0204", "0201"];
}

public sealed record AboutPage(DropOffQuery Query, GuideItem Item, string Name);

/// <param name="Quote">None before a town is chosen.</param>
public sealed record PointChoicePage(
    GetCodeForm Form, IReadOnlyList<(ChosenItem Chosen, GuideItem Item)> Things, IReadOnlyList<Town> Towns, Town? Town, IReadOnlyList<PointRow> Points, RewardQuote? Quote);

/// <param name="DemoText">The message a gateway would have sent, in the demonstration.</param>
/// <param name="VoucherLinks">Intake -> the voucher's page, for its owner.</param>
public sealed record MinePage(
    DropOffView View, IReadOnlyList<GuideItem> Guide, PhoneForm Ask, bool CodeSent, string? DemoText, string PassportAddress, IReadOnlyDictionary<Guid, string> VoucherLinks)
{
    public DropOffRow DropOff => View.DropOff;

    /// <summary>Changes when there is news: the page asks for it and shows itself again.</summary>
    public static string Mark(DropOffView view) =>
        string.Join('.', view.Items.Select(item => item.State).Concat(view.Intakes.Select(intake => intake.VoucherState ?? "-")).Append(view.DropOff.State));
}
