namespace EwasteEpr.Web.Features.Collectors;

/// <summary>Names the texts beside it.</summary>
public sealed class CollectorsText;
