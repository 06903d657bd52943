namespace EwasteEpr.Web.Features.Payments.Certificates;

/// <summary>Names CertificatesText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class CertificatesText;
