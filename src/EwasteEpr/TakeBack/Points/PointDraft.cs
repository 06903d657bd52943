using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>A point as somebody wants it to stand in the register. English names are a courtesy and may be left out.</summary>
public sealed record PointDraft(
    PointKind Kind, string NameKk, string NameRu, string? NameEn, string RegionKato, string SettlementKk, string SettlementRu, string? SettlementEn, string AddressKk, string AddressRu, string? AddressEn,
    string? DirectionsKk, string? DirectionsRu, string? DirectionsEn, string? Phone, GeoPosition Position,
    IReadOnlyList<string> Categories, IReadOnlyList<string> UnuKeys, IReadOnlyList<string> RefusedKeys, int? LongestSideCm,
    bool IsStepFree, bool GivesRewards, bool TakesOrganisations, Weight Capacity, IReadOnlyList<WeekdayHours> Week);

/// <param name="Until">The first day on which it no longer holds.</param>
public sealed record PointStateChange(PointState State, DateOnly? Until, string? ReasonKk, string? ReasonRu);

/// <param name="Stretches">None: closed.</param>
public sealed record SpecialDays(DateOnly FirstDay, DateOnly LastDay, IReadOnlyList<OpenStretch> Stretches, string? ReasonKk, string? ReasonRu);

public enum ChangePointOutcome
{
    Done,
    NotFound,

    /// <summary>Somebody else saved in between.</summary>
    ChangedMeanwhile,
}

public enum ExceptOutcome
{
    Done,
    NotFound,

    /// <summary>These days differ already.</summary>
    Overlaps,
}
