namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of closing a period.</summary>
public sealed class ClosingText;
