using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>What every page of the counter shows on top.</summary>
/// <param name="Tab">scan, walk-in, containers, data or shift.</param>
public sealed record CounterBar(string Tab, ShiftRow? Shift);

public sealed record ScanPage(ShiftRow Shift, IReadOnlyList<RecentIntake> Recent, CounterToday Today, TimeProvider Clock);

/// <param name="Quote">What a visit without a promise may earn; told before anything is accepted.</param>
public sealed record AcceptPage(ShiftRow Shift, DropOffView Visit, DecideForm Form, IReadOnlyList<ContainerRow> Containers, IReadOnlyList<GuideItem> Guide, RewardQuote? Quote)
{
    public bool IsWalkIn => Visit.DropOff.Channel == "WalkIn";

    public IEnumerable<ContainerRow> Fitting(string category) => Containers.Where(container => container.Category == "mixed" || container.Category == category);
}

public sealed record WalkInPage(ShiftRow Shift, WalkInForm Form, IReadOnlyList<GuideItem> Guide);

/// <param name="Code">The voucher's, for a walk-in alone: others see theirs on their own page.</param>
public sealed record ReceiptPage(ShiftRow Shift, IntakeReceipt Receipt, string Passport, string PassportAddress, string? Code, string? Pin);

public sealed record ShiftPage(ShiftRow? Shift, ShiftSum? Sum, IReadOnlyList<CollectionPoint> Points, ShiftForm Form);

public sealed record ContainersPage(ShiftRow Shift, IReadOnlyList<ContainerRow> Containers, ContainerForm Form);

public sealed record ContainerPage(ShiftRow Shift, ContainerRow Container, SealForm Form);

public sealed record DataPage(ShiftRow Shift, IReadOnlyList<WaitingBag> Bags);
