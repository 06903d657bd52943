using System.Text.Json.Serialization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What the API answers, for its description; <see cref="QuoteJson"/> and <see cref="QuoteResults"/> write it, and a test holds the names together.</summary>
/// <param name="Methodology">The one that priced, or null when there were several.</param>
/// <param name="Mci">The MCI when one value was used, else null: see mci_values.</param>
/// <param name="MassKg">Of priced lines, three decimals.</param>
/// <param name="FeeKzt">Of priced lines, two decimals; by_category and by_packaging add up to it.</param>
/// <param name="Problems">Why lines were refused.</param>
/// <param name="Warnings">What needs a reason before it can be declared.</param>
public sealed record QuoteAnswer(
    [property: JsonPropertyName("methodology")] string? Methodology,
    [property: JsonPropertyName("mci")] decimal? Mci,
    [property: JsonPropertyName("mci_values")] IReadOnlyList<decimal> MciValues,
    [property: JsonPropertyName("lines")] long Lines,
    [property: JsonPropertyName("priced")] long Priced,
    [property: JsonPropertyName("refused")] long Refused,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt,
    [property: JsonPropertyName("by_category")] IReadOnlyList<QuoteAnswerCategory> ByCategory,
    [property: JsonPropertyName("by_packaging")] IReadOnlyList<QuoteAnswerPackaging> ByPackaging,
    [property: JsonPropertyName("problems")] IReadOnlyList<QuoteAnswerProblem> Problems,
    [property: JsonPropertyName("warnings")] IReadOnlyList<QuoteAnswerProblem> Warnings,
    [property: JsonPropertyName("notes")] IReadOnlyList<string> Notes,
    [property: JsonPropertyName("results")] IReadOnlyList<QuoteAnswerLine> Results);

public sealed record QuoteAnswerCategory(
    [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("lines")] long Lines,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt);

public sealed record QuoteAnswerPackaging(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("lines")] long Lines,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt);

/// <param name="Row">Row of the CSV body as a spreadsheet counts, or place in lines, from 1.</param>
public sealed record QuoteAnswerProblem(
    [property: JsonPropertyName("row")] int Row,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("column")] string Column,
    [property: JsonPropertyName("value")] string Value,
    [property: JsonPropertyName("message")] string Message);

/// <param name="State">accepted, warned or refused.</param>
/// <param name="TariffMatch">hs_prefix, product_group, unu_key, category or any, and after a colon what it matches.</param>
/// <param name="Coefficient">K, as text; null where it is not set.</param>
/// <param name="FeeKzt">mass_kg x mci x coefficient / 1000, rounded by the methodology; null when the line is not priced.</param>
/// <param name="TotalKzt">With packaging.</param>
public sealed record QuoteAnswerLine(
    [property: JsonPropertyName("row")] int Row,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("hs_code")] string HsCode,
    [property: JsonPropertyName("unu_key")] string UnuKey,
    [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("units")] long? Units,
    [property: JsonPropertyName("mass_kg")] string? MassKg,
    [property: JsonPropertyName("battery_kg")] string? BatteryKg,
    [property: JsonPropertyName("priced_on")] string? PricedOn,
    [property: JsonPropertyName("methodology")] string? Methodology,
    [property: JsonPropertyName("programme")] string? Programme,
    [property: JsonPropertyName("tariff_match")] string? TariffMatch,
    [property: JsonPropertyName("coefficient")] string? Coefficient,
    [property: JsonPropertyName("mci")] decimal? Mci,
    [property: JsonPropertyName("rounding")] string? Rounding,
    [property: JsonPropertyName("fee_kzt")] string? FeeKzt,
    [property: JsonPropertyName("packaging")] IReadOnlyList<QuoteAnswerPackagingItem> Packaging,
    [property: JsonPropertyName("packaging_document")] string PackagingDocument,
    [property: JsonPropertyName("total_kzt")] string? TotalKzt,
    [property: JsonPropertyName("problems")] IReadOnlyList<string> Problems);

public sealed record QuoteAnswerPackagingItem(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("coefficient")] string? Coefficient,
    [property: JsonPropertyName("mci")] decimal? Mci,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt);
