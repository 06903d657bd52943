using System.Text.Json.Serialization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What is to be declared.</summary>
public sealed record DeclarationRequest
{
    /// <summary>period (default), nil or consignment.</summary>
    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    /// <summary>A quarter, 2026-Q3, or a year, 2026: for period and nil.</summary>
    [JsonPropertyName("period")]
    public string? Period { get; init; }

    /// <summary>Number of the customs declaration or of form 328: for consignment.</summary>
    [JsonPropertyName("document_no")]
    public string? DocumentNo { get; init; }
}

/// <summary>Lines that take the place of those in the draft, or come after them.</summary>
public sealed record LinesRequest
{
    /// <summary>At most 50 000; more goes as CSV.</summary>
    [JsonPropertyName("lines")]
    public IReadOnlyList<QuoteRequestLine>? Lines { get; init; }
}

/// <summary>What was looked at before submitting; the header If-Match says the same.</summary>
public sealed record SubmitRequest
{
    /// <summary>The revision that GET answered.</summary>
    [JsonPropertyName("revision")]
    public long? Revision { get; init; }
}
