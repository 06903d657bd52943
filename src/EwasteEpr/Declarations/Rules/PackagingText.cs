using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>The packaging of a line: <c>plastic:1,5; paper:0.3</c>, or that it is declared elsewhere and under which document.</summary>
/// <remarks>
/// Items end at a semicolon, a bar, a plus, a line break, or a comma with a letter behind it (a comma with a digit behind it is
/// decimal). Between kind and kilograms stands a colon, an equals sign or a space.
/// </remarks>
internal static class PackagingText
{
    private static readonly string[] Elsewhere =
    [
        "declared elsewhere", "declared separately", "задекларирована отдельно", "задекларировано отдельно", "декларируется отдельно", "заявлена отдельно",
        "бөлек декларацияланған", "жеке декларацияланған", "бөлек мәлімделген",
    ];

    private static readonly string[] DocumentWords = ["document no.", "document no", "document", "doc.", "документ №", "документ", "док.", "құжат №", "құжат", "№", "no.", ":", ",", "."];

    public static void Read(Line line, string text, NumberFields numbers)
    {
        if (text.Length > 1000)
        {
            line.Add(ProblemCode.TextTooLong, Column.Packaging, "1000");
            return;
        }

        if (Array.Find(Elsewhere, words => text.StartsWith(words, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            ReadDocument(line, text[found.Length..]);
            return;
        }

        foreach (var item in Split(text))
        {
            ReadItem(line, item.Trim(), numbers);
        }
    }

    private static void ReadDocument(Line line, string rest)
    {
        rest = rest.Trim();
        while (Array.Find(DocumentWords, words => rest.StartsWith(words, StringComparison.OrdinalIgnoreCase)) is { } word)
        {
            rest = rest[word.Length..].TrimStart();
        }

        if (rest.Length is 0 or > 100)
        {
            line.Add(ProblemCode.PackagingUnreadable, Column.Packaging);
            return;
        }

        line.PackagingDocument = rest;
    }

    private static void ReadItem(Line line, string item, NumberFields numbers)
    {
        if (item.Length == 0)
        {
            return;
        }

        var digits = item.AsSpan().IndexOfAnyInRange('0', '9');
        var from = digits > 0 && item[digits - 1] is '-' or '\u2212' ? digits - 1 : digits;
        if (from <= 0)
        {
            line.Add(ProblemCode.PackagingUnreadable, Column.Packaging, Shown(item));
            return;
        }

        var name = item[..from].Trim().TrimEnd(':', '=', '-', '–', '—').Trim();
        if (!LineWords.TryParse(name, out PackagingKind kind))
        {
            line.Add(ProblemCode.PackagingKindUnknown, Column.Packaging, Shown(name));
            return;
        }

        var number = Encoding.UTF8.GetBytes(WithoutUnit(item[from..].Trim()));
        if (!numbers.TryGrams(line, Column.Packaging, number, out var grams))
        {
            return;
        }

        if (grams <= 0)
        {
            line.Add(ProblemCode.PackagingMassNotPositive, Column.Packaging, Shown(item));
        }
        else if (grams > LineRules.MostGrams)
        {
            line.Add(ProblemCode.MassTooLarge, Column.Packaging, "1000000");
        }
        else if (line.PackagingItems.Exists(other => other.Kind == kind))
        {
            line.Add(ProblemCode.PackagingKindTwice, Column.Packaging, Shown(name));
        }
        else
        {
            line.PackagingItems.Add(new PackagingItem(kind, grams, default, 0));
        }
    }

    private static string WithoutUnit(string number) =>
        number.EndsWith("кг", StringComparison.OrdinalIgnoreCase) || number.EndsWith("kg", StringComparison.OrdinalIgnoreCase) ? number[..^2].TrimEnd() : number;

    private static IEnumerable<string> Split(string text)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isEnd = text[i] is ';' or '|' or '+' or '\n' || (text[i] == ',' && text.AsSpan(i + 1).TrimStart() is { Length: > 0 } rest && char.IsLetter(rest[0]));
            if (isEnd)
            {
                yield return text[from..i];
                from = i + 1;
            }
        }

        yield return text[from..];
    }

    private static string Shown(string text) => text.Length > TableLimits.ShownCharacters ? text[..TableLimits.ShownCharacters] : text;
}
