using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>One container on the site's scale.</summary>
/// <param name="ScaleNo">None: an unnumbered scale, so the mass is weighed and not verified.</param>
/// <param name="CountedItems">How many things with a serial number were found; asked where some were sent.</param>
/// <param name="TicketNo">The weighbridge's own number: once at a site.</param>
/// <param name="IsConfirmed">The person was told that it differs from what was sent by more than is allowed, and weighed again.</param>
public sealed record NewWeighIn(Guid ContainerId, Weight Gross, Weight Tare, Weight Packaging, string? ScaleNo, int? CountedItems, string? TicketNo, bool IsConfirmed);

public abstract record WeighInOutcome
{
    private WeighInOutcome()
    {
    }

    /// <param name="GapGrams">Weighed less sent.</param>
    /// <param name="IsDiscrepant">The gap is above what is allowed, or a count differs: both sides are asked.</param>
    /// <param name="Left">Containers of the consignment that still wait for the scale.</param>
    public sealed record Weighed(string Container, Weight Net, long GapGrams, bool IsDiscrepant, bool IsVerified, int Left) : WeighInOutcome;

    /// <summary>The same container was weighed in before; with the same figures nothing is wrong.</summary>
    public sealed record Already(string Container, bool IsSame) : WeighInOutcome;

    /// <summary>No such container on the way to this site.</summary>
    public sealed record NotFound : WeighInOutcome;

    /// <summary>The consignment has not been handed over at the site.</summary>
    public sealed record NotReceived : WeighInOutcome;

    /// <summary>Nothing is left after tare and packaging.</summary>
    public sealed record BadWeight : WeighInOutcome;

    /// <summary>A mixed container is told apart by a split protocol first.</summary>
    public sealed record NeedsSplit : WeighInOutcome;

    public sealed record NeedsCount(int Expected) : WeighInOutcome;

    /// <summary>Outside what is allowed: weigh again, or confirm.</summary>
    public sealed record NeedsConfirmation(Weight Net, long GapGrams, long AllowedGrams) : WeighInOutcome;

    /// <summary>The site is not certified for this category at this moment.</summary>
    public sealed record NotCertified(string Category) : WeighInOutcome;

    public sealed record TicketTaken : WeighInOutcome;
}

/// <summary>A lot as it was sent.</summary>
public sealed record SentLot(Guid ConsignmentLotId, Guid LotId, string Category, string Stream, string Channel, long Grams);

/// <summary>What the site receives of one category, stream and channel.</summary>
/// <param name="ConsignmentLotId">None: the sender declared nothing of the kind, the protocol found it.</param>
/// <param name="SentGrams">What was in transit of it.</param>
/// <param name="Received">What the scale and the protocol say.</param>
/// <param name="Sources">From which stock lots those grams come.</param>
public sealed record ReceivedPart(Guid? ConsignmentLotId, string Category, string Stream, string Channel, long SentGrams, long Received, IReadOnlyList<PartSource> Sources);

public sealed record PartSource(Guid LotId, long Grams);

/// <param name="Percent">Hundredths of a percent, so that shares add up to 10 000 exactly.</param>
public sealed record SplitShare(string Category, int Percent);
