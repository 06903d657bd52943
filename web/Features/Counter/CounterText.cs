namespace EwasteEpr.Web.Features.Counter;

/// <summary>Names the texts beside it.</summary>
public sealed class CounterText;
