using System.Text;

namespace EwasteEpr.TakeBack.Guide;

/// <summary>How well what somebody typed fits a word: whole, beginning, middle, or with a slip of the finger. Smaller is better.</summary>
/// <remarks>
/// Kazakh letters count as the Russian ones beside them on a phone's keyboard, because many people type without a Kazakh keyboard;
/// capitals, ё and hyphens make no difference. 54 keys have some 1 300 words, so each is looked at and no index can be out of date.
/// </remarks>
public static class WordSearch
{
    public const int LongestQuery = 60;
    private const int TypoScore = 10;
    private const string Kazakh = "әғқңөұүһіё";
    private const string Plain = "агкноуухие";

    /// <summary>Lower case, plain letters, single spaces; anything else is a space.</summary>
    public static string Fold(string? text)
    {
        var folded = new StringBuilder();
        foreach (var letter in (text ?? "").Trim().ToLowerInvariant())
        {
            var plain = Kazakh.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? Plain[at] : letter;
            if (char.IsLetterOrDigit(plain))
            {
                folded.Append(plain);
            }
            else if (folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded.ToString(0, Math.Min(folded.Length, LongestQuery)).Trim();
    }

    /// <returns>0 for the word itself, more for less; none where it does not fit.</returns>
    /// <param name="query">Folded.</param>
    /// <param name="word">Folded.</param>
    public static int? Score(string query, string word)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(word);
        if (query.Length == 0)
        {
            return null;
        }

        if (word == query)
        {
            return 0;
        }

        if (word.StartsWith(query, StringComparison.Ordinal))
        {
            return 1;
        }

        var asked = query.Split(' ');
        var parts = word.Split(' ');
        if (asked.All(part => parts.Any(other => other.StartsWith(part, StringComparison.Ordinal))))
        {
            return 2;
        }

        // "old samsung phone": one whole word of the question is the word.
        if (asked.Length > 1 && parts.All(part => asked.Contains(part, StringComparer.Ordinal)))
        {
            return 3;
        }

        return query.Length >= 4 && word.Contains(query, StringComparison.Ordinal) ? 4 : Typo(query, word, parts);
    }

    private static int? Typo(string query, string word, string[] parts)
    {
        var allowed = query.Length switch { < 4 => 0, < 7 => 1, _ => 2 };
        if (allowed == 0)
        {
            return null;
        }

        // What is typed may be a beginning, so the word's beginning of the same length is looked at too.
        var best = parts.Append(word).Select(part => Math.Min(Distance(query, part, allowed), part.Length > query.Length ? Distance(query, part[..query.Length], allowed) + 1 : int.MaxValue)).Min();
        return best <= allowed ? TypoScore + best : null;
    }

    /// <summary>Letters changed, left out, added or swapped with a neighbour; more than <paramref name="most"/> is only "more".</summary>
    internal static int Distance(string left, string right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most)
        {
            return most + 1;
        }

        var (before, last, row) = (new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray(), new int[right.Length + 1]);
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[right.Length];
    }
}
