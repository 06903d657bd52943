using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.Web.Features.Points;

/// <summary>The list, and what it may be narrowed by.</summary>
public sealed record PointsPage(
    PointsQuery Query, IReadOnlyList<PointRow> Rows, int Total, IReadOnlyList<RegionCount> ByRegion,
    IReadOnlyList<EwasteEpr.Organisations.Region> Regions, IReadOnlyList<Town> Towns, IReadOnlyList<GuideItem> Items)
{
    public Town? Town => Query.Here is null ? Query.TownOf(Towns) : null;
}

/// <summary>A point in a list, with the hours that tell whether it is open.</summary>
public sealed record PointRow(CollectionPoint Point, OpeningHours Hours);

public sealed record PointPage(CollectionPoint Point, OpeningHours Hours, DateOnly Today, IReadOnlyList<GuideItem> Items);

public static class PointRows
{
    public static async Task<IReadOnlyList<PointRow>> WithHoursAsync(this PointService points, IReadOnlyList<CollectionPoint> found, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(points);
        var hours = await points.HoursAsync([.. found.Select(point => point.PointId)], ct);
        return [.. found.Select(point => new PointRow(point, hours[point.PointId]))];
    }
}
