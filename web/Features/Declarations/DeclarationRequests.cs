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

    /// <summary>A detached CMS over the canonical file, in base64, where the operator wants an electronic signature; the key of the API stands for a person otherwise.</summary>
    [JsonPropertyName("signature")]
    public string? Signature { get; init; }
}

/// <summary>Why the warnings of a draft are right as they are: all are taken or none.</summary>
public sealed record ReasonsRequest
{
    /// <summary>At most 200.</summary>
    [JsonPropertyName("reasons")]
    public IReadOnlyList<ReasonRequest>? Reasons { get; init; }
}

/// <summary>A reason for the warnings of one code and column.</summary>
public sealed record ReasonRequest
{
    /// <summary>As the problem says it: MASS-05.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <summary>As the problem says it; absent for a problem of the whole row.</summary>
    [JsonPropertyName("column")]
    public string? Column { get; init; }

    /// <summary>Only the warnings about this value.</summary>
    [JsonPropertyName("value")]
    public string? Value { get; init; }

    /// <summary>Only the warning of this line.</summary>
    [JsonPropertyName("line")]
    public int? Line { get; init; }

    /// <summary>In your own words, up to 1000 characters.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }
}
