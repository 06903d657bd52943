namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Names OpenDataText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class OpenDataText;
