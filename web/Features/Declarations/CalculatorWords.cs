using System.Globalization;
using System.Resources;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The calculator's texts where there is no request: files and the command line.</summary>
public sealed class CalculatorWords(string language)
{
    private static readonly ResourceManager Texts = new(typeof(CalculatorText));

    private readonly CultureInfo culture = Culture.Text(language);

    public string this[string key] => Texts.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text {key} in {language}.");
}
