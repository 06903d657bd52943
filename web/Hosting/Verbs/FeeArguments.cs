using System.Globalization;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>What was written behind <c>./run fee</c>.</summary>
internal sealed record FeeArguments(string File, string? Methodology, DateOnly? On, string Language, bool AsJson)
{
    /// <returns>None when a word is not understood; <paramref name="wrong"/> says which.</returns>
    public static FeeArguments? Parse(string[] words, out string wrong)
    {
        var (file, methodology, on, language, asJson) = ((string?)null, (string?)null, (DateOnly?)null, Culture.OfShell(), false);
        for (var i = 0; i < words.Length; i++)
        {
            var value = i + 1 < words.Length ? words[i + 1] : null;
            wrong = $"Not understood: {words[i]} {value}";
            switch (words[i])
            {
                case "--json":
                    asJson = true;
                    break;
                case "--methodology" when value is not null:
                    methodology = value;
                    i++;
                    break;
                case "--on" when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day):
                    on = day;
                    i++;
                    break;
                case "--lang" when Culture.IsCode(value):
                    language = value!;
                    i++;
                    break;
                case var word when file is null && (word == "-" || !word.StartsWith("--", StringComparison.Ordinal)):
                    file = word;
                    break;
                default:
                    return null;
            }
        }

        wrong = "Which file?";
        return file is null ? null : new FeeArguments(file, methodology, on, language, asJson);
    }
}
