using System.Text.Json;
using EwasteEpr.Compliance;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>The figures that a rule saw, as lines "what: how much".</summary>
public static class CaseFacts
{
    /// <param name="text">The word for a key <c>Fact.name</c>.</param>
    public static IEnumerable<string> Lines(CaseDetails details, Func<string, string> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(details);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(format);
        using var facts = JsonDocument.Parse(details.Facts);
        return [.. facts.RootElement.EnumerateObject().Select(fact => $"{text("Fact." + fact.Name)}: {Value(fact.Name, fact.Value, format)}")];
    }

    private static string Value(string name, JsonElement value, Format format) => value.ValueKind switch
    {
        JsonValueKind.Null => "–",
        JsonValueKind.Number when name.EndsWith("_grams", StringComparison.Ordinal) || name == "grams" => format.Kilograms(Weight.FromGrams(value.GetInt64())),
        JsonValueKind.Number when name.EndsWith("_tiyn", StringComparison.Ordinal) => format.Money(Money.FromTiyn(value.GetInt64())),
        JsonValueKind.Number => value.GetRawText(),
        _ when DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", out var day) => format.Date(day),
        _ => value.GetString() ?? "–",
    };
}
