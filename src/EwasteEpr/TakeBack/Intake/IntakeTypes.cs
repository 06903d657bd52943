using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Where and by whom something is done at a counter: whose point, who stands there, on which device, at which scale.</summary>
/// <param name="ScaleVerifiedUntil">The last day of the scale's verification; beyond it weights count as weighed, no more.</param>
public sealed record Workplace(OrganisationId Organisation, PointId Point, PersonId Person, Guid? ShiftId = null, Guid? DeviceId = null, string? ScaleNo = null, DateOnly? ScaleVerifiedUntil = null);

/// <summary>What must not lie among other things.</summary>
public enum Hazard
{
    SwollenBattery,
    BrokenLamp,
    LeakingCompressor,
}

/// <summary>Why a thing is not taken; each is told to the giver in words.</summary>
public enum RefusalReason
{
    NotElectrical,
    NotAcceptedHere,

    /// <summary>Unsold goods of a shop are not household waste.</summary>
    ShopStock,
    NotOwner,
    Dangerous,
    Full,

    /// <summary>Not what was announced.</summary>
    Changed,
    Other,
}

/// <summary>How a mass is known.</summary>
public enum MassBasis
{
    Verified,
    Weighed,

    /// <summary>The mean of its UNU key; replaced when the container is weighed.</summary>
    Estimated,
}

/// <param name="Gross">None where there is no scale: then the mean of the key stands until the container is weighed.</param>
/// <param name="Tare">What it lay in on the scale.</param>
/// <param name="BagNo">The sealed bag of a data bearer.</param>
public sealed record AcceptedItem(
    Guid ItemId, string UnuKey, ItemCondition Condition, Weight? Gross, Weight? Tare, string? Serial, string? TamperLabel, string? BagNo,
    DataChoice DataChoice, IReadOnlyList<Hazard> Hazards, bool ForReuse, Guid ContainerId);

public sealed record RefusedItem(Guid ItemId, RefusalReason Reason, string? Note);

/// <summary>What the counter decided about a visit. Things not named stay announced.</summary>
/// <param name="IntakeId">Chosen by the caller: the same one again is the same acceptance.</param>
/// <param name="CounterBrowser">The giver's cookie in the counter's own browser: who accepts from themselves is noticed.</param>
/// <param name="EventId">A record made without network.</param>
public sealed record DecideVisit(
    Guid IntakeId, Guid DropOffId, IReadOnlyList<AcceptedItem> Accepted, IReadOnlyList<RefusedItem> Refused, string? CounterBrowser = null, Guid? EventId = null);

public abstract record DecideOutcome
{
    private DecideOutcome()
    {
    }

    /// <param name="IntakeId">None when everything was refused.</param>
    /// <param name="Reward">None where nothing was accepted.</param>
    public sealed record Decided(Guid? IntakeId, IssueOutcome? Reward) : DecideOutcome;

    /// <param name="ItemId">The thing it is about.</param>
    public sealed record Problem(Guid? ItemId, DecideProblem What) : DecideOutcome;
}

public enum DecideProblem
{
    NotFound,

    /// <summary>Accepted or refused before, perhaps by a colleague a moment ago.</summary>
    AlreadyDecided,
    Nothing,
    UnknownAppliance,

    /// <summary>Not there, another point's, or sealed.</summary>
    ContainerNotOpen,
    ContainerOtherCategory,
    ContainerFull,

    /// <summary>A swollen battery, a broken lamp or a leaking compressor goes into a safe container.</summary>
    HazardNeedsSafeContainer,

    /// <summary>A safe container takes dangerous things alone.</summary>
    SafeContainerOnly,

    /// <summary>Things to be used again go into a container of their own, and nothing else into that one.</summary>
    ReuseApart,
    BadWeight,

    /// <summary>Fifteen digits whose check digit does not fit.</summary>
    BadImei,
    BagMissing,
    LabelTaken,
    BagTaken,
}

public enum UndoIntakeOutcome
{
    Undone,
    NotFound,

    /// <summary>The ten minutes are over, or the voucher was spent.</summary>
    TooLate,

    /// <summary>The container was sealed meanwhile.</summary>
    Sealed,
}
