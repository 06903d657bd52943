using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.TakeBack.Collectors;

public enum CollectorState
{
    Active,
    Suspended,
    Ended,
}

public enum SourceKind
{
    Homes,
    Offices,
    Shops,
    Workshops,
    Buildings,
}

public sealed record NewCollector(string Name, string Phone, string RegionKato, Weight DayLimit, Weight MonthLimit);

/// <param name="LoadId">Chosen by the page: the same one again is the same load.</param>
public sealed record NewLoad(Guid LoadId, string Code, Guid SourceId, PointId Point, string Category, Weight Net, Guid ContainerId);

public abstract record LoadOutcome
{
    private LoadOutcome()
    {
    }

    /// <param name="Due">None while the operator has no tariff.</param>
    public sealed record Taken(string Number, Money? Due) : LoadOutcome;

    public sealed record Refused(LoadProblem Why, Weight Left) : LoadOutcome;
}

public enum LoadProblem
{
    /// <summary>No such collector, source or point here.</summary>
    NotFound,
    NotActive,

    /// <summary>More than may be brought in a day; how much is left is told.</summary>
    DayLimit,
    MonthLimit,
    ContainerNotOpen,
    ContainerOtherCategory,
    ContainerFull,
}

/// <param name="DueTiyn">What is owed, by the ledger.</param>
public sealed record CollectorRow(
    Guid CollectorId, string Code, OrganisationId OrganisationId, string OrganisationKk, string OrganisationRu, string Name, string RegionKk, string RegionRu, string RegionEn,
    long DayLimitGrams, long MonthLimitGrams, CollectorState State, string? StateReason, long DayGrams, long MonthGrams, long AllGrams, long DueTiyn, DateTimeOffset RegisteredAt)
{
    public string Region(string language) => language switch { "ru" => RegionRu, "en" => RegionEn, _ => RegionKk };

    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public long LeftTodayGrams => Math.Max(0, Math.Min(DayLimitGrams - DayGrams, MonthLimitGrams - MonthGrams));
}

public sealed record SourceRow(Guid SourceId, SourceKind Kind, string Name, string Address, long Grams);

public sealed record LoadRow(
    string Number, string SourceName, string Category, long Grams, string Basis, string? ScaleNo, string Container, decimal? MciPerTonne, decimal? MciKzt, long? AmountTiyn, DateTimeOffset TakenAt, string TakenBy);

public sealed record CollectorDetails(CollectorRow Collector, string Phone, IReadOnlyList<SourceRow> Sources, IReadOnlyList<LoadRow> Loads);
