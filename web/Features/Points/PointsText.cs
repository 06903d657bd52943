namespace EwasteEpr.Web.Features.Points;

/// <summary>Names the texts beside it.</summary>
public sealed class PointsText;
