using System.Globalization;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>What was written behind <c>./run weee</c>.</summary>
/// <param name="File">The table; - for stdin.</param>
/// <param name="Lifetime">One lifetime for every key, instead of each key's own.</param>
public sealed record WeeeArguments(string File, WeeeVariant Variant, WeibullLifetime? Lifetime, string Language, bool AsJson)
{
    /// <returns>None when a word is not understood; <paramref name="wrong"/> says which.</returns>
    public static WeeeArguments? Parse(string[] words, out string wrong)
    {
        var (file, variant, shape, scale, language, asJson) = ((string?)null, WeeeVariant.B, 0.0, 0.0, Culture.OfShell(), false);
        for (var i = 0; i < words.Length; i++)
        {
            var value = i + 1 < words.Length ? words[i + 1] : null;
            wrong = $"Not understood: {words[i]} {value}";
            switch (words[i])
            {
                case "--json":
                    asJson = true;
                    continue;
                case "--pom" when value is not null:
                    file = value;
                    break;
                case "--variant" when value is "A" or "B" or "C" or "a" or "b" or "c":
                    variant = Enum.Parse<WeeeVariant>(value, ignoreCase: true);
                    break;
                case "--shape" when TryParse(value, out var number):
                    shape = number;
                    break;
                case "--scale" when TryParse(value, out var number):
                    scale = number;
                    break;
                case "--lang" when Culture.IsCode(value):
                    language = value!;
                    break;
                default:
                    return null;
            }

            i++;
        }

        wrong = file is null ? "Which file? --pom FILE.csv" : "--shape and --scale belong together.";
        return file is null || (shape > 0) != (scale > 0) ? null : new WeeeArguments(file, variant, shape > 0 ? new WeibullLifetime(shape, scale) : null, language, asJson);
    }

    private static bool TryParse(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number is > 0 and <= LifetimeShares.MostYears;
}
