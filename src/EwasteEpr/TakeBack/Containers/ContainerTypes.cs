using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Containers;

public enum ContainerKind
{
    Box,
    Cage,
    Pallet,
    Drum,
    Bag,

    /// <summary>A street bin's insert.</summary>
    Bin,

    /// <summary>For swollen batteries, broken lamps and leaking compressors, and for nothing else.</summary>
    Hazard,
}

/// <param name="Category">A reporting category, or <c>mixed</c>: then its mass is split by protocol.</param>
public sealed record NewContainer(ContainerKind Kind, string Category, bool ForReuse, Weight Tare, Weight? Capacity);

public sealed record SealContainer(Guid ContainerId, Weight Gross, string SealNo);

public abstract record SealOutcome
{
    private SealOutcome()
    {
    }

    /// <param name="GapGrams">What the scale says more (or less) than the lots said before.</param>
    public sealed record Sealed(string Number, Weight Net, long GapGrams) : SealOutcome;

    /// <summary>Not there, another point's, or sealed before.</summary>
    public sealed record NotOpen : SealOutcome;

    public sealed record Empty : SealOutcome;

    public sealed record BadWeight : SealOutcome;

    public sealed record SealTaken : SealOutcome;
}

public sealed record ContainerRow(
    Guid ContainerId, string Number, string Kind, string Category, bool ForReuse, string State, long TareGrams, long? CapacityGrams, long? GrossGrams, long? NetGrams, string? NetBasis, string? SealNo,
    DateTimeOffset OpenedAt, DateTimeOffset? SealedAt, long HeldGrams, long Items, long EstimatedGrams)
{
    public int? FillPercent => CapacityGrams is { } capacity ? (int)Math.Min(999, HeldGrams * 100 / capacity) : null;
}
