using System.Globalization;
using System.Resources;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>One language of a legal paper, which has both state languages whatever the reader's: texts and formats.</summary>
/// <typeparam name="TTexts">Names the texts, as for a localizer.</typeparam>
public sealed class PaperSide<TTexts>(string code)
{
    private static readonly ResourceManager Texts = new(typeof(TTexts));

    private readonly CultureInfo culture = Culture.Text(code);

    public string Code => code;

    public Format F { get; } = Format.In(code);

    public string this[string key] => Texts.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text {key} in {code}.");

    public string this[string key, params object[] values] => string.Format(culture, this[key], values);
}

/// <summary>Kazakh to the left, Russian to the right.</summary>
public static class PaperSides
{
    public static IReadOnlyList<PaperSide<TTexts>> Of<TTexts>() => [new("kk"), new("ru")];

    /// <summary>For the head of a table that both languages share.</summary>
    public static string Both<TTexts>(this IReadOnlyList<PaperSide<TTexts>> sides, string key) => string.Join(" / ", sides.Select(side => side[key]).Distinct(StringComparer.Ordinal));
}
