namespace EwasteEpr.Web.Features.Evidence;

/// <summary>Names the texts beside it.</summary>
public sealed class PayoutsText;
