namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Names the texts beside it.</summary>
public sealed class TreatmentText;
