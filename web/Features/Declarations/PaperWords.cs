using System.Globalization;
using System.Resources;
using EwasteEpr.Declarations;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The texts of the feature in a language of its own, for papers that carry two.</summary>
public sealed class PaperWords(string language)
{
    private static readonly string[] Roman = ["I", "II", "III", "IV"];
    private static readonly ResourceManager Texts = new(typeof(DeclarationsText));

    private readonly CultureInfo culture = Culture.Text(language);

    public string this[string key] => Texts.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text {key} in {language}.");

    public string this[string key, params object[] values] => string.Format(culture, this[key], values);

    public string Subject(DeclarationDetail declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return declaration.PeriodFrom is not { } from ? declaration.DocumentNo ?? ""
            : declaration.PeriodUntil == from.AddMonths(3) ? this["Period.Quarter", Roman[(from.Month - 1) / 3], from.Year]
            : this["Period.Year", from.Year];
    }
}
