using System.Globalization;
using System.Text.Json;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Each line with every factor of its fee, as the API tells it.</summary>
internal static class QuoteResults
{
    public static QuoteAnswerLine Of(Line line)
    {
        var answer = line.Tariff?.Answer ?? default;
        var isRead = line.MassGrams > 0;
        return new QuoteAnswerLine(
            line.Row,
            line.State.ToString().ToLowerInvariant(),
            line.Hs.ToString(),
            line.Tariff?.Key.ToString() ?? line.GivenKey.ToString(),
            EquipmentCategories.Code(line.Tariff?.Category ?? EquipmentCategory.None),
            line.Units,
            isRead ? QuoteJson.Decimals(line.MassGrams, 3) : null,
            line.BatteryGrams > 0 ? QuoteJson.Decimals(line.BatteryGrams, 3) : null,
            line.Tariff is null ? null : line.PricedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            answer.Methodology?.Code,
            answer.Methodology is { } methodology ? Snake(methodology.Programme.ToString()) : null,
            answer.Row is { } row ? $"{Snake(row.Kind.ToString())}:{row.Match}" : null,
            Plain(answer.Row?.Coefficient),
            answer.Mci is { } mci ? QuoteJson.Plain(mci.ValueKzt) : null,
            answer.Methodology is { } rounded ? Snake(rounded.Rounding.ToString()) : null,
            line.IsPriced ? QuoteJson.Decimals(line.ProductFeeTiyn, 2) : null,
            [.. line.Packaging.Select(Of)],
            line.PackagingDocument,
            line.IsPriced ? QuoteJson.Decimals(line.FeeTiyn, 2) : null,
            [.. line.Problems.Select(problem => problem.PublicCode)]);
    }

    public static void Write(Utf8JsonWriter json, IEnumerable<QuoteAnswerLine> lines)
    {
        json.WriteStartArray("results");
        foreach (var line in lines)
        {
            JsonSerializer.Serialize(json, line);
        }

        json.WriteEndArray();
    }

    private static QuoteAnswerPackagingItem Of(PackagingItem item) => new(
        item.Kind.ToString().ToLowerInvariant(),
        QuoteJson.Decimals(item.MassGrams, 3),
        Plain(item.Tariff.Row?.Coefficient),
        item.Tariff.Mci is { } mci ? QuoteJson.Plain(mci.ValueKzt) : null,
        QuoteJson.Decimals(item.FeeTiyn, 2));

    private static string? Plain(decimal? coefficient) => coefficient is { } k ? QuoteJson.Plain(k).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>HsPrefix -> hs_prefix, LineHalfAway2 -> line_half_away_2.</summary>
    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && (char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
