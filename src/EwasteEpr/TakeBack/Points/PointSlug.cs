using System.Globalization;
using System.Text;

namespace EwasteEpr.TakeBack.Points;

/// <summary>The address of a point's page in Latin letters, from its settlement and name.</summary>
public static class PointSlug
{
    private const int Longest = 50;
    private const string Cyrillic = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі";

    private static readonly string[] Latin =
    [
        "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "sh", "", "y", "", "e", "yu", "ya",
        "a", "g", "q", "n", "o", "u", "u", "h", "i",
    ];

    public static string From(string settlement, string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in $"{settlement} {name}".ToLowerInvariant())
        {
            var written = Cyrillic.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? Latin[at] : char.IsAsciiLetterOrDigit(letter) ? letter.ToString() : "-";
            if (written != "-")
            {
                slug.Append(written);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var cut = slug.ToString(0, Math.Min(slug.Length, Longest)).Trim('-');
        return cut.Length == 0 ? "point" : cut;
    }

    public static bool IsSlug(string text) =>
        text.Length is > 0 and <= 60 && text.Split('-').All(word => word.Length > 0 && word.All(letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter)));

    public static string Numbered(string slug, int number) => string.Create(CultureInfo.InvariantCulture, $"{slug}-{number}");
}
