namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of the matrix and what belongs to it.</summary>
public sealed class ReconciliationText;
