namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Names VerifyText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class VerifyText;
