using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Lines to be priced.</summary>
public sealed record QuoteRequest
{
    /// <summary>Stands for import and submission date of every line: yyyy-MM-dd. Without it each line's obligation_date, else today in Asia/Almaty.</summary>
    [JsonPropertyName("on")]
    public string? On { get; init; }

    /// <summary>Code of a methodology, used whatever its dates. Without it the programme in force.</summary>
    [JsonPropertyName("methodology")]
    public string? Methodology { get; init; }

    /// <summary>At most 50 000.</summary>
    [JsonPropertyName("lines")]
    public IReadOnlyList<QuoteRequestLine>? Lines { get; init; }
}

/// <summary>One line. A number may be a JSON number or a text; it is taken exactly as written. Needed: hs_code or unu_key, and mass_kg.</summary>
public sealed record QuoteRequestLine
{
    [JsonPropertyName("hs_code")]
    public JsonElement HsCode { get; init; }

    [JsonPropertyName("unu_key")]
    public JsonElement UnuKey { get; init; }

    [JsonPropertyName("description")]
    public JsonElement Description { get; init; }

    [JsonPropertyName("units")]
    public JsonElement Units { get; init; }

    /// <summary>Net mass in kilograms, at most three decimals.</summary>
    [JsonPropertyName("mass_kg")]
    public JsonElement MassKg { get; init; }

    /// <summary>A text "plastic:1.5; paper:0.3", or a list of {"kind", "mass_kg"}.</summary>
    [JsonPropertyName("packaging")]
    public JsonElement Packaging { get; init; }

    [JsonPropertyName("battery_kg")]
    public JsonElement BatteryKg { get; init; }

    [JsonPropertyName("source")]
    public JsonElement Source { get; init; }

    [JsonPropertyName("condition")]
    public JsonElement Condition { get; init; }

    [JsonPropertyName("obligation_date")]
    public JsonElement ObligationDate { get; init; }

    [JsonPropertyName("origin")]
    public JsonElement Origin { get; init; }

    [JsonPropertyName("document_no")]
    public JsonElement DocumentNo { get; init; }

    /// <summary>Texts in the order of <see cref="Column"/>.</summary>
    internal string?[] Texts() =>
    [
        Text(HsCode), Text(UnuKey), Text(Description), Text(Units), Text(MassKg), PackagingText(Packaging),
        Text(BatteryKg), Text(Source), Text(Condition), Text(ObligationDate), Text(Origin), Text(DocumentNo),
    ];

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static string? PackagingText(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join(';', value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Object ? $"{Part(item, "kind")}:{Part(item, "mass_kg")}" : item.GetRawText()))
        : Text(value);

    private static string? Part(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? Text(value) : null;
}
