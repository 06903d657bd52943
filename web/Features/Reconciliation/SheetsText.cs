namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of the tables that the operator brings.</summary>
public sealed class SheetsText;
