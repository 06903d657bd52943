namespace EwasteEpr.Web.Features.StyleGuide;

/// <summary>Names the texts of this feature: StyleGuideText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class StyleGuideText;
