using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>The counter's decision about each thing of a visit, as it was typed.</summary>
/// <param name="Intake">Made when the page was shown: sent twice, it is one acceptance.</param>
public sealed record DecideForm(Guid Intake, IReadOnlyList<DecideItemForm>? Items, IFormFile? Photo);

/// <param name="Decision">accept or refuse; nothing: later.</param>
public sealed record DecideItemForm(
    Guid Item, string? Decision, string? UnuKey, ItemCondition? Condition, string? Gross, string? Tare, string? Serial, string? Label, string? Bag, DataChoice Data,
    Hazard[]? Hazards, bool Reuse, Guid? Container, RefusalReason? Reason, string? Note);

public sealed record WalkInForm(string[]? Keys, string? Other, bool IsOwner);

public sealed record ShiftForm(Guid? Point, string? Scale, DateOnly? Until, string? Note);

public sealed record ContainerForm(ContainerKind? Kind, string? Category, string? Tare, string? Capacity, bool Reuse);

public sealed record SealForm(string? Gross, string? SealNo);

public sealed record SampleForm(int? LookedAt, int? Found);
