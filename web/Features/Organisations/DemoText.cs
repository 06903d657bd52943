namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Names the texts of the demonstration's pages.</summary>
public sealed class DemoText;
