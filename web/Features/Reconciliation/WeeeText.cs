namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of the model of waste generated.</summary>
public sealed class WeeeText;
