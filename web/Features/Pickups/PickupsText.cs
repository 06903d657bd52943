namespace EwasteEpr.Web.Features.Pickups;

/// <summary>Names the texts beside it.</summary>
public sealed class PickupsText;
