using Microsoft.Extensions.Localization;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>Words that follow a number. <c>T.N("Rows", n)</c> reads Rows.one, Rows.few, Rows.many or Rows.other and puts the number in {0}.</summary>
/// <remarks>
/// CLDR's rules. Russian has one (1, 21), few (2-4, 22), many (0, 5-20) and other (1,5); English one and other.
/// A Kazakh noun stays in the singular after a number, so Kazakh has other only.
/// </remarks>
public static class Plurals
{
    public static LocalizedString N(this IStringLocalizer text, string key, long count, params object[] more) =>
        Find(text, key, Category(Culture.CurrentCode, count), Format.Current.Number(count), more);

    public static LocalizedString N(this IStringLocalizer text, string key, decimal count, int decimals, params object[] more) =>
        decimals == 0 && decimal.IsInteger(count)
            ? N(text, key, decimal.ToInt64(count), more)
            : Find(text, key, "other", Format.Current.Number(count, decimals), more);

    /// <returns>one, few, many or other.</returns>
    public static string Category(string language, long count)
    {
        var n = Math.Abs((decimal)count);
        return language switch
        {
            "ru" => (n % 10, n % 100) switch
            {
                (1, not 11) => "one",
                (>= 2 and <= 4, < 12 or > 14) => "few",
                _ => "many",
            },
            "en" => n == 1 ? "one" : "other",
            _ => "other",
        };
    }

    private static LocalizedString Find(IStringLocalizer text, string key, string category, string count, object[] more)
    {
        ArgumentNullException.ThrowIfNull(text);
        object[] values = [count, .. more];
        return text[$"{key}.{category}", values] is { ResourceNotFound: false } exact ? exact : text[$"{key}.other", values];
    }
}
