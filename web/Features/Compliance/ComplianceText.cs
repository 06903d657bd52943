namespace EwasteEpr.Web.Features.Compliance;

/// <summary>Names the texts of compliance: ComplianceText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class ComplianceText;
