using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EwasteEpr.Web.Tests.Shared;

/// <summary>What must hold between the three languages of one feature.</summary>
public static partial class TextRules
{
    /// <summary>Names and codes that are the same in every language.</summary>
    private static readonly HashSet<string> SameEverywhere = new(StringComparer.Ordinal) { "EwasteEpr", "BIN", "CSV", "XLSX", "JSON", "SHA-256", "UNU", "API", "K", "№", "OK", "QR", "PDF" };

    private static readonly Dictionary<string, string[]> Forms = new(StringComparer.Ordinal) { ["kk"] = ["other"], ["ru"] = ["one", "few", "many"], ["en"] = ["one", "other"] };

    public static Dictionary<string, string> Load(string path) =>
        XDocument.Load(path).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value, StringComparer.Ordinal);

    /// <param name="texts">Language -> key -> value.</param>
    public static IEnumerable<string> Problems(string feature, IReadOnlyDictionary<string, Dictionary<string, string>> texts)
    {
        var families = texts.Values.SelectMany(one => one.Keys).Where(IsPlural).Select(Family).ToHashSet(StringComparer.Ordinal);
        var plain = texts.Values.SelectMany(one => one.Keys).Where(key => !IsPlural(key)).ToHashSet(StringComparer.Ordinal);
        foreach (var (language, values) in texts)
        {
            foreach (var key in plain.Where(key => !values.ContainsKey(key)))
            {
                yield return $"{feature}.{language}: {key} is missing";
            }

            foreach (var key in families.SelectMany(family => Forms[language].Select(form => $"{family}.{form}")).Where(key => !values.ContainsKey(key)))
            {
                yield return $"{feature}.{language}: {key} is missing";
            }

            foreach (var problem in values.SelectMany(pair => OfValue(language, pair.Key, pair.Value, texts)))
            {
                yield return $"{feature}.{language}: {problem}";
            }
        }
    }

    private static IEnumerable<string> OfValue(string language, string key, string value, IReadOnlyDictionary<string, Dictionary<string, string>> texts)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            yield return $"{key} is empty";
        }

        if (MixedWord().Match(Placeholder().Replace(value, " ")) is { Success: true } mixed)
        {
            yield return $"{key} mixes alphabets in \"{mixed.Value}\"";
        }

        if (language != "en" && texts["en"].GetValueOrDefault(key) == value && value.Any(char.IsLetter) && !SameEverywhere.Contains(value))
        {
            yield return $"{key} is not translated: \"{value}\"";
        }

        var model = IsPlural(key) ? texts["kk"].GetValueOrDefault(Family(key) + ".other") : texts["kk"].GetValueOrDefault(key);
        if (model is not null && !Placeholders(model).SetEquals(Placeholders(value)))
        {
            yield return $"{key} has other placeholders than Kazakh: \"{value}\"";
        }
    }

    public static bool IsPlural(string key) => key.EndsWith(".one", StringComparison.Ordinal) || key.EndsWith(".few", StringComparison.Ordinal)
        || key.EndsWith(".many", StringComparison.Ordinal) || key.EndsWith(".other", StringComparison.Ordinal);

    private static string Family(string key) => key[..key.LastIndexOf('.')];

    private static HashSet<string> Placeholders(string value) => Placeholder().Matches(value).Select(match => match.Value.ToString(CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"%?\{\w+(:[^}]*)?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    /// <summary>Latin a, e, o, c, p, x, i inside a Cyrillic word look right, are searched for in vain and are read out wrongly.</summary>
    [GeneratedRegex(@"\p{L}*(\p{IsCyrillic}[A-Za-z]|[A-Za-z]\p{IsCyrillic})\p{L}*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MixedWord();
}
