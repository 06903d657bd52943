namespace EwasteEpr.Web.Features.Shared;

/// <summary>Names the texts that several features share: SharedText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class SharedText;
