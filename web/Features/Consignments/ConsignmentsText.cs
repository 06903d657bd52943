namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Names the texts beside it.</summary>
public sealed class ConsignmentsText;
