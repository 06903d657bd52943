namespace EwasteEpr.Web.Features.Shared;

/// <summary>One station on the way to this page; the last has no address. A list of them is the model of <c>_Crumbs</c>.</summary>
public sealed record Crumb(string Text, string? Href = null);
