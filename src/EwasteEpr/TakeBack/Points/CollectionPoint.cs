using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>A place where something can be handed in, as it stands now.</summary>
/// <param name="OrganisationId">Whose counter it is.</param>
/// <param name="State">The state that counts now: one with an end has ended by itself.</param>
/// <param name="StateUntil">The first day on which the state no longer holds; none: until somebody changes it.</param>
/// <param name="FilledGrams">How much of the capacity is taken; none where nobody knows.</param>
/// <param name="ValidUntil">The first day on which the point is no longer there.</param>
public sealed record CollectionPoint(
    PointId PointId, OrganisationId OrganisationId, string OrganisationKk, string OrganisationRu, string Slug, PointKind Kind,
    string NameKk, string NameRu, string? NameEn,
    string RegionKato, string RegionKk, string RegionRu, string RegionEn,
    string SettlementKk, string SettlementRu, string? SettlementEn,
    string AddressKk, string AddressRu, string? AddressEn,
    string? DirectionsKk, string? DirectionsRu, string? DirectionsEn, string? Phone,
    double Latitude, double Longitude,
    string[] Categories, string[] UnuKeys, string[] RefusedKeys, int? LongestSideCm,
    bool IsStepFree, bool GivesRewards, bool TakesOrganisations, PointReward Reward, long CapacityGrams, long? FilledGrams, DateTimeOffset? FillToldAt,
    PointState State, DateTimeOffset StateSince, DateOnly? StateUntil, string? StateReasonKk, string? StateReasonRu, string? StateReasonEn,
    DateOnly ValidFrom, DateOnly? ValidUntil, bool IsOpenNow, double? DistanceKm, bool IsDemo, DateTimeOffset ChangedAt)
{
    public string Name(string language) => In(language, NameKk, NameRu, NameEn);

    public string Region(string language) => In(language, RegionKk, RegionRu, RegionEn);

    public string Settlement(string language) => In(language, SettlementKk, SettlementRu, SettlementEn);

    public string Address(string language) => In(language, AddressKk, AddressRu, AddressEn);

    public string Organisation(string language) => In(language, OrganisationKk, OrganisationRu, null);

    public string? Directions(string language) => language switch { "ru" => DirectionsRu, "en" => DirectionsEn ?? DirectionsKk, _ => DirectionsKk };

    public string? StateReason(string language) => language switch { "ru" => StateReasonRu, "en" => StateReasonEn ?? StateReasonKk, _ => StateReasonKk };

    /// <summary>Whether the point takes this kind of thing at all; opening hours and fullness are other questions.</summary>
    public bool Accepts(string unuKey, string category) =>
        (Categories.Contains(category, StringComparer.Ordinal) || UnuKeys.Contains(unuKey, StringComparer.Ordinal)) && !RefusedKeys.Contains(unuKey, StringComparer.Ordinal);

    private static string In(string language, string kk, string ru, string? en) => language switch { "ru" => ru, "en" => en ?? kk, _ => kk };
}

public enum PointKind
{
    /// <summary>A counter with people who weigh and issue.</summary>
    CollectionPoint,

    /// <summary>A bright bin for small things, without people.</summary>
    StreetBin,

    /// <summary>A shop that takes back what it sells.</summary>
    Shop,

    /// <summary>Takes what still works, to pass it on.</summary>
    ReuseShop,

    /// <summary>Mends; what is beyond mending it may also take.</summary>
    Repairer,
}

public enum PointState
{
    Open,

    /// <summary>Not there for a time or for good; the reason is told.</summary>
    Closed,

    /// <summary>Takes nothing until it is emptied.</summary>
    Full,

    /// <summary>Stopped by the operator; the reason is told.</summary>
    Suspended,
}

/// <summary>Whether a voucher can be had today.</summary>
public enum PointReward
{
    /// <summary>This point gives none.</summary>
    None,

    /// <summary>It would, but no campaign is open in its region.</summary>
    NoCampaign,
    Gives,

    /// <summary>Campaigns are open and their money is spent or promised.</summary>
    Spent,
}
