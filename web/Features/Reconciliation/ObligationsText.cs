namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of obligations.</summary>
public sealed class ObligationsText;
