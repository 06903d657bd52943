using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Collectors;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.Web.Features.Collectors;

/// <param name="Access">The organisation's room; none for the operator, who reads all.</param>
/// <param name="Rate">MCI a tonne; none while the operator has not set it.</param>
public sealed record CollectorsPage(OrganisationAccess? Access, IReadOnlyList<CollectorRow> Rows, decimal? Rate, CollectorForm Form, IReadOnlyList<Region> Regions);

public sealed record CollectorPage(
    OrganisationAccess Access, CollectorDetails Details, decimal? Rate, SourceForm Source, LoadForm Load, IReadOnlyList<CollectionPoint> Points, IReadOnlyList<(CollectionPoint Point, ContainerRow Container)> Containers, CollectorSaid Said);

public sealed record CollectorSaid(string? Done, string? Number);

public sealed class CollectorForm
{
    public string? Name { get; set; }

    public string? Phone { get; set; }

    public string? Region { get; set; }

    public decimal? DayLimit { get; set; }

    public decimal? MonthLimit { get; set; }
}

public sealed class SourceForm
{
    public SourceKind Kind { get; set; }

    public string? SourceName { get; set; }

    public string? SourceAddress { get; set; }
}

public sealed class LoadForm
{
    /// <summary>Made with the page: sent twice, it is one load.</summary>
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid? From { get; set; }

    public string? Category { get; set; }

    public decimal? Net { get; set; }

    public Guid? Container { get; set; }
}
