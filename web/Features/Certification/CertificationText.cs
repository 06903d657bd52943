namespace EwasteEpr.Web.Features.Certification;

/// <summary>Names the texts beside it.</summary>
public sealed class CertificationText;
