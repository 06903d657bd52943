using System.Text;
using System.Text.RegularExpressions;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What in the purpose of a payment could be the reference of an invoice, or its number, however it was typed.</summary>
/// <remarks>
/// People type the reference with spaces and hyphens, in small letters, glued to a word, and on a Cyrillic keyboard, where А В С Е Н К М О Р Т У Х look the same.
/// Every piece that could be one is asked of the check character; whether such an invoice exists, the database says.
/// </remarks>
public static partial class ReferenceFinder
{
    private const int Length = 8;
    private const int MostCandidates = 200;
    private const string Cyrillic = "АВСЕНКМОРТУХІЅЈЗӨ";
    private const string Latin = "ABCEHKMOPTYXISJ30";

    /// <param name="parse">A reference as it is stored, or none when the characters do not check.</param>
    public static IReadOnlyList<string> Candidates(string purpose, Func<string, string?> parse)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(parse);
        var tokens = Tokens(purpose);
        var found = new List<string>();
        for (var i = 0; i < tokens.Count && found.Count < MostCandidates; i++)
        {
            var joined = "";
            for (var j = i; j < tokens.Count && joined.Length < Length; j++)
            {
                joined += tokens[j];
            }

            Try(joined.Length == Length ? joined : "", parse, found);
            for (var at = 0; tokens[i].Length is > Length and <= 40 && at + Length <= tokens[i].Length; at++)
            {
                Try(tokens[i].Substring(at, Length), parse, found);
            }
        }

        return found;
    }

    /// <summary>Numbers of invoices as they are printed: INV-2026-000123.</summary>
    public static IReadOnlyList<string> InvoiceNumbers(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return [.. Number().Matches(LatinLetters(purpose)).Take(50).Select(match => $"INV-{match.Groups["year"].Value}-{match.Groups["no"].Value.PadLeft(6, '0')}").Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Numbers of our refunds: RB-2026-00012.</summary>
    public static IReadOnlyList<string> RefundNumbers(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return [.. Refund().Matches(LatinLetters(purpose)).Take(50).Select(match => $"RB-{match.Groups["year"].Value}-{match.Groups["no"].Value.PadLeft(5, '0')}").Distinct(StringComparer.Ordinal)];
    }

    private static void Try(string text, Func<string, string?> parse, List<string> found)
    {
        if (text.Length > 0 && parse(text) is { } reference && !found.Contains(reference, StringComparer.Ordinal))
        {
            found.Add(reference);
        }
    }

    private static List<string> Tokens(string purpose)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (var c in LatinLetters(purpose) + " ")
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                token.Append(c);
            }
            else if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }

        return tokens;
    }

    /// <summary>Upper case, with the Latin letter for each Cyrillic one that looks like it.</summary>
    internal static string LatinLetters(string text) => string.Create(text.Length, text, static (letters, source) =>
    {
        for (var i = 0; i < letters.Length; i++)
        {
            var upper = char.ToUpperInvariant(source[i]);
            var at = Cyrillic.IndexOf(upper, StringComparison.Ordinal);
            letters[i] = at >= 0 ? Latin[at] : upper;
        }
    });

    [GeneratedRegex(@"INV[^A-Z0-9]{0,3}(?<year>20[0-9]{2})[^A-Z0-9]{1,3}(?<no>[0-9]{1,9})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"RB[^A-Z0-9]{0,3}(?<year>20[0-9]{2})[^A-Z0-9]{1,3}(?<no>[0-9]{1,9})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Refund();
}
