namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>Names the texts beside it.</summary>
public sealed class DropOffsText;
