namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Names the texts of the example country.</summary>
public sealed class ExampleText;
