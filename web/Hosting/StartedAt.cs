namespace EwasteEpr.Web.Hosting;

/// <summary>When this process began to serve.</summary>
public sealed record StartedAt(DateTimeOffset Instant);
