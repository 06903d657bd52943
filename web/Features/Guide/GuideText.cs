namespace EwasteEpr.Web.Features.Guide;

/// <summary>Names the texts beside it.</summary>
public sealed class GuideText;
