namespace EwasteEpr.Web.Features.TakeBack;

/// <summary>Names the texts of this folder.</summary>
public sealed class TakeBackText;
