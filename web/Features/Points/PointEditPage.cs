using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.Web.Features.Points;

/// <summary>The room of points: an organisation's own, or the operator's of all.</summary>
/// <param name="Home">Where its list stands.</param>
public sealed record PointRoom(string Home, bool IsOperator);

public sealed record PointListPage(PointRoom Room, IReadOnlyList<PointRow> Rows, int Total, int Page, string? Done);

/// <param name="Point">None for a new one.</param>
public sealed record PointEditPage(
    PointRoom Room, CollectionPoint? Point, OpeningHours? Hours, PointForm Form, PointStateForm State, SpecialDaysForm Days, IReadOnlyList<Region> Regions, IReadOnlyList<GuideItem> Items, string? Done);

public sealed record PointImportPage(PointRoom Room, string Csv, ImportedPoints? Read, string? Done);
