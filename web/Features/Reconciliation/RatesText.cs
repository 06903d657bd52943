namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>Names the texts of the rates and the model.</summary>
public sealed class RatesText;
