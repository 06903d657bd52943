namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Names WasteText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class WasteText;
